//! The findings of one record, bounded, and texts of it that are kept as labels.

use std::collections::BTreeMap;

use super::html;
use crate::model::{Code, Findings, quoted};

/// Maximum findings of one code for one record. A line of megabytes can have an error every few bytes.
const MAX_LISTED: usize = 100;
/// Maximum bytes of a label. A longer text, such as a whole page in the wrong property, could make the record too large to
/// be served.
const MAX_LABEL_BYTES: usize = 2048;

/// Collects the findings of one record; from the 101st of a code on they are only counted.
#[derive(Debug, Default)]
pub(in crate::format) struct BoundedFindings {
    listed: Findings,
    counts: BTreeMap<Code, usize>,
}

impl BoundedFindings {
    pub(in crate::format) fn add(&mut self, code: Code, field: &str, message: impl Into<String>) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= MAX_LISTED {
            self.listed.add(code, field, message);
        }
    }

    /// Whether there is an error, so that the record must not be served.
    pub(in crate::format) fn has_error(&self) -> bool {
        self.listed.has_error()
    }

    /// The findings; for a code with more than are listed, the last one has the number of the others.
    pub(in crate::format) fn finish(mut self) -> Findings {
        for (code, count) in self.counts {
            if count > MAX_LISTED {
                self.listed.add(code, "", format!("{} more in this record are not listed", count - MAX_LISTED));
            }
        }
        self.listed
    }
}

/// Findings and labels of an imported record. Paths of fields are those of the source, such as `itemReviewed.author`.
#[derive(Debug, Default)]
pub(in crate::format) struct Notes {
    findings: BoundedFindings,
    labels: BTreeMap<String, String>,
}

impl Notes {
    pub(in crate::format) fn add(&mut self, code: Code, field: &str, message: impl Into<String>) {
        self.findings.add(code, field, message);
    }

    /// Reports a value that was corrected while it was read.
    pub(in crate::format) fn corrected(&mut self, field: &str, how: impl Into<String>) {
        self.add(Code::ValueMended, field, how);
    }

    /// Keeps a text as a label because its field cannot hold it, and reports that. `why` completes "TEXT …".
    pub(in crate::format) fn keep(&mut self, field: &str, text: &str, why: &str) {
        let kept = if self.label(field, text) { "" } else { "; it is too long for a label" };
        self.add(Code::KeptAsLabel, field, format!("{} {why}{kept}", quoted(text)));
    }

    /// Appends a text to a label, and returns whether there was room for it.
    pub(in crate::format) fn label(&mut self, key: &str, text: &str) -> bool {
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

    /// A text on one line and without markup; reports markup that was removed.
    pub(in crate::format) fn clean(&mut self, text: &str, field: &str) -> String {
        let plain = html::without_markup(text);
        if plain != text {
            self.corrected(field, "HTML was removed from the text");
        }
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(in crate::format) fn finish(self) -> (Findings, BTreeMap<String, String>) {
        (self.findings.finish(), self.labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hundred_and_first_of_a_code_is_only_counted() {
        let mut findings = BoundedFindings::default();
        for _ in 0..250 {
            findings.add(Code::FieldUnknown, "x", "is unknown");
        }
        findings.add(Code::EnumUnknown, "kind", "is unknown");
        assert!(findings.has_error());
        let listed: Vec<_> = findings.finish().into_iter().collect();
        assert_eq!(listed.len(), 102);
        assert_eq!(listed[101].message, "150 more in this record are not listed");
    }

    #[test]
    fn a_text_that_is_too_long_for_a_label_is_reported() {
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

    #[test]
    fn a_text_is_put_on_one_line() {
        assert_eq!(Notes::default().clean(" a\n\tb  c ", ""), "a b c");
    }
}
