//! Validates claims: their references, and the anchors of their evidence.

use prost::Message;
use rayon::prelude::*;

use super::anchor::anchor;
use super::references::{self, References, Targets, dropped_message};
use super::staging::{Staging, too_large};
use crate::corpus::arena::{Arena, Slot};
use crate::corpus::peek;
use crate::corpus::report::ReportBuilder;
use crate::corpus::table::Row;
use crate::model::{Code, Finding, Findings};
use crate::proto::v1::{Claim, EvidenceField};

/// Bytes of claims that one task validates; they become one chunk of the arena.
const GROUP_BYTES: usize = 4 << 20;

/// The records that claims are checked against.
#[derive(Clone, Copy)]
struct Known<'s> {
    claims: &'s Staging,
    articles: Targets<'s>,
    actors: Targets<'s>,
    max_record_bytes: usize,
}

/// The result of one task.
#[derive(Default)]
struct Group {
    /// The valid claims, encoded.
    bytes: Vec<u8>,
    /// Their indexes and lengths.
    lens: Vec<(u32, usize)>,
    findings: Vec<(u32, Findings)>,
    /// The claims with an error.
    wrong: Vec<u32>,
    /// Relations: (claim, related claim).
    relations: Vec<(u32, u32)>,
}

/// Validates all claims in parallel and drops those with an error, and claims that relate to dropped ones. Returns the
/// remaining claims, which changed where their evidence was corrected, in a new arena.
pub(super) fn validate(
    mut staging: Staging,
    articles: Targets<'_>,
    actors: Targets<'_>,
    max_record_bytes: usize,
    report: &mut ReportBuilder,
) -> (Arena, Vec<Row>) {
    let known = Known { claims: &staging, articles, actors, max_record_bytes };
    let groups: Vec<Group> = groups(&staging).into_par_iter().map(|indexes| validate_group(&indexes, known)).collect();

    let mut wrong = Vec::new();
    let mut relations = Vec::new();
    let mut validated = Vec::with_capacity(groups.len());
    for group in groups {
        wrong.extend(group.wrong);
        relations.extend(group.relations);
        for (index, findings) in group.findings {
            staging.report(index, findings, report);
        }
        validated.push((group.bytes, group.lens));
    }
    References::new(relations).drop_all(&mut staging, wrong, |staging, from, to| {
        report_dropped(staging, from, to, report);
    });

    let mut arena = Arena::default();
    let mut rows = Vec::new();
    for (bytes, lens) in validated {
        let chunk = arena.push_chunk(bytes);
        let mut start = 0;
        for (index, len) in lens {
            let entry = staging.entry(index);
            if !entry.dropped {
                let basic_len = u32::try_from(len).expect("records are limited to far below 4 GiB");
                rows.push(Row { slot: Slot::in_chunk(chunk, start, len), basic_len, time: entry.time });
            }
            start += len;
        }
    }
    (arena, rows)
}

/// The claims in groups of [`GROUP_BYTES`], in the order of the table: claims of adjacent times are adjacent in memory.
fn groups(staging: &Staging) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = staging.kept().collect();
    let key = |index: &u32| (staging.entry(*index).time, staging.name(*index));
    order.par_sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    let mut groups = vec![Vec::new()];
    let mut bytes = 0;
    for index in order {
        let len = staging.encoded(index).len();
        if bytes + len > GROUP_BYTES {
            groups.push(Vec::new());
            bytes = 0;
        }
        bytes += len;
        groups.last_mut().expect("there is a group").push(index);
    }
    groups
}

fn validate_group(indexes: &[u32], known: Known<'_>) -> Group {
    let mut group = Group::default();
    for index in indexes.iter().copied() {
        let mut claim = Claim::decode(known.claims.encoded(index)).expect("records were encoded here");
        let mut findings = Findings::default();
        check_references(&claim, known.actors, &mut findings);
        check_relations(&claim, index, known.claims, &mut group.relations, &mut findings);
        check_evidence(&mut claim, known, &mut findings);
        let len = claim.encoded_len();
        if len > known.max_record_bytes {
            findings.add(Code::RecordTooLarge, "", too_large(len, known.max_record_bytes));
        }
        if findings.has_error() {
            group.wrong.push(index);
        } else {
            claim.encode(&mut group.bytes).expect("a vector grows");
            group.lens.push((index, len));
        }
        group.findings.push((index, findings));
    }
    group.bytes.shrink_to_fit();
    group
}

/// Checks the actors that a claim refers to.
fn check_references(claim: &Claim, actors: Targets<'_>, findings: &mut Findings) {
    let roles = [("speakers", &claim.speakers), ("subjects", &claim.subjects), ("addressees", &claim.addressees)];
    for (field, parties) in roles {
        for (at, party) in parties.iter().enumerate() {
            actors.check(&party.actor, || format!("{field}[{at}].actor"), findings);
            actors.check(&party.on_behalf_of, || format!("{field}[{at}].on_behalf_of"), findings);
        }
    }
    for (at, review) in claim.reviews.iter().enumerate() {
        actors.check(&review.reviewer, || format!("reviews[{at}].reviewer"), findings);
    }
}

/// Checks the claims that a claim relates to, and collects the relations.
fn check_relations(
    claim: &Claim,
    index: u32,
    claims: &Staging,
    relations: &mut Vec<(u32, u32)>,
    findings: &mut Findings,
) {
    for (at, relation) in claim.relations.iter().enumerate() {
        let field = || format!("relations[{at}].claim");
        let target = references::check(claims.lookup(&relation.claim), &relation.claim, field, findings);
        relations.extend(target.map(|target| (index, target)));
    }
}

/// Checks the articles of the evidence and anchors the quotes in them.
fn check_evidence(claim: &mut Claim, known: Known<'_>, findings: &mut Findings) {
    let mut room = known.max_record_bytes.saturating_sub(claim.encoded_len());
    for (at, evidence) in claim.evidence.iter_mut().enumerate() {
        let path = format!("evidence[{at}]");
        let lookup = known.articles.lookup(&evidence.article);
        let field = || format!("{path}.article");
        let Some(article) = references::check(lookup, &evidence.article, field, findings) else { continue };
        let articles = known.articles.staging;
        // A former name is replaced by the current one.
        articles.name(article).clone_into(&mut evidence.article);
        let text = match evidence.field() {
            EvidenceField::Title => peek::title(articles.encoded(article)),
            EvidenceField::Body | EvidenceField::Unspecified => articles.body(article),
        };
        anchor(evidence, text, &path, &mut room, findings);
    }
}

/// Reports the relations of a claim to the dropped claim `to`.
fn report_dropped(staging: &Staging, from: u32, to: u32, report: &mut ReportBuilder) {
    let claim = Claim::decode(staging.encoded(from)).expect("records were encoded here");
    for (at, relation) in claim.relations.iter().enumerate() {
        if relation.claim == staging.name(to) {
            let field = format!("relations[{at}].claim");
            let finding = Finding { code: Code::ReferenceDropped, field, message: dropped_message(&relation.claim) };
            report.add(staging.entry(from).origin, staging.name(from), finding);
        }
    }
}
