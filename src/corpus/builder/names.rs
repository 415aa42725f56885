//! Names that records refer to.

use std::collections::HashMap;

use super::staging::{Lookup, Staging};
use crate::corpus::report::ReportBuilder;
use crate::corpus::table::Merged;
use crate::model::{Code, Finding, Findings};

/// The actors or the articles a reference can lead to, merged names included.
#[derive(Clone, Copy)]
pub(super) struct Names<'s> {
    pub(super) staging: &'s Staging,
    /// Merged name -> index of the record that bears it.
    pub(super) merged: &'s HashMap<Box<str>, u32>,
}

/// The merged names that `bearers` have, each with the index of the record that bears it. A name that is taken stays with
/// whoever has it, and that is reported.
pub(super) fn merged(
    staging: &Staging,
    mut bearers: Vec<(u32, Vec<String>)>,
    report: &mut ReportBuilder,
) -> HashMap<Box<str>, u32> {
    let mut merged: HashMap<Box<str>, u32> = HashMap::new();
    // In name order: what a name that two records took leads to must not depend on the order they came in, which the
    // revision does not know.
    bearers.sort_unstable_by_key(|(index, _)| staging.name(*index));
    for (index, names) in bearers {
        for (at, name) in names.iter().enumerate() {
            let owner = staging.index(name).or_else(|| merged.get(name.as_str()).copied());
            let Some(owner) = owner else {
                merged.insert(name.as_str().into(), index);
                continue;
            };
            let message = format!("{name} already leads to {}", staging.name(owner));
            let field = format!("merged_names[{at}]");
            let finding = Finding { code: Code::MergedNameTaken, field, message };
            report.add(staging.entries[index as usize].origin, staging.name(index), finding);
        }
    }
    merged
}

impl Names<'_> {
    /// The merged names, with the names they lead to.
    pub(super) fn leading(&self) -> Merged {
        self.merged.iter().map(|(name, index)| (name.clone(), self.staging.name(*index).into())).collect()
    }

    pub(super) fn lookup(&self, name: &str) -> Lookup {
        match (self.staging.lookup(name), self.merged.get(name)) {
            (Lookup::Unknown, Some(index)) if self.staging.entries[*index as usize].dropped => Lookup::Dropped,
            (Lookup::Unknown, Some(index)) => Lookup::Kept(*index),
            (lookup, _) => lookup,
        }
    }

    /// Checks a reference where there is one at all; the index it leads to.
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
