//! Records made by an importer, on their way out.

use std::collections::BTreeMap;

use super::Parsed;
use super::json_items::ItemFault;
use crate::model::{Code, Findings, Repeat, check_record, record_name};
use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

/// Hands the records of an importer over: numbered or with their lines, checked, and without those that have an error.
/// Counts what is passed over.
pub(super) struct Emitter<'s> {
    sink: &'s mut dyn FnMut(Parsed),
    /// Number of the record that comes next, or of the line that is being read.
    place: u32,
    /// How much of each kind was passed over.
    skipped: BTreeMap<String, u64>,
}

/// What came of one element of a file, made on any core, to be handed over when it is its turn.
pub(super) struct Emitted {
    parsed: Vec<Parsed>,
    skipped: BTreeMap<String, u64>,
}

impl Emitted {
    /// What `emit` hands over for the element at a place.
    pub(super) fn at(place: u32, emit: impl FnOnce(&mut Emitter<'_>)) -> Self {
        let mut parsed = Vec::new();
        let mut sink = |one| parsed.push(one);
        let mut emitter = Emitter { place, ..Emitter::new(&mut sink) };
        emit(&mut emitter);
        let skipped = emitter.skipped;
        Self { parsed, skipped }
    }
}

impl<'s> Emitter<'s> {
    pub(super) fn new(sink: &'s mut dyn FnMut(Parsed)) -> Self {
        Self { sink, place: 0, skipped: BTreeMap::new() }
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
        let findings = Findings::default();
        (self.sink)(Parsed { line: self.place, record: None, name, findings, repeat: Repeat::Remove });
    }

    /// Reports something at this place that became no record. `name` may be empty.
    pub(super) fn finding(&mut self, name: &str, code: Code, field: &str, message: impl Into<String>) {
        let mut findings = Findings::default();
        findings.add(code, field, message);
        let name = name.to_owned();
        (self.sink)(Parsed { line: self.place, record: None, name, findings, repeat: Repeat::Unite });
    }

    /// Hands over what came of an element.
    pub(super) fn hand_over(&mut self, Emitted { parsed, skipped }: Emitted) {
        parsed.into_iter().for_each(&mut *self.sink);
        for (what, count) in skipped {
            *self.skipped.entry(what).or_default() += count;
        }
    }

    /// Hands over what an element could not be read for.
    pub(super) fn fault(&mut self, fault: &ItemFault) {
        (self.sink)(fault.parsed(self.place));
    }

    /// Counts something that is passed over. `what` completes "passed over: ".
    pub(super) fn skip(&mut self, what: impl Into<String>) {
        *self.skipped.entry(what.into()).or_default() += 1;
    }

    /// Reports, about the file as a whole, how much of each kind was passed over.
    pub(super) fn finish(mut self) {
        self.place = 0;
        for (what, count) in std::mem::take(&mut self.skipped) {
            self.finding("", Code::RecordSkipped, "", format!("{count} passed over: {what}"));
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
