//! Records of different datasets that are one: actors by an identifier, articles by their address.
//!
//! What is one does not depend on the order of the input. Records that are linked over any number of steps are a group;
//! of a group the record with the first name in order stays and takes in the others. A group that contradicts itself is
//! left as it is and reported, so that a wrong identifier makes no two people one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use prost::Message;

use super::repeats::unite_one;
use super::staging::{Measured, Staging, encode};
use crate::corpus::report::ReportBuilder;
use crate::model::{Code, Finding, canonical_url};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, Article};

/// What of different datasets is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merging {
    /// Schemes of identifiers: actors that share an identifier of one of them are one.
    pub actors_by: Vec<String>,
    /// Whether articles that share an address are one.
    pub articles_by_url: bool,
}

impl Merging {
    /// Adds what was said elsewhere.
    pub(super) fn extend(&mut self, other: Self) {
        self.actors_by.extend(other.actors_by);
        self.articles_by_url |= other.articles_by_url;
    }
}

/// Makes actors one that share an identifier of one of these schemes.
pub(super) fn actors(staging: &mut Staging, schemes: &[String], max_bytes: usize, report: &mut ReportBuilder) {
    if schemes.is_empty() {
        return;
    }
    let mut bearers: BTreeMap<(String, String), Vec<u32>> = BTreeMap::new();
    for index in staging.kept() {
        let identifiers = decode_actor(staging, index).identifiers;
        for identifier in identifiers.into_iter().filter(|identifier| schemes.contains(&identifier.scheme)) {
            let all = bearers.entry((identifier.scheme, identifier.value)).or_default();
            if all.last() != Some(&index) {
                all.push(index);
            }
        }
    }
    for group in groups(bearers.into_values(), staging) {
        let all: Vec<Actor> = group.iter().map(|index| decode_actor(staging, *index)).collect();
        if let Some(conflict) = identifier_conflict(&all, schemes) {
            report_conflict(staging, &group, &conflict, report);
            continue;
        }
        let names: BTreeSet<String> = all.iter().map(|actor| actor.name.clone()).collect();
        let mut records = all.into_iter();
        let mut kept = Kind::Actor(records.next().expect("a group has members"));
        for other in records {
            take_in(staging, group[0], (&mut kept, Kind::Actor(other)), report);
        }
        if let Kind::Actor(actor) = &mut kept {
            take_over(&mut actor.merged_names, &names, &actor.name);
            if names.contains(&actor.parent) {
                actor.parent.clear();
            }
        }
        put(staging, &group, &kept, max_bytes, report);
    }
}

/// Makes articles one that share an address.
pub(super) fn articles(staging: &mut Staging, by_url: bool, max_bytes: usize, report: &mut ReportBuilder) {
    if !by_url {
        return;
    }
    let mut bearers: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for index in staging.kept() {
        if let Some(url) = canonical_url(&decode_article(staging, index).url) {
            bearers.entry(url).or_default().push(index);
        }
    }
    for group in groups(bearers.into_values(), staging) {
        let all: Vec<Article> = group.iter().map(|index| decode_article(staging, *index)).collect();
        let bodies: BTreeSet<&str> =
            all.iter().map(|article| article.body.as_str()).filter(|b| !b.is_empty()).collect();
        if bodies.len() > 1 {
            report_conflict(staging, &group, "they have the same address and different texts", report);
            continue;
        }
        let names: BTreeSet<String> = all.iter().map(|article| article.name.clone()).collect();
        let mut records = all.into_iter();
        let mut kept = Kind::Article(records.next().expect("a group has members"));
        for other in records {
            take_in(staging, group[0], (&mut kept, Kind::Article(other)), report);
        }
        if let Kind::Article(article) = &mut kept {
            take_over(&mut article.merged_names, &names, &article.name);
        }
        put(staging, &group, &kept, max_bytes, report);
    }
}

/// Adds the names of a group to the former names of the record that stays, which keeps its own.
fn take_over(merged: &mut Vec<String>, names: &BTreeSet<String>, kept: &str) {
    merged.extend(names.iter().cloned());
    merged.retain(|other| other != kept);
    merged.sort_unstable();
    merged.dedup();
}

fn decode_actor(staging: &Staging, index: u32) -> Actor {
    Actor::decode(staging.encoded(index)).expect("records were encoded here")
}

fn decode_article(staging: &Staging, index: u32) -> Article {
    Article::decode(staging.encoded(index)).expect("records were encoded here")
}

/// Groups of two and more that lists link, each in the order of names, in the order of their first names.
fn groups(lists: impl Iterator<Item = Vec<u32>>, staging: &Staging) -> Vec<Vec<u32>> {
    let mut leaders: HashMap<u32, u32> = HashMap::new();
    for list in lists.filter(|list| list.len() > 1) {
        for other in &list[1..] {
            let (a, b) = (leader(&mut leaders, list[0]), leader(&mut leaders, *other));
            leaders.insert(a.max(b), a.min(b));
        }
    }
    let members: Vec<u32> = leaders.keys().copied().collect();
    let mut groups: HashMap<u32, BTreeSet<u32>> = HashMap::new();
    for member in members {
        let first = leader(&mut leaders, member);
        groups.entry(first).or_default().extend([first, member]);
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().map(|group| group.into_iter().collect()).collect();
    for group in &mut groups {
        group.sort_unstable_by_key(|index| staging.name(*index));
    }
    groups.retain(|group| group.len() > 1);
    groups.sort_unstable_by_key(|group| staging.name(group[0]));
    groups
}

fn leader(leaders: &mut HashMap<u32, u32>, member: u32) -> u32 {
    let mut at = member;
    while let Some(next) = leaders.get(&at).copied().filter(|next| *next != at) {
        at = next;
    }
    leaders.insert(member, at);
    at
}

/// The scheme in which actors that should be one have different identifiers.
fn identifier_conflict(actors: &[Actor], schemes: &[String]) -> Option<String> {
    schemes.iter().find_map(|scheme| {
        let identifiers = actors.iter().flat_map(|actor| &actor.identifiers);
        let values: BTreeSet<&str> = identifiers
            .filter(|identifier| identifier.scheme == *scheme)
            .map(|identifier| &*identifier.value)
            .collect();
        let values: Vec<&str> = values.into_iter().collect();
        (values.len() > 1)
            .then(|| format!("they are linked by identifiers, but {scheme} says {}", values.join(" and ")))
    })
}

fn report_conflict(staging: &Staging, group: &[u32], conflict: &str, report: &mut ReportBuilder) {
    let others: Vec<&str> = group[1..].iter().map(|index| staging.name(*index)).collect();
    let message = format!("{conflict}: {} and {}", staging.name(group[0]), others.join(", "));
    let finding = Finding { code: Code::MergeConflict, field: String::new(), message };
    report.add(staging.entries[group[0] as usize].origin, staging.name(group[0]), finding);
}

/// Unites another record with the one that stays, and says so.
fn take_in(staging: &Staging, stays: u32, (kept, other): (&mut Kind, Kind), report: &mut ReportBuilder) {
    let origin = staging.entries[stays as usize].origin;
    let message = format!("{} is the same record and was united with it", Measured::of(&other).name);
    let finding = Finding { code: Code::RecordsMerged, field: String::new(), message };
    report.add(origin, staging.name(stays), finding);
    unite_one(kept, other, (origin, report));
}

/// Puts what a group became in the place of its first record, unless that is too large a record to be served.
fn put(staging: &mut Staging, group: &[u32], record: &Kind, max_bytes: usize, report: &mut ReportBuilder) {
    let measured = Measured::of(record);
    if measured.len > max_bytes {
        report_conflict(staging, group, "together they are too large for one record", report);
        return;
    }
    let others: Vec<String> = group[1..].iter().map(|index| staging.name(*index).to_owned()).collect();
    for other in others {
        staging.remove(&other);
    }
    let origin = staging.entries[group[0] as usize].origin;
    staging.replace(group[0], &measured, origin, |buffer| encode(record, buffer));
}
