//! Reference resolution: former names, references of actors and articles, and what an error in one record does to the
//! records that refer to it.

use std::collections::HashMap;

use prost::Message;

use super::staging::{Lookup, Staging};
use crate::corpus::report::ReportBuilder;
use crate::corpus::table::Merged;
use crate::model::{Code, Finding, Findings};
use crate::proto::v1::{Actor, Article};

// === Looking names up

/// Former names, each with the index of the record that has it among its `merged_names`.
pub(super) type FormerNames = HashMap<Box<str>, u32>;

/// The actors or the articles that references lead to, by name and former name.
#[derive(Clone, Copy)]
pub(super) struct Targets<'s> {
    pub(super) staging: &'s Staging,
    pub(super) former_names: &'s FormerNames,
}

impl Targets<'_> {
    pub(super) fn lookup(&self, name: &str) -> Lookup {
        match (self.staging.lookup(name), self.former_names.get(name)) {
            (Lookup::Unknown, Some(index)) if self.staging.entry(*index).dropped => Lookup::Dropped,
            (Lookup::Unknown, Some(index)) => Lookup::Kept(*index),
            (lookup, _) => lookup,
        }
    }

    /// Checks a reference unless it is empty; the index of the record that it leads to.
    pub(super) fn check(&self, name: &str, field: impl FnOnce() -> String, findings: &mut Findings) -> Option<u32> {
        if name.is_empty() { None } else { check(self.lookup(name), name, field, findings) }
    }

    /// The former names with the current names that they lead to.
    pub(super) fn former_names(&self) -> Merged {
        let names = self.former_names.iter();
        names.map(|(name, index)| (name.clone(), self.staging.name(*index).into())).collect()
    }
}

/// Checks that a reference leads to a record that is kept; the index of the record.
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

/// The message of [`Code::ReferenceDropped`].
pub(super) fn dropped_message(name: &str) -> String {
    format!("{name} was left out for an error of its own")
}

/// Collects the former names that `records` have. A name that another record has is reported and stays with that record.
fn former_names(staging: &Staging, mut records: Vec<(u32, Vec<String>)>, report: &mut ReportBuilder) -> FormerNames {
    let mut former_names = FormerNames::new();
    // In name order: which of two records gets a name must not depend on the order of the input, since the revision does
    // not either.
    records.sort_unstable_by_key(|(index, _)| staging.name(*index));
    for (index, names) in records {
        for (at, name) in names.iter().enumerate() {
            let owner = staging.index(name).or_else(|| former_names.get(name.as_str()).copied());
            let Some(owner) = owner else {
                former_names.insert(name.as_str().into(), index);
                continue;
            };
            let message = format!("{name} already leads to {}", staging.name(owner));
            let finding = Finding { code: Code::MergedNameTaken, field: format!("merged_names[{at}]"), message };
            report.add(staging.entry(index).origin, staging.name(index), finding);
        }
    }
    former_names
}

// === Dropping records

/// References within one resource: which records refer to which.
pub(super) struct References {
    /// (record referred to, referring record), sorted.
    pairs: Vec<(u32, u32)>,
}

impl References {
    /// From pairs of referring record and record referred to.
    pub(super) fn new(pairs: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().map(|(from, to)| (to, from)).collect();
        pairs.sort_unstable();
        Self { pairs }
    }

    /// Drops the records `first`, then every record that refers to a dropped one, transitively. `report` is called with
    /// each record that is dropped for a reference and the record that it refers to.
    pub(super) fn drop_all(&self, staging: &mut Staging, first: Vec<u32>, mut report: impl FnMut(&Staging, u32, u32)) {
        for index in &first {
            staging.drop(*index);
        }
        let mut work = first;
        while let Some(dropped) = work.pop() {
            let start = self.pairs.partition_point(|(to, _)| *to < dropped);
            for (_, from) in self.pairs[start..].iter().take_while(|(to, _)| *to == dropped) {
                if !staging.entry(*from).dropped {
                    staging.drop(*from);
                    report(staging, *from, dropped);
                    work.push(*from);
                }
            }
        }
    }
}

// === Articles

/// Drops the articles with unresolved references; returns the former names.
pub(super) fn resolve_articles(staging: &mut Staging, actors: Targets<'_>, report: &mut ReportBuilder) -> FormerNames {
    let mut wrong = Vec::new();
    let mut records = Vec::new();
    for index in staging.kept() {
        let article = Article::decode(staging.basic(index)).expect("records were encoded here");
        let mut findings = Findings::default();
        actors.check(&article.publisher_actor, || "publisher_actor".to_owned(), &mut findings);
        for (at, mention) in article.mentions.iter().enumerate() {
            actors.check(&mention.actor, || format!("mentions[{at}].actor"), &mut findings);
        }
        if findings.has_error() {
            wrong.push(index);
        }
        staging.report(index, findings, report);
        if !article.merged_names.is_empty() {
            records.push((index, article.merged_names));
        }
    }
    let former_names = former_names(staging, records, report);
    for index in wrong {
        staging.drop(index);
    }
    former_names
}

// === Actors

/// Drops the actors with unresolved references or cyclic parents, and the actors that refer to them; returns the former
/// names.
pub(super) fn resolve_actors(staging: &mut Staging, report: &mut ReportBuilder) -> FormerNames {
    let records = staging.kept().map(|index| (index, decode_actor(staging, index).merged_names));
    let records = records.filter(|(_, names)| !names.is_empty()).collect();
    let former_names = former_names(staging, records, report);
    let mut pairs = Vec::new();
    let mut wrong = Vec::new();
    let targets = Targets { staging, former_names: &former_names };
    for index in staging.kept() {
        let mut findings = Findings::default();
        for (name, field) in references_of(&decode_actor(staging, index)) {
            pairs.extend(targets.check(&name, || field, &mut findings).map(|to| (index, to)));
        }
        if findings.has_error() {
            wrong.push(index);
        }
        staging.report(index, findings, report);
    }
    let references = References::new(pairs);
    let mut drop_all = |staging: &mut Staging, first| {
        references.drop_all(staging, first, |staging, from, to| {
            report_dropped(Targets { staging, former_names: &former_names }, from, to, report);
        });
    };
    drop_all(staging, wrong);
    let cycles = parent_cycles(Targets { staging, former_names: &former_names });
    drop_all(staging, cycles.clone());
    for index in cycles {
        let parent = decode_actor(staging, index).parent;
        let message = format!("{parent} has {} among its own parents", staging.name(index));
        let finding = Finding { code: Code::ParentCycle, field: "parent".to_owned(), message };
        report.add(staging.entry(index).origin, staging.name(index), finding);
    }
    former_names
}

fn decode_actor(staging: &Staging, index: u32) -> Actor {
    Actor::decode(staging.encoded(index)).expect("records were encoded here")
}

/// The names that an actor refers to, with their fields.
fn references_of(actor: &Actor) -> Vec<(String, String)> {
    let roles = actor.roles.iter().enumerate();
    let mut references: Vec<_> =
        roles.map(|(at, role)| (role.organization.clone(), format!("roles[{at}].organization"))).collect();
    references.push((actor.parent.clone(), "parent".to_owned()));
    references
}

/// Reports the fields of an actor that refer to the dropped actor `to`.
fn report_dropped(actors: Targets<'_>, from: u32, to: u32, report: &mut ReportBuilder) {
    let Targets { staging, former_names } = actors;
    let leads_there = |name: &str| staging.index(name).or_else(|| former_names.get(name).copied()) == Some(to);
    for (name, field) in references_of(&decode_actor(staging, from)) {
        if leads_there(&name) {
            let finding = Finding { code: Code::ReferenceDropped, field, message: dropped_message(&name) };
            report.add(staging.entry(from).origin, staging.name(from), finding);
        }
    }
}

/// The actors that are their own transitive parent, in the order in which they were staged.
fn parent_cycles(actors: Targets<'_>) -> Vec<u32> {
    let parent = |index| match actors.lookup(&decode_actor(actors.staging, index).parent) {
        Lookup::Kept(parent) => Some(parent),
        Lookup::Dropped | Lookup::Unknown => None,
    };
    let parents: HashMap<u32, u32> = actors.staging.kept().filter_map(|index| Some((index, parent(index)?))).collect();
    // Walks up from each actor and marks the walk. A walk that meets its own mark has closed a cycle.
    let mut walked: HashMap<u32, u32> = HashMap::new();
    let mut cycles = Vec::new();
    for start in actors.staging.kept() {
        let mut at = start;
        while !walked.contains_key(&at) {
            walked.insert(at, start);
            let Some(parent) = parents.get(&at) else { break };
            at = *parent;
            if walked.get(&at) == Some(&start) {
                let first = at;
                loop {
                    cycles.push(at);
                    at = parents[&at];
                    if at == first {
                        break;
                    }
                }
            }
        }
    }
    cycles.sort_unstable();
    cycles
}
