//! Settles actors: merged names, references among them, circles of parents.

use std::collections::HashMap;

use prost::Message;

use super::cascade::References;
use super::names::{self, Names, dropped_message};
use super::staging::Staging;
use crate::corpus::report::ReportBuilder;
use crate::model::{Code, Finding, Findings};
use crate::proto::v1::Actor;

/// Leaves out the actors that cannot stay; gives the merged names, each with the index of the actor that bears it.
pub(super) fn settle(staging: &mut Staging, report: &mut ReportBuilder) -> HashMap<Box<str>, u32> {
    let bearers = staging.kept().map(|index| (index, decode(staging, index).merged_names));
    let bearers = bearers.filter(|(_, merged)| !merged.is_empty()).collect();
    let merged = names::merged(staging, bearers, report);
    let mut pairs = Vec::new();
    let mut wrong = Vec::new();
    let names = Names { staging, merged: &merged };
    for index in staging.kept() {
        let mut findings = Findings::default();
        for (name, field) in references(&decode(staging, index)) {
            pairs.extend(names.check(&name, || field, &mut findings).map(|to| (index, to)));
        }
        if findings.has_error() {
            wrong.push(index);
        }
        report.add_all(staging.entries[index as usize].origin, staging.name(index), findings);
    }
    let references = References::new(pairs);
    let mut drop_all = |staging: &mut Staging, first| {
        references.drop_all(staging, first, |staging, from, to| report_dropped(staging, &merged, from, to, report));
    };
    drop_all(staging, wrong);
    let circles = parent_circles(staging, &merged);
    drop_all(staging, circles.clone());
    for index in circles {
        let parent = decode(staging, index).parent;
        let message = format!("{parent} has {} among its own parents", staging.name(index));
        let finding = Finding { code: Code::ParentCycle, field: "parent".to_owned(), message };
        report.add(staging.entries[index as usize].origin, staging.name(index), finding);
    }
    merged
}

fn decode(staging: &Staging, index: u32) -> Actor {
    Actor::decode(staging.encoded(index)).expect("records were encoded here")
}

/// The names an actor refers to, with the fields that do.
fn references(actor: &Actor) -> Vec<(String, String)> {
    let roles = actor.roles.iter().enumerate();
    let mut references: Vec<_> =
        roles.map(|(at, role)| (role.organization.clone(), format!("roles[{at}].organization"))).collect();
    references.push((actor.parent.clone(), "parent".to_owned()));
    references
}

fn report_dropped(staging: &Staging, merged: &HashMap<Box<str>, u32>, from: u32, to: u32, report: &mut ReportBuilder) {
    let leads_there = |name: &str| staging.index(name).or_else(|| merged.get(name).copied()) == Some(to);
    for (name, field) in references(&decode(staging, from)) {
        if leads_there(&name) {
            let finding = Finding { code: Code::ReferenceDropped, field, message: dropped_message(&name) };
            report.add(staging.entries[from as usize].origin, staging.name(from), finding);
        }
    }
}

/// The actors that are their own parent over any number of steps, in the order they came in.
fn parent_circles(staging: &Staging, merged: &HashMap<Box<str>, u32>) -> Vec<u32> {
    let names = Names { staging, merged };
    let parent = |index| match names.lookup(&decode(staging, index).parent) {
        super::staging::Lookup::Kept(parent) => Some(parent),
        _ => None,
    };
    let parents: HashMap<u32, u32> = staging.kept().filter_map(|index| Some((index, parent(index)?))).collect();
    // Walk up from each actor, marking the walk; a walk that meets its own mark has closed a circle.
    let mut walked: HashMap<u32, u32> = HashMap::new();
    let mut circles = Vec::new();
    for start in staging.kept() {
        let mut at = start;
        while !walked.contains_key(&at) {
            walked.insert(at, start);
            let Some(parent) = parents.get(&at) else { break };
            at = *parent;
            if walked.get(&at) == Some(&start) {
                let first = at;
                loop {
                    circles.push(at);
                    at = parents[&at];
                    if at == first {
                        break;
                    }
                }
            }
        }
    }
    circles.sort_unstable();
    circles
}
