//! What is noted while a review is read: findings, and texts that no field takes.

use std::collections::BTreeMap;

use crate::format::line_findings::LineFindings;
use crate::format::shown::quoted;
use crate::model::{Code, Findings};

/// Longest text, in bytes, that is kept in a label. A label is for a value that somebody may want to look at; a page
/// that stands in the wrong property would make the record too large to be served.
const MAX_LABEL_BYTES: usize = 2048;

/// Findings and labels of a review. Paths of fields are those of the source, as in `itemReviewed.author`.
#[derive(Debug, Default)]
pub(super) struct Notes {
    findings: LineFindings,
    labels: BTreeMap<String, String>,
}

impl Notes {
    pub(super) fn add(&mut self, code: Code, field: &str, message: impl Into<String>) {
        self.findings.add(code, field, message);
    }

    /// Notes that something was read as it was meant and not as it was written. `how` completes the sentence.
    pub(super) fn mended(&mut self, field: &str, how: impl Into<String>) {
        self.add(Code::ValueMended, field, how);
    }

    /// Keeps a text as a label because its field cannot take it. `why` says what it is not.
    pub(super) fn keep(&mut self, field: &str, text: &str, why: &str) {
        let kept = if self.label(field, text) { "" } else { "; it is too long for a label" };
        self.add(Code::KeptAsLabel, field, format!("{} {why}{kept}", quoted(text)));
    }

    /// Keeps a text as a label, after what stands there already, and tells whether there was room.
    pub(super) fn label(&mut self, key: &str, text: &str) -> bool {
        let label = self.labels.entry(key.to_owned()).or_default();
        let has_room = label.len() + text.len() <= MAX_LABEL_BYTES;
        if has_room && label.is_empty() {
            label.push_str(text);
        } else if has_room {
            label.push_str("; ");
            label.push_str(text);
        }
        if label.is_empty() {
            self.labels.remove(key);
        }
        has_room
    }

    pub(super) fn finish(self) -> (Findings, BTreeMap<String, String>) {
        (self.findings.finish(), self.labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_holds_what_fits_and_a_finding_says_what_does_not() {
        let mut notes = Notes::default();
        notes.keep("a", "x", "is no date");
        notes.keep("a", "y", "is no date");
        notes.keep("b", &"x".repeat(MAX_LABEL_BYTES), "is no date");
        notes.keep("c", &"x".repeat(MAX_LABEL_BYTES + 1), "is no date");
        let (findings, labels) = notes.finish();
        assert_eq!(labels.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(labels["a"], "x; y");
        let messages: Vec<_> = findings.into_iter().map(|finding| finding.message).collect();
        assert_eq!(messages.len(), 4);
        assert!(messages[3].ends_with("it is too long for a label"), "{}", messages[3]);
    }
}
