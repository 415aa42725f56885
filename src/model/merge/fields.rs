//! Rules for merging single fields, maps, provenance and lists.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use prost::Message;

use crate::model::{Code, Findings, TimeKey, quoted};
use crate::proto::v1::{PartialTime, Provenance};

/// Keeps the longer text, of equally long ones the greater. Returns the text that was not kept, if it is not empty.
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

/// Keeps the higher number of an enum, because the enums list general values first. `general` (OTHER, if the enum has it)
/// ranks below every other value but unspecified.
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

/// Keeps the more precise time, then the earlier one. A precision without a time ranks below any time.
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

/// Keeps the value that is present; of two the higher in rank.
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
            findings.add(Code::ValuesDiffer, field, "the two records differ");
        }
    }
}

/// Merges two maps; of two texts under one key the longer is kept.
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

/// Keeps one of the two whole: the first in order of dataset and source. A mix of both would be true of neither record.
/// Only different datasets or licenses are reported.
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

// === Lists ===
// Equal lists keep their order, which may be the printed one. A list that was merged from two is sorted.

/// Merges two lists without duplicates.
pub(super) fn list<T: Ord>(kept: &mut Vec<T>, other: Vec<T>) {
    if take_whole(kept, other).is_some_and(|other| extend(kept, other, |a, b| a == b, |_, _| {})) {
        kept.sort_unstable();
    }
}

/// Merges two lists of messages without duplicates.
pub(super) fn messages<T: Message + PartialEq>(kept: &mut Vec<T>, other: Vec<T>) {
    keyed(kept, other, |a, b| a == b, |_, _| {});
}

/// Merges two lists of messages; elements that are the `same` are merged by `merge`.
pub(super) fn keyed<T: Message + PartialEq>(
    kept: &mut Vec<T>,
    other: Vec<T>,
    same: impl Fn(&T, &T) -> bool,
    merge: impl FnMut(&mut T, T),
) {
    if take_whole(kept, other).is_some_and(|other| extend(kept, other, same, merge)) {
        sort(kept);
    }
}

/// Adds a message unless the list has an equal one.
pub(super) fn add<T: Message + PartialEq>(kept: &mut Vec<T>, message: T) {
    if !kept.contains(&message) {
        kept.push(message);
        sort(kept);
    }
}

fn sort<T: Message>(messages: &mut [T]) {
    messages.sort_by_cached_key(Message::encode_to_vec);
}

/// Returns the other list unless one of the two is empty or both are equal.
fn take_whole<T: PartialEq>(kept: &mut Vec<T>, other: Vec<T>) -> Option<Vec<T>> {
    if kept.is_empty() {
        *kept = other;
        return None;
    }
    (!other.is_empty() && *kept != other).then_some(other)
}

fn extend<T>(
    kept: &mut Vec<T>,
    other: Vec<T>,
    same: impl Fn(&T, &T) -> bool,
    mut merge: impl FnMut(&mut T, T),
) -> bool {
    for element in other {
        match kept.iter_mut().find(|kept| same(kept, &element)) {
            Some(kept) => merge(kept, element),
            None => kept.push(element),
        }
    }
    true
}
