//! Rules on single fields, maps and provenance.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use prost::Message;

use crate::model::{Code, Findings, TimeKey, quoted};
use crate::proto::v1::{PartialTime, Provenance};

/// Keeps the text that is not empty; of two the longer one, of equally long ones the one later in order. Gives the text
/// that was left, if there was one.
pub(super) fn text(kept: &mut String, mut other: String, field: &str, findings: &mut Findings) -> Option<String> {
    if other.is_empty() || *kept == other {
        return None;
    }
    if (other.len(), &other) > (kept.len(), kept) {
        std::mem::swap(kept, &mut other);
    }
    if other.is_empty() {
        return None;
    }
    findings.add(Code::ValuesDiffer, field, format!("{} was kept, {} was not", quoted(kept), quoted(&other)));
    Some(other)
}

/// Keeps the value of an enum that is not unspecified; of two the one with the higher number, but `general` (OTHER, where
/// the enum has it) gives way to every other: the enums name what is general first.
pub(super) fn kind(
    kept: &mut i32,
    other: i32,
    general: i32,
    field: &str,
    name: impl Fn(i32) -> &'static str,
    findings: &mut Findings,
) {
    if other == 0 || *kept == other {
        return;
    }
    let rank = |value: i32| (value != 0, value != general, value);
    let (high, low) = if rank(other) > rank(*kept) { (other, *kept) } else { (*kept, other) };
    *kept = high;
    if low != 0 {
        findings.add(Code::ValuesDiffer, field, format!("{} was kept, {} was not", name(high), name(low)));
    }
}

/// Keeps the time that is known more finely, then the earlier one. A precision alone is no time.
pub(super) fn time(kept: &mut Option<PartialTime>, other: Option<PartialTime>, field: &str, findings: &mut Findings) {
    higher(
        kept,
        other,
        |time| (time.time.is_some(), time.precision, Reverse(TimeKey::of(Some(time)))),
        field,
        findings,
    );
}

/// Keeps the later time.
pub(super) fn latest(kept: &mut Option<PartialTime>, other: Option<PartialTime>, field: &str, findings: &mut Findings) {
    higher(kept, other, |time| (TimeKey::of(Some(time)), time.precision), field, findings);
}

/// Keeps the value that is there; of two the one that ranks higher.
pub(super) fn higher<T: PartialEq, R: Ord>(
    kept: &mut Option<T>,
    other: Option<T>,
    rank: impl Fn(&T) -> R,
    field: &str,
    findings: &mut Findings,
) {
    let Some(other) = other else { return };
    match kept {
        None => *kept = Some(other),
        Some(kept) if *kept == other => {}
        Some(kept) => {
            if rank(&other) > rank(kept) {
                *kept = other;
            }
            findings.add(Code::ValuesDiffer, field, "the two differ");
        }
    }
}

/// Unites two maps; where both have a key, its texts are united.
pub(super) fn labels(kept: &mut BTreeMap<String, String>, other: BTreeMap<String, String>, findings: &mut Findings) {
    for (key, value) in other {
        match kept.get_mut(&key) {
            Some(kept) => {
                text(kept, value, &format!("labels[{key:?}]"), findings);
            }
            None => {
                kept.insert(key, value);
            }
        }
    }
}

/// Keeps one of them whole, since a half of each would be true of neither: the first in order of dataset and source. That
/// a record was read at several places of one dataset is no difference; that the datasets or licences are others is.
pub(super) fn provenance(kept: &mut Option<Provenance>, other: Option<Provenance>, findings: &mut Findings) {
    let Some(mut other) = other else { return };
    let Some(kept) = kept else {
        *kept = Some(other);
        return;
    };
    let rank = |from: &Provenance| (from.dataset.clone(), from.source.clone(), from.encode_to_vec());
    if *kept != other && rank(&other) < rank(kept) {
        std::mem::swap(kept, &mut other);
    }
    let pairs = [("dataset", &kept.dataset, &other.dataset), ("license", &kept.license, &other.license)];
    for (name, kept, other) in pairs.into_iter().filter(|(_, kept, other)| kept != other) {
        let message = format!("{} was kept, {} was not", quoted(kept), quoted(other));
        findings.add(Code::ValuesDiffer, format!("provenance.{name}"), message);
    }
}
