//! Rules on a claim.

use std::collections::HashSet;

use super::{Code, Findings, MAX_CONTEXT, Resource, field, precision};
use crate::proto::v1::{Claim, ClaimStatus, Evidence, EvidenceField, Party, RelationStatus, Span};

pub(super) fn check(claim: &mut Claim, findings: &mut Findings) {
    field::required(&claim.text, "text", findings);
    field::language(&mut claim.language, || "language".to_owned(), &mut claim.labels, findings);
    precision::check(claim.claim_time.as_ref(), || "claim_time".to_owned(), findings);
    for (parties, path) in
        [(&claim.speakers, "speakers"), (&claim.subjects, "subjects"), (&claim.addressees, "addressees")]
    {
        for (index, party) in parties.iter().enumerate() {
            check_party(party, &format!("{path}[{index}]"), findings);
        }
    }
    for (index, position) in claim.positions.iter().enumerate() {
        field::required(&position.concept, &format!("positions[{index}].concept"), findings);
    }
    for (index, evidence) in claim.evidence.iter_mut().enumerate() {
        check_evidence(evidence, &format!("evidence[{index}]"), findings);
    }
    check_relations(claim, findings);
    check_reviews(claim, findings);
    field::share(claim.confidence, || "confidence".to_owned(), findings);
    if claim.status() == ClaimStatus::Unspecified {
        claim.set_status(ClaimStatus::Active);
    }
}

fn check_party(party: &Party, path: &str, findings: &mut Findings) {
    if party.actor.is_empty() && party.mention.is_empty() {
        findings.add(Code::FieldRequired, format!("{path}.actor"), "is empty, and so is mention");
    }
    field::reference(&party.actor, Resource::Actor, || format!("{path}.actor"), findings);
    field::reference(&party.on_behalf_of, Resource::Actor, || format!("{path}.on_behalf_of"), findings);
    field::share(party.probability, || format!("{path}.probability"), findings);
}

fn check_evidence(evidence: &mut Evidence, path: &str, findings: &mut Findings) {
    field::required(&evidence.article, &format!("{path}.article"), findings);
    field::reference(&evidence.article, Resource::Article, || format!("{path}.article"), findings);
    if evidence.field() == EvidenceField::Unspecified {
        evidence.set_field(EvidenceField::Body);
    }
    field::spans(&evidence.spans, |index| format!("{path}.spans[{index}]"), findings);
    for (span, name) in [(&evidence.cue, "cue"), (&evidence.speaker, "speaker")] {
        if let Some(Span { start, end }) = *span {
            field::spans(&[Span { start, end }], |_| format!("{path}.{name}"), findings);
        }
    }
    for (context, name) in [(&evidence.prefix, "prefix"), (&evidence.suffix, "suffix")] {
        let length = context.chars().count();
        if length > MAX_CONTEXT {
            let message = format!("{length} code points are more than {MAX_CONTEXT}");
            findings.add(Code::OutOfRange, format!("{path}.{name}"), message);
        }
    }
}

fn check_relations(claim: &mut Claim, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let mut index = 0;
    let name = &claim.name;
    claim.relations.retain_mut(|relation| {
        let path = format!("relations[{index}]");
        index += 1;
        field::required(&relation.claim, &format!("{path}.claim"), findings);
        field::reference(&relation.claim, Resource::Claim, || format!("{path}.claim"), findings);
        field::share(relation.strength, || format!("{path}.strength"), findings);
        if relation.claim == *name {
            findings.add(Code::SelfRelation, format!("{path}.claim"), "is the claim itself");
        }
        if relation.status() == RelationStatus::Unspecified {
            relation.set_status(RelationStatus::Confirmed);
        }
        let first = seen.insert((relation.kind, relation.claim.clone()));
        if !first {
            let message = format!("a second {} to {}", relation.kind().as_str_name(), relation.claim);
            findings.add(Code::RelationRepeated, path, message);
        }
        first
    });
}

fn check_reviews(claim: &mut Claim, findings: &mut Findings) {
    for (index, review) in claim.reviews.iter_mut().enumerate() {
        let path = |name: &str| format!("reviews[{index}].{name}");
        field::reference(&review.reviewer, Resource::Actor, || path("reviewer"), findings);
        field::language(&mut review.language, || path("language"), &mut claim.labels, findings);
        precision::check(review.review_time.as_ref(), || path("review_time"), findings);
        if let Some(rating) = &review.rating {
            field::finite(rating.value, || path("rating.value"), findings);
            field::finite(rating.best, || path("rating.best"), findings);
            field::finite(rating.worst, || path("rating.worst"), findings);
        }
    }
}
