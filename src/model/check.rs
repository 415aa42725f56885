//! Checks on a single record, and the defaults that it gets.
//!
//! Everything here is decided from the record alone. References to other records are checked when a corpus is built.

use std::collections::{BTreeMap, HashSet};

use super::name::record_name;
use super::span::{InvalidSpan, byte_ranges, check_order, joined};
use super::{Code, Findings, Resource, check_name, is_country, is_language, quoted, time};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{
    Actor, AliasKind, Article, Claim, ClaimStatus, Evidence, EvidenceField, Mention, PartialTime, Party, Record,
    RelationStatus, Span,
};

/// Most bytes of an actor's display name. Page tokens contain one, and lists show it on a line.
const MAX_DISPLAY_NAME_BYTES: usize = 1024;
/// Most code points of an evidence's `prefix` and `suffix`.
pub const MAX_CONTEXT: usize = 32;

/// Checks a record, fills in its defaults and computed fields, and moves values that no field can hold to `labels`.
///
/// Checking is idempotent: a record that was checked before is not changed again. A finding of severity error means
/// that the record must not be served.
pub fn check_record(record: &mut Record) -> Findings {
    let mut findings = Findings::default();
    let Some((resource, name)) = record_name(record) else {
        findings.add(Code::NotOneRecord, "", "the record is empty");
        return findings;
    };
    if let Err(error) = check_name(name, resource) {
        findings.add(Code::NameInvalid, "name", error.to_string());
    }
    match record.record.as_mut() {
        Some(Kind::Article(record)) => check_article(record, &mut findings),
        Some(Kind::Actor(record)) => check_actor(record, &mut findings),
        Some(Kind::Claim(record)) => check_claim(record, &mut findings),
        None => {}
    }
    findings
}

// === Records ===

fn check_article(article: &mut Article, findings: &mut Findings) {
    article.body_length = i32::try_from(article.body.chars().count()).unwrap_or(i32::MAX);
    language(&mut article.language, || "language".to_owned(), &mut article.labels, findings);
    reference(&article.publisher_actor, Resource::Actor, || "publisher_actor".to_owned(), findings);
    merged_names(&article.merged_names, Resource::Article, findings);
    precision(article.publish_time.as_ref(), || "publish_time".to_owned(), findings);
    precision(article.modify_time.as_ref(), || "modify_time".to_owned(), findings);
    for (index, mention) in article.mentions.iter().enumerate() {
        check_mention(mention, &format!("mentions[{index}]"), &article.body, findings);
    }
}

fn check_mention(mention: &Mention, path: &str, body: &str, findings: &mut Findings) {
    required(&mention.actor, &format!("{path}.actor"), findings);
    reference(&mention.actor, Resource::Actor, || format!("{path}.actor"), findings);
    let span_field = |index| format!("{path}.spans[{index}]");
    if body.is_empty() {
        return spans(&mention.spans, span_field, findings);
    }
    let ranges = match byte_ranges(body, &mention.spans) {
        Ok(ranges) => ranges,
        Err(error) => return invalid_span(error, span_field, findings),
    };
    // The spans of a mention are its occurrences, each of the whole text ("Trump" in two places), or the parts of one
    // occurrence ("Mike" … "Pompeo").
    if !mention.text.is_empty() && !ranges.is_empty() && joined(body, &ranges) != mention.text {
        for (index, range) in ranges.into_iter().enumerate() {
            let found = &body[range];
            if found != mention.text {
                let message = format!("the body has {} there, not {}", quoted(found), quoted(&mention.text));
                findings.add(Code::MentionDiffers, span_field(index), message);
            }
        }
    }
}

fn check_actor(actor: &mut Actor, findings: &mut Findings) {
    required(&actor.display_name, "display_name", findings);
    let length = actor.display_name.len();
    if length > MAX_DISPLAY_NAME_BYTES {
        let message = format!("has {length} bytes, the maximum is {MAX_DISPLAY_NAME_BYTES}");
        findings.add(Code::OutOfRange, "display_name", message);
    }
    for (index, alias) in actor.aliases.iter_mut().enumerate() {
        required(&alias.text, &format!("aliases[{index}].text"), findings);
        language(&mut alias.language, || format!("aliases[{index}].language"), &mut actor.labels, findings);
        if alias.kind() == AliasKind::Unspecified {
            alias.set_kind(AliasKind::Alias);
        }
    }
    for (index, identifier) in actor.identifiers.iter().enumerate() {
        required(&identifier.scheme, &format!("identifiers[{index}].scheme"), findings);
        required(&identifier.value, &format!("identifiers[{index}].value"), findings);
    }
    countries(&mut actor.countries, &mut actor.labels, findings);
    for (index, role) in actor.roles.iter().enumerate() {
        required(&role.title, &format!("roles[{index}].title"), findings);
        reference(&role.organization, Resource::Actor, || format!("roles[{index}].organization"), findings);
        precision(role.start_time.as_ref(), || format!("roles[{index}].start_time"), findings);
        precision(role.end_time.as_ref(), || format!("roles[{index}].end_time"), findings);
    }
    reference(&actor.parent, Resource::Actor, || "parent".to_owned(), findings);
    merged_names(&actor.merged_names, Resource::Actor, findings);
}

fn check_claim(claim: &mut Claim, findings: &mut Findings) {
    required(&claim.text, "text", findings);
    language(&mut claim.language, || "language".to_owned(), &mut claim.labels, findings);
    precision(claim.claim_time.as_ref(), || "claim_time".to_owned(), findings);
    for (parties, path) in
        [(&claim.speakers, "speakers"), (&claim.subjects, "subjects"), (&claim.addressees, "addressees")]
    {
        for (index, party) in parties.iter().enumerate() {
            check_party(party, &format!("{path}[{index}]"), findings);
        }
    }
    for (index, position) in claim.positions.iter().enumerate() {
        required(&position.concept, &format!("positions[{index}].concept"), findings);
    }
    for (index, evidence) in claim.evidence.iter_mut().enumerate() {
        check_evidence(evidence, &format!("evidence[{index}]"), findings);
    }
    check_relations(claim, findings);
    check_reviews(claim, findings);
    share(claim.confidence, || "confidence".to_owned(), findings);
    if claim.status() == ClaimStatus::Unspecified {
        claim.set_status(ClaimStatus::Active);
    }
}

fn check_party(party: &Party, path: &str, findings: &mut Findings) {
    if party.actor.is_empty() && party.mention.is_empty() {
        findings.add(Code::FieldRequired, format!("{path}.actor"), "is empty, and mention is empty too");
    }
    reference(&party.actor, Resource::Actor, || format!("{path}.actor"), findings);
    reference(&party.on_behalf_of, Resource::Actor, || format!("{path}.on_behalf_of"), findings);
    share(party.probability, || format!("{path}.probability"), findings);
}

fn check_evidence(evidence: &mut Evidence, path: &str, findings: &mut Findings) {
    required(&evidence.article, &format!("{path}.article"), findings);
    reference(&evidence.article, Resource::Article, || format!("{path}.article"), findings);
    if evidence.field() == EvidenceField::Unspecified {
        evidence.set_field(EvidenceField::Body);
    }
    spans(&evidence.spans, |index| format!("{path}.spans[{index}]"), findings);
    for (span, name) in [(&evidence.cue, "cue"), (&evidence.speaker, "speaker")] {
        if let Some(span) = span {
            spans(std::slice::from_ref(span), |_| format!("{path}.{name}"), findings);
        }
    }
    for (context, name) in [(&evidence.prefix, "prefix"), (&evidence.suffix, "suffix")] {
        let length = context.chars().count();
        if length > MAX_CONTEXT {
            let message = format!("has {length} code points, the maximum is {MAX_CONTEXT}");
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
        required(&relation.claim, &format!("{path}.claim"), findings);
        reference(&relation.claim, Resource::Claim, || format!("{path}.claim"), findings);
        share(relation.strength, || format!("{path}.strength"), findings);
        if relation.claim == *name {
            findings.add(Code::SelfRelation, format!("{path}.claim"), "refers to the claim itself");
        }
        if relation.status() == RelationStatus::Unspecified {
            relation.set_status(RelationStatus::Confirmed);
        }
        let is_first = seen.insert((relation.kind, relation.claim.clone()));
        if !is_first {
            let message = format!("repeats {} to {}", relation.kind().as_str_name(), relation.claim);
            findings.add(Code::RelationRepeated, path, message);
        }
        is_first
    });
}

fn check_reviews(claim: &mut Claim, findings: &mut Findings) {
    for (index, review) in claim.reviews.iter_mut().enumerate() {
        let path = |name: &str| format!("reviews[{index}].{name}");
        reference(&review.reviewer, Resource::Actor, || path("reviewer"), findings);
        language(&mut review.language, || path("language"), &mut claim.labels, findings);
        precision(review.review_time.as_ref(), || path("review_time"), findings);
        if let Some(rating) = &review.rating {
            finite(rating.value, || path("rating.value"), findings);
            finite(rating.best, || path("rating.best"), findings);
            finite(rating.worst, || path("rating.worst"), findings);
        }
    }
}

// === Fields ===
// `field` builds the path of the field. It is called only where there is a finding.

fn required(value: &str, field: &str, findings: &mut Findings) {
    if value.trim().is_empty() {
        findings.add(Code::FieldRequired, field, "is empty");
    }
}

/// An empty reference is allowed; whether the field is required is checked separately.
fn reference(name: &str, to: Resource, field: impl FnOnce() -> String, findings: &mut Findings) {
    if !name.is_empty()
        && let Err(error) = check_name(name, to)
    {
        findings.add(Code::ReferenceInvalid, field(), error.to_string());
    }
}

fn merged_names(names: &[String], of: Resource, findings: &mut Findings) {
    for (index, name) in names.iter().enumerate() {
        required(name, &format!("merged_names[{index}]"), findings);
        reference(name, of, || format!("merged_names[{index}]"), findings);
    }
}

/// A probability or strength. Not-a-number is out of range.
fn share(value: Option<f64>, field: impl FnOnce() -> String, findings: &mut Findings) {
    if let Some(value) = value
        && !(0.0..=1.0).contains(&value)
    {
        findings.add(Code::OutOfRange, field(), format!("{value} is not between 0 and 1"));
    }
}

fn finite(value: Option<f64>, field: impl FnOnce() -> String, findings: &mut Findings) {
    if let Some(value) = value
        && !value.is_finite()
    {
        findings.add(Code::OutOfRange, field(), format!("{value} is not a finite number"));
    }
}

fn precision(partial: Option<&PartialTime>, field: impl FnOnce() -> String, findings: &mut Findings) {
    if let Some((code, part, message)) = partial.and_then(time::mismatch) {
        findings.add(code, format!("{}.{part}", field()), message);
    }
}

/// Checks the order of spans; their text may not be known.
fn spans(spans: &[Span], field: impl Fn(usize) -> String, findings: &mut Findings) {
    if let Err(error) = check_order(spans) {
        invalid_span(error, field, findings);
    }
}

fn invalid_span(error: InvalidSpan, field: impl Fn(usize) -> String, findings: &mut Findings) {
    findings.add(Code::SpanInvalid, field(error.index()), error.to_string());
}

/// Moves a text that is not a language tag to `labels`.
fn language(
    tag: &mut String,
    field: impl FnOnce() -> String,
    labels: &mut BTreeMap<String, String>,
    findings: &mut Findings,
) {
    if !tag.is_empty() && !is_language(tag) {
        let field = field();
        findings.add(Code::LanguageInvalid, &field, format!("{} is not a language tag", quoted(tag)));
        labels.insert(field, std::mem::take(tag));
    }
}

/// Moves texts that are not country codes to `labels`.
fn countries(codes: &mut Vec<String>, labels: &mut BTreeMap<String, String>, findings: &mut Findings) {
    let mut index = 0;
    codes.retain_mut(|code| {
        let field = format!("countries[{index}]");
        index += 1;
        if is_country(code) {
            return true;
        }
        findings.add(Code::CountryInvalid, &field, format!("{} is not a country code", quoted(code)));
        labels.insert(field, std::mem::take(code));
        false
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_of_1024_bytes_is_accepted_and_one_of_1025_is_refused() {
        for (length, is_accepted) in [(MAX_DISPLAY_NAME_BYTES, true), (MAX_DISPLAY_NAME_BYTES + 1, false)] {
            let mut actor = Actor { display_name: "x".repeat(length), ..Actor::default() };
            let mut findings = Findings::default();
            check_actor(&mut actor, &mut findings);
            assert_eq!(findings.has_error(), !is_accepted, "{length}");
        }
    }
}
