//! The findings of one line, bounded.

use std::collections::BTreeMap;

use crate::model::{Code, Findings};

/// Most findings of one code that one line lists. A line of megabytes can have a mistake every few bytes; the first
/// hundred tell what is wrong with it.
const MAX_LISTED: usize = 100;

/// Gathers what is found in one line.
#[derive(Debug, Default)]
pub(super) struct LineFindings {
    listed: Findings,
    counts: BTreeMap<Code, usize>,
}

impl LineFindings {
    pub(super) fn add(&mut self, code: Code, field: &str, message: impl Into<String>) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= MAX_LISTED {
            self.listed.add(code, field, message);
        }
    }

    /// Whether one of them keeps the record from being served.
    pub(super) fn has_error(&self) -> bool {
        self.listed.has_error()
    }

    /// The findings; for each code with more than are listed, one says how many more.
    pub(super) fn finish(mut self) -> Findings {
        for (code, count) in self.counts {
            if count > MAX_LISTED {
                self.listed.add(code, "", format!("{} more in this line are not listed", count - MAX_LISTED));
            }
        }
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hundred_and_first_of_a_code_is_only_counted() {
        let mut findings = LineFindings::default();
        for _ in 0..250 {
            findings.add(Code::FieldUnknown, "x", "is unknown");
        }
        findings.add(Code::EnumUnknown, "kind", "is unknown");
        assert!(findings.has_error());
        let listed: Vec<_> = findings.finish().into_iter().collect();
        assert_eq!(listed.len(), 102);
        assert_eq!(listed[101].message, "150 more in this line are not listed");
    }
}
