//! How an importer returns records and counts what it skips.

use std::collections::BTreeMap;

use super::json_items::ItemFault;
use crate::format::records::Parsed;
use crate::model::{Code, Findings, RecordOp, check_record, record_name};
use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

/// Checks the records of an importer and passes them to a sink, with their line or number. A record with an error is
/// reported and left out. What is skipped is counted, and reported once for the whole file.
pub(in crate::format) struct Emitter<'s> {
    sink: &'s mut dyn FnMut(Parsed),
    /// The current line or record number.
    place: u32,
    counts: Counts,
}

/// Numbers by code and by what is counted.
type Counts = BTreeMap<(Code, String), u64>;

/// The output of one element of a file, made on any thread, to be passed on in the order of elements.
pub(in crate::format) struct Emitted {
    parsed: Vec<Parsed>,
    counts: Counts,
}

impl Emitted {
    /// The output of `emit` for the element at a line or record number.
    pub(in crate::format) fn at(place: u32, emit: impl FnOnce(&mut Emitter<'_>)) -> Self {
        let mut parsed = Vec::new();
        let mut sink = |one| parsed.push(one);
        let mut emitter = Emitter { place, ..Emitter::new(&mut sink) };
        emit(&mut emitter);
        let counts = emitter.counts;
        Self { parsed, counts }
    }
}

impl<'s> Emitter<'s> {
    pub(in crate::format) fn new(sink: &'s mut dyn FnMut(Parsed)) -> Self {
        Self { sink, place: 0, counts: Counts::new() }
    }

    /// Sets the current line or record number.
    pub(in crate::format) fn at(&mut self, place: u32) {
        self.place = place;
    }

    /// Counts the current record number up.
    #[cfg(feature = "dna")]
    pub(in crate::format) fn next(&mut self) {
        self.place = self.place.saturating_add(1);
    }

    /// Returns a record with its findings; it is merged with an earlier record of its name.
    pub(in crate::format) fn record(&mut self, record: Kind, findings: Findings) {
        self.record_with(record, findings, RecordOp::Merge);
    }

    /// Returns a record with its findings, and with what it does to an earlier record of its name.
    pub(in crate::format) fn record_with(&mut self, record: Kind, mut findings: Findings, op: RecordOp) {
        let mut record = Record { record: Some(record) };
        findings.extend(check_record(&mut record));
        let name = record_name(&record).map(|(_, name)| name.to_owned()).unwrap_or_default();
        let record = (!findings.has_error()).then_some(record);
        (self.sink)(Parsed { line: self.place, record, name, findings, op });
    }

    /// Removes the record of a name. `op` is one of the two removals.
    pub(in crate::format) fn remove(&mut self, name: String, op: RecordOp) {
        (self.sink)(Parsed { line: self.place, record: None, name, findings: Findings::default(), op });
    }

    /// Reports a finding without a record. `name` may be empty.
    pub(in crate::format) fn finding(&mut self, name: &str, code: Code, field: &str, message: impl Into<String>) {
        let mut findings = Findings::default();
        findings.add(code, field, message);
        let name = name.to_owned();
        (self.sink)(Parsed { line: self.place, record: None, name, findings, op: RecordOp::Merge });
    }

    /// Passes on the output of an element.
    pub(in crate::format) fn pass_on(&mut self, Emitted { parsed, counts }: Emitted) {
        parsed.into_iter().for_each(&mut *self.sink);
        for (what, count) in counts {
            *self.counts.entry(what).or_default() += count;
        }
    }

    /// Reports why an element could not be read.
    pub(in crate::format) fn fault(&mut self, fault: &ItemFault) {
        let (code, message) = fault.finding();
        self.finding("", code, "", message);
    }

    /// Counts an item that is skipped. `what` names such items in the plural and completes "3 skipped: ".
    pub(in crate::format) fn skip(&mut self, what: impl Into<String>) {
        self.count(Code::RecordSkipped, format!("skipped: {}", what.into()));
    }

    /// Counts a finding that is too frequent to be reported each time. `what` completes "3 ".
    pub(in crate::format) fn count(&mut self, code: Code, what: impl Into<String>) {
        *self.counts.entry((code, what.into())).or_default() += 1;
    }

    /// Reports the counts, as findings about the whole file.
    pub(in crate::format) fn finish(mut self) {
        self.place = 0;
        for ((code, what), count) in std::mem::take(&mut self.counts) {
            self.finding("", code, "", format!("{count} {what}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::v1::Actor;

    #[test]
    fn a_record_with_an_error_is_left_out_and_skipped_items_are_counted_at_the_end() {
        let mut parsed = Vec::new();
        let mut sink = |one: Parsed| parsed.push(one);
        let mut emitter = Emitter::new(&mut sink);
        emitter.next();
        emitter.skip("addresses");
        let actor = |name: &str| Kind::Actor(Actor { name: name.into(), display_name: "A".into(), ..Actor::default() });
        emitter.record(actor("actors/a"), Findings::default());
        emitter.next();
        emitter.skip("addresses");
        emitter.record(actor("a"), Findings::default());
        emitter.finish();
        let seen: Vec<_> = parsed.iter().map(|one| (one.line, one.name.as_str(), one.record.is_some())).collect();
        assert_eq!(seen, [(1, "actors/a", true), (2, "a", false), (0, "", false)]);
        let last = parsed.pop().unwrap().findings.into_iter().next().unwrap();
        assert_eq!((last.code, last.message.as_str()), (Code::RecordSkipped, "2 skipped: addresses"));
    }
}
