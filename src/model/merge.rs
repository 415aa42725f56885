//! Merges two records of one name into one.
//!
//! Importers produce the same actor or article many times, each time with a part of its fields. The result must not
//! depend on the order of the parts, so that every rule is commutative and associative: lists and maps are united, and of
//! two values of a single field the higher in rank is kept. The longer text, the more precise time and the more specific
//! kind rank higher. A value that is not kept is reported; the other display name of an actor becomes an alias.

mod fields;

use std::collections::BTreeMap;

use prost::Message;

use super::Findings;
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{
    Actor, ActorType, Alias, AliasKind, Article, Claim, ClaimKind, ClaimStatus, Mention, Relation, Review, Verdict,
};

/// Merges `other` into `kept`, which has the same name. Reports the fields whose values differ.
pub fn merge_record(kept: &mut Kind, other: Kind) -> Findings {
    let mut findings = Findings::default();
    match (kept, other) {
        (Kind::Article(kept), Kind::Article(other)) => merge_articles(kept, other, &mut findings),
        (Kind::Actor(kept), Kind::Actor(other)) => merge_actors(kept, other, &mut findings),
        (Kind::Claim(kept), Kind::Claim(other)) => merge_claims(kept, other, &mut findings),
        // A name contains its resource, so records of two resources never have the same name.
        (Kind::Article(_) | Kind::Actor(_) | Kind::Claim(_), _) => {}
    }
    findings
}

fn merge_articles(kept: &mut Article, mut other: Article, findings: &mut Findings) {
    if kept.body != other.body {
        // Spans refer to one of the two bodies, so the spans of the other are dropped with it.
        let is_other_kept = (other.body.len(), &other.body) > (kept.body.len(), &kept.body);
        let left = if is_other_kept { &mut kept.mentions } else { &mut other.mentions };
        for mention in left {
            mention.spans.clear();
        }
        if is_other_kept {
            kept.body_length = other.body_length;
        }
    }
    fields::text(&mut kept.body, other.body, "body", findings);
    merge_mentions(&mut kept.mentions, other.mentions);
    fields::text(&mut kept.title, other.title, "title", findings);
    fields::text(&mut kept.language, other.language, "language", findings);
    fields::text(&mut kept.publisher, other.publisher, "publisher", findings);
    fields::text(&mut kept.publisher_actor, other.publisher_actor, "publisher_actor", findings);
    fields::list(&mut kept.authors, other.authors);
    fields::text(&mut kept.url, other.url, "url", findings);
    fields::time(&mut kept.publish_time, other.publish_time, "publish_time", findings);
    fields::latest(&mut kept.modify_time, other.modify_time, "modify_time", findings);
    fields::text(&mut kept.section, other.section, "section", findings);
    fields::list(&mut kept.topics, other.topics);
    fields::list(&mut kept.merged_names, other.merged_names);
    fields::labels(&mut kept.labels, other.labels, findings);
    fields::provenance(&mut kept.provenance, other.provenance, findings);
}

/// Merges two lists of mentions. Their order must not depend on spans, because spans are dropped with their body.
fn merge_mentions(kept: &mut Vec<Mention>, other: Vec<Mention>) {
    if kept.is_empty() || other.is_empty() {
        kept.extend(other);
        return;
    }
    if kept.iter().map(key).eq(other.iter().map(key)) {
        for (kept, other) in kept.iter_mut().zip(other) {
            keep_higher(kept, other);
        }
        return;
    }
    let mut all: BTreeMap<(String, String), Mention> = BTreeMap::new();
    for mention in kept.drain(..).chain(other) {
        let (actor, text) = key(&mention);
        let key = (actor.to_owned(), text.to_owned());
        match all.get_mut(&key) {
            Some(kept) => keep_higher(kept, mention),
            None => drop(all.insert(key, mention)),
        }
    }
    *kept = all.into_values().collect();
}

fn key(mention: &Mention) -> (&str, &str) {
    (&mention.actor, &mention.text)
}

fn keep_higher(kept: &mut Mention, other: Mention) {
    if rank(&other) > rank(kept) {
        *kept = other;
    }
}

/// A mention with more spans ranks higher.
fn rank(mention: &Mention) -> (usize, Vec<(i32, i32)>) {
    (mention.spans.len(), mention.spans.iter().map(|span| (span.start, span.end)).collect())
}

fn merge_actors(kept: &mut Actor, other: Actor, findings: &mut Findings) {
    fields::messages(&mut kept.aliases, other.aliases);
    if let Some(text) = fields::text(&mut kept.display_name, other.display_name, "display_name", findings) {
        fields::add(&mut kept.aliases, Alias { text, language: String::new(), kind: AliasKind::Alias.into() });
    }
    let name = |value| ActorType::try_from(value).map_or("", |value| value.as_str_name());
    fields::kind(&mut kept.r#type, other.r#type, ActorType::Other.into(), "type", name, findings);
    fields::messages(&mut kept.identifiers, other.identifiers);
    fields::text(&mut kept.description, other.description, "description", findings);
    fields::list(&mut kept.countries, other.countries);
    fields::messages(&mut kept.roles, other.roles);
    fields::text(&mut kept.parent, other.parent, "parent", findings);
    fields::list(&mut kept.merged_names, other.merged_names);
    fields::text(&mut kept.url, other.url, "url", findings);
    fields::labels(&mut kept.labels, other.labels, findings);
    fields::provenance(&mut kept.provenance, other.provenance, findings);
}

fn merge_claims(kept: &mut Claim, other: Claim, findings: &mut Findings) {
    fields::text(&mut kept.text, other.text, "text", findings);
    fields::text(&mut kept.language, other.language, "language", findings);
    let name = |value| ClaimKind::try_from(value).map_or("", |value| value.as_str_name());
    fields::kind(&mut kept.kind, other.kind, ClaimKind::Other.into(), "kind", name, findings);
    fields::messages(&mut kept.speakers, other.speakers);
    fields::messages(&mut kept.subjects, other.subjects);
    fields::messages(&mut kept.addressees, other.addressees);
    fields::time(&mut kept.claim_time, other.claim_time, "claim_time", findings);
    fields::text(&mut kept.venue, other.venue, "venue", findings);
    fields::messages(&mut kept.positions, other.positions);
    fields::list(&mut kept.topics, other.topics);
    fields::messages(&mut kept.evidence, other.evidence);
    fields::keyed(&mut kept.relations, other.relations, is_same_relation, |kept, other| {
        if other.encode_to_vec() > kept.encode_to_vec() {
            *kept = other;
        }
    });
    fields::keyed(&mut kept.reviews, other.reviews, is_same_review, |kept, other| {
        merge_reviews(kept, other, findings);
    });
    // The lower confidence is kept.
    let careful = |share: &f64| std::cmp::Reverse(share.to_bits());
    fields::higher(&mut kept.confidence, other.confidence, careful, "confidence", findings);
    // No status is general: RETRACTED ranks above SUPERSEDED, and SUPERSEDED above ACTIVE.
    let name = |value| ClaimStatus::try_from(value).map_or("", |value| value.as_str_name());
    fields::kind(&mut kept.status, other.status, 0, "status", name, findings);
    fields::labels(&mut kept.labels, other.labels, findings);
    fields::provenance(&mut kept.provenance, other.provenance, findings);
}

fn is_same_relation(a: &Relation, b: &Relation) -> bool {
    (a.kind, &a.claim) == (b.kind, &b.claim)
}

/// Reviews of one reviewer under one URL are the same review.
fn is_same_review(a: &Review, b: &Review) -> bool {
    if a.url.is_empty() { a == b } else { (&a.url, &a.reviewer) == (&b.url, &b.reviewer) }
}

fn merge_reviews(kept: &mut Review, other: Review, findings: &mut Findings) {
    fields::text(&mut kept.reviewer_name, other.reviewer_name, "reviews.reviewer_name", findings);
    fields::text(&mut kept.title, other.title, "reviews.title", findings);
    fields::text(&mut kept.language, other.language, "reviews.language", findings);
    fields::latest(&mut kept.review_time, other.review_time, "reviews.review_time", findings);
    fields::text(&mut kept.claim_reviewed, other.claim_reviewed, "reviews.claim_reviewed", findings);
    let name = |value| Verdict::try_from(value).map_or("", |value| value.as_str_name());
    fields::kind(&mut kept.verdict, other.verdict, Verdict::Other.into(), "reviews.verdict", name, findings);
    fields::text(&mut kept.rating_text, other.rating_text, "reviews.rating_text", findings);
    fields::higher(&mut kept.rating, other.rating, Message::encode_to_vec, "reviews.rating", findings);
}

#[cfg(test)]
mod tests;
