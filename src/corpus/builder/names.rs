//! Names that records refer to.

use std::collections::HashMap;

use super::staging::{Lookup, Staging};
use crate::model::{Code, Findings};

/// The actors a reference can lead to, merged names included.
#[derive(Clone, Copy)]
pub(super) struct ActorNames<'s> {
    pub(super) staging: &'s Staging,
    /// Merged name -> index of the actor that bears it.
    pub(super) merged: &'s HashMap<Box<str>, u32>,
}

impl ActorNames<'_> {
    pub(super) fn lookup(&self, name: &str) -> Lookup {
        match (self.staging.lookup(name), self.merged.get(name)) {
            (Lookup::Unknown, Some(index)) if self.staging.entries[*index as usize].dropped => Lookup::Dropped,
            (Lookup::Unknown, Some(index)) => Lookup::Kept(*index),
            (lookup, _) => lookup,
        }
    }

    /// Checks a reference to an actor where there is one at all; the index it leads to.
    pub(super) fn check(&self, name: &str, field: impl FnOnce() -> String, findings: &mut Findings) -> Option<u32> {
        if name.is_empty() { None } else { check(self.lookup(name), name, field, findings) }
    }
}

/// Checks that a reference leads to a record that stays; the record's index.
pub(super) fn check(
    lookup: Lookup,
    name: &str,
    field: impl FnOnce() -> String,
    findings: &mut Findings,
) -> Option<u32> {
    match lookup {
        Lookup::Kept(index) => return Some(index),
        Lookup::Dropped => findings.add(Code::ReferenceDropped, field(), dropped_message(name)),
        Lookup::Unknown => findings.add(Code::ReferenceUnknown, field(), format!("there is no {name}")),
    }
    None
}

/// What is said of a reference to a record that was left out.
pub(super) fn dropped_message(name: &str) -> String {
    format!("{name} was left out for an error of its own")
}
