//! Deduplication across datasets: merges actors that share an identifier, and articles that share a URL.
//!
//! Records that are linked transitively are a group. The record with the first name in order stays, and the others are
//! merged into it, so the result does not depend on the order of the input. A group with contradictory identifiers or
//! texts is reported and not merged, so that a wrong identifier does not merge two people.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use prost::Message;

use super::staging::{Measured, Staging};
use crate::corpus::report::ReportBuilder;
use crate::model::{Code, Finding, canonical_url, merge_record};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, Article};

/// Which records of different datasets are merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeRules {
    /// Identifier schemes: actors that share an identifier of one of them are merged.
    pub actors_by: Vec<String>,
    /// Whether articles that share a URL are merged.
    pub articles_by_url: bool,
}

impl MergeRules {
    /// Adds the rules of another manifest.
    pub(super) fn extend(&mut self, other: Self) {
        self.actors_by.extend(other.actors_by);
        self.articles_by_url |= other.articles_by_url;
    }
}

/// Merges actors that share an identifier of one of these schemes.
pub(super) fn merge_actors(staging: &mut Staging, schemes: &[String], max_bytes: usize, report: &mut ReportBuilder) {
    if schemes.is_empty() {
        return;
    }
    let mut by_identifier: BTreeMap<(String, String), Vec<u32>> = BTreeMap::new();
    for index in staging.kept() {
        let identifiers = decode_actor(staging, index).identifiers;
        for identifier in identifiers.into_iter().filter(|identifier| schemes.contains(&identifier.scheme)) {
            let all = by_identifier.entry((identifier.scheme, identifier.value)).or_default();
            if all.last() != Some(&index) {
                all.push(index);
            }
        }
    }
    for group in groups(by_identifier.into_values(), staging) {
        let all: Vec<Actor> = group.iter().map(|index| decode_actor(staging, *index)).collect();
        if let Some(conflict) = identifier_conflict(&all, schemes) {
            report_conflict(staging, &group, &conflict, report);
            continue;
        }
        let names: BTreeSet<String> = all.iter().map(|actor| actor.name.clone()).collect();
        let mut records = all.into_iter();
        let mut kept = Kind::Actor(records.next().expect("a group has members"));
        for other in records {
            merge_into(staging, group[0], (&mut kept, Kind::Actor(other)), report);
        }
        if let Kind::Actor(actor) = &mut kept {
            add_former_names(&mut actor.merged_names, &names, &actor.name);
            if names.contains(&actor.parent) {
                actor.parent.clear();
            }
        }
        store(staging, &group, &kept, max_bytes, report);
    }
}

/// Merges articles that share a URL.
pub(super) fn merge_articles(staging: &mut Staging, by_url: bool, max_bytes: usize, report: &mut ReportBuilder) {
    if !by_url {
        return;
    }
    let mut with_url: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for index in staging.kept() {
        if let Some(url) = canonical_url(&decode_article(staging, index).url) {
            with_url.entry(url).or_default().push(index);
        }
    }
    for group in groups(with_url.into_values(), staging) {
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
            merge_into(staging, group[0], (&mut kept, Kind::Article(other)), report);
        }
        if let Kind::Article(article) = &mut kept {
            add_former_names(&mut article.merged_names, &names, &article.name);
        }
        store(staging, &group, &kept, max_bytes, report);
    }
}

/// Adds the names of a group to the former names of the record that stays, except its own name.
fn add_former_names(merged: &mut Vec<String>, names: &BTreeSet<String>, kept: &str) {
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

/// The groups of at least two records that `lists` link, each ordered by name; groups ordered by their first name.
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

/// A description of the scheme in which the actors of a group have different identifiers, if there is one.
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
    report.add(staging.entry(group[0]).origin, staging.name(group[0]), finding);
}

/// Merges another record into the one that stays, and reports that and the fields in which they differ.
fn merge_into(staging: &Staging, stays: u32, (kept, other): (&mut Kind, Kind), report: &mut ReportBuilder) {
    let origin = staging.entry(stays).origin;
    let message = format!("{} is the same record and was merged into it", Measured::of(&other).name);
    let finding = Finding { code: Code::RecordsMerged, field: String::new(), message };
    report.add(origin, staging.name(stays), finding);
    let findings = merge_record(kept, other);
    report.add_all(origin, Measured::of(kept).name, findings);
}

/// Replaces the first record of a group by the merged one and removes the others, unless the merged one is too large.
fn store(staging: &mut Staging, group: &[u32], record: &Kind, max_bytes: usize, report: &mut ReportBuilder) {
    if Measured::of(record).check_size(max_bytes).is_err() {
        report_conflict(staging, group, "together they are too large for one record", report);
        return;
    }
    let others: Vec<String> = group[1..].iter().map(|index| staging.name(*index).to_owned()).collect();
    for other in others {
        staging.remove(&other);
    }
    let origin = staging.entry(group[0]).origin;
    staging.replace(group[0], record, origin);
}
