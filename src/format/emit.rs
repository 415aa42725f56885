//! Records made by an importer, on their way out.

use std::collections::BTreeMap;

use super::Parsed;
use super::json_items::ItemFault;
use crate::model::{Code, Findings, Repeat, check_record, record_name};
use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

/// Hands the records of an importer over: numbered or with their lines, checked, and without those that have an error.
/// Counts what is not reported each time.
pub(super) struct Emitter<'s> {
    sink: &'s mut dyn FnMut(Parsed),
    /// Number of the record that comes next, or of the line that is being read.
    place: u32,
    /// What is counted, to be reported about the file as a whole.
    counts: Counts,
}

/// By code and by what is counted. The text completes "3 ".
type Counts = BTreeMap<(Code, String), u64>;

/// What came of one element of a file, made on any core, to be handed over when it is its turn.
pub(super) struct Emitted {
    parsed: Vec<Parsed>,
    counts: Counts,
}

impl Emitted {
    /// What `emit` hands over for the element at a place.
    pub(super) fn at(place: u32, emit: impl FnOnce(&mut Emitter<'_>)) -> Self {
        let mut parsed = Vec::new();
        let mut sink = |one| parsed.push(one);
        let mut emitter = Emitter { place, ..Emitter::new(&mut sink) };
        emit(&mut emitter);
        let counts = emitter.counts;
        Self { parsed, counts }
    }
}

impl<'s> Emitter<'s> {
    pub(super) fn new(sink: &'s mut dyn FnMut(Parsed)) -> Self {
        Self { sink, place: 0, counts: Counts::new() }
    }

    /// Goes on to a line, or to the next record of a format without lines: what follows stands there.
    pub(super) fn at(&mut self, place: u32) {
        self.place = place;
    }

    /// Goes on to the record after the last one.
    pub(super) fn next(&mut self) {
        self.place = self.place.saturating_add(1);
    }

    /// Hands over a record with what was found while it was made. One with an error is reported and left out. Where there
    /// is one of its name, the two are united.
    pub(super) fn record(&mut self, record: Kind, findings: Findings) {
        self.record_by(record, findings, Repeat::Unite);
    }

    /// The same, and says what happens where there is a record of its name.
    pub(super) fn record_by(&mut self, record: Kind, mut findings: Findings, repeat: Repeat) {
        let mut record = Record { record: Some(record) };
        findings.extend(check_record(&mut record));
        let name = record_name(&record).map(|(_, name)| name.to_owned()).unwrap_or_default();
        let record = (!findings.has_error()).then_some(record);
        (self.sink)(Parsed { line: self.place, record, name, findings, repeat });
    }

    /// Takes the record of a name away, if there is one.
    pub(super) fn remove(&mut self, name: String) {
        self.remove_by(name, Repeat::Remove);
    }

    /// The same, and says whether there should be one.
    pub(super) fn remove_by(&mut self, name: String, repeat: Repeat) {
        (self.sink)(Parsed { line: self.place, record: None, name, findings: Findings::default(), repeat });
    }

    /// Reports something at this place that became no record. `name` may be empty.
    pub(super) fn finding(&mut self, name: &str, code: Code, field: &str, message: impl Into<String>) {
        let mut findings = Findings::default();
        findings.add(code, field, message);
        let name = name.to_owned();
        (self.sink)(Parsed { line: self.place, record: None, name, findings, repeat: Repeat::Unite });
    }

    /// Hands over what came of an element.
    pub(super) fn hand_over(&mut self, Emitted { parsed, counts }: Emitted) {
        parsed.into_iter().for_each(&mut *self.sink);
        for (what, count) in counts {
            *self.counts.entry(what).or_default() += count;
        }
    }

    /// Hands over what an element could not be read for.
    pub(super) fn fault(&mut self, fault: &ItemFault) {
        (self.sink)(fault.parsed(self.place));
    }

    /// Counts something that is passed over. `what` completes "passed over: ".
    pub(super) fn skip(&mut self, what: impl Into<String>) {
        self.count(Code::RecordSkipped, format!("passed over: {}", what.into()));
    }

    /// Counts something that is found too often to be reported each time. `what` completes "3 ".
    pub(super) fn count(&mut self, code: Code, what: impl Into<String>) {
        *self.counts.entry((code, what.into())).or_default() += 1;
    }

    /// Reports, about the file as a whole, what was counted.
    pub(super) fn finish(mut self) {
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
    fn a_record_with_an_error_is_reported_and_left_out_and_skips_are_counted_at_the_end() {
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
        assert_eq!((last.code, last.message.as_str()), (Code::RecordSkipped, "2 passed over: addresses"));
    }
}
