//! Two records of one claim.

use prost::Message;

use super::{field, list};
use crate::model::Findings;
use crate::proto::v1::{Claim, ClaimKind, ClaimStatus, Relation, Review, Verdict};

pub(super) fn unite(kept: &mut Claim, other: Claim, findings: &mut Findings) {
    field::text(&mut kept.text, other.text, "text", findings);
    field::text(&mut kept.language, other.language, "language", findings);
    let name = |value| ClaimKind::try_from(value).map_or("", |value| value.as_str_name());
    field::kind(&mut kept.kind, other.kind, ClaimKind::Other.into(), "kind", name, findings);
    list::messages(&mut kept.speakers, other.speakers);
    list::messages(&mut kept.subjects, other.subjects);
    list::messages(&mut kept.addressees, other.addressees);
    field::time(&mut kept.claim_time, other.claim_time, "claim_time", findings);
    field::text(&mut kept.venue, other.venue, "venue", findings);
    list::messages(&mut kept.positions, other.positions);
    list::values(&mut kept.topics, other.topics);
    list::messages(&mut kept.evidence, other.evidence);
    list::keyed(&mut kept.relations, other.relations, is_same_relation, |kept, other| {
        if other.encode_to_vec() > kept.encode_to_vec() {
            *kept = other;
        }
    });
    list::keyed(&mut kept.reviews, other.reviews, is_same_review, |kept, other| {
        unite_reviews(kept, other, findings);
    });
    // The more careful of two makers.
    let careful = |share: &f64| std::cmp::Reverse(share.to_bits());
    field::higher(&mut kept.confidence, other.confidence, careful, "confidence", findings);
    // None of them is general: a claim that somebody took back is taken back.
    let name = |value| ClaimStatus::try_from(value).map_or("", |value| value.as_str_name());
    field::kind(&mut kept.status, other.status, 0, "status", name, findings);
    field::labels(&mut kept.labels, other.labels, findings);
    field::provenance(&mut kept.provenance, other.provenance, findings);
}

fn is_same_relation(a: &Relation, b: &Relation) -> bool {
    (a.kind, &a.claim) == (b.kind, &b.claim)
}

/// A page of a reviewer is one review of the claim, however often it was collected.
fn is_same_review(a: &Review, b: &Review) -> bool {
    if a.url.is_empty() { a == b } else { (&a.url, &a.reviewer) == (&b.url, &b.reviewer) }
}

fn unite_reviews(kept: &mut Review, other: Review, findings: &mut Findings) {
    field::text(&mut kept.reviewer_name, other.reviewer_name, "reviews.reviewer_name", findings);
    field::text(&mut kept.title, other.title, "reviews.title", findings);
    field::text(&mut kept.language, other.language, "reviews.language", findings);
    field::latest(&mut kept.review_time, other.review_time, "reviews.review_time", findings);
    field::text(&mut kept.claim_reviewed, other.claim_reviewed, "reviews.claim_reviewed", findings);
    let name = |value| Verdict::try_from(value).map_or("", |value| value.as_str_name());
    field::kind(&mut kept.verdict, other.verdict, Verdict::Other.into(), "reviews.verdict", name, findings);
    field::text(&mut kept.rating_text, other.rating_text, "reviews.rating_text", findings);
    field::higher(&mut kept.rating, other.rating, Message::encode_to_vec, "reviews.rating", findings);
}
