//! Enum values of encoded records that this version does not know.
//!
//! On the wire an enum is a number, and any number passes. JSON has names for the known ones only, so that a record with
//! another could not be written again.

use std::collections::BTreeMap;

use crate::model::{Code, Findings};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{
    ActorType, AliasKind, Anchor, ClaimKind, ClaimStatus, EvidenceField, Method, PartialTime, Precision, Provenance,
    QuotationType, Record, RelationKind, RelationStatus, Stance, Verdict,
};

/// Sets unknown values to unspecified; their numbers go to `labels`.
pub(super) fn move_to_labels(record: &mut Record, findings: &mut Findings) {
    let mut moved = BTreeMap::new();
    let mut rule = Mover { moved: &mut moved, findings };
    let labels = match record.record.as_mut() {
        None => return,
        Some(Kind::Article(article)) => {
            rule.time("publish_time", article.publish_time.as_mut());
            rule.time("modify_time", article.modify_time.as_mut());
            rule.provenance(article.provenance.as_mut());
            &mut article.labels
        }
        Some(Kind::Actor(actor)) => {
            rule.value::<ActorType>("type", &mut actor.r#type);
            for (at, alias) in actor.aliases.iter_mut().enumerate() {
                rule.value::<AliasKind>(&format!("aliases[{at}].kind"), &mut alias.kind);
            }
            for (at, role) in actor.roles.iter_mut().enumerate() {
                rule.time(&format!("roles[{at}].start_time"), role.start_time.as_mut());
                rule.time(&format!("roles[{at}].end_time"), role.end_time.as_mut());
            }
            rule.provenance(actor.provenance.as_mut());
            &mut actor.labels
        }
        Some(Kind::Claim(claim)) => {
            rule.value::<ClaimKind>("kind", &mut claim.kind);
            rule.value::<ClaimStatus>("status", &mut claim.status);
            rule.time("claim_time", claim.claim_time.as_mut());
            for (at, position) in claim.positions.iter_mut().enumerate() {
                rule.value::<Stance>(&format!("positions[{at}].stance"), &mut position.stance);
            }
            for (at, evidence) in claim.evidence.iter_mut().enumerate() {
                let path = |name: &str| format!("evidence[{at}].{name}");
                rule.value::<EvidenceField>(&path("field"), &mut evidence.field);
                rule.value::<QuotationType>(&path("quotation_type"), &mut evidence.quotation_type);
                rule.value::<Anchor>(&path("anchor"), &mut evidence.anchor);
            }
            for (at, relation) in claim.relations.iter_mut().enumerate() {
                rule.value::<RelationKind>(&format!("relations[{at}].kind"), &mut relation.kind);
                rule.value::<RelationStatus>(&format!("relations[{at}].status"), &mut relation.status);
            }
            for (at, review) in claim.reviews.iter_mut().enumerate() {
                rule.value::<Verdict>(&format!("reviews[{at}].verdict"), &mut review.verdict);
                rule.time(&format!("reviews[{at}].review_time"), review.review_time.as_mut());
            }
            rule.provenance(claim.provenance.as_mut());
            &mut claim.labels
        }
    };
    labels.append(&mut moved);
}

struct Mover<'m> {
    moved: &'m mut BTreeMap<String, String>,
    findings: &'m mut Findings,
}

impl Mover<'_> {
    fn value<E: TryFrom<i32>>(&mut self, field: &str, value: &mut i32) {
        if E::try_from(*value).is_err() {
            self.findings.add(Code::EnumUnknown, field, format!("{value} is no value of the enum"));
            self.moved.insert(field.to_owned(), value.to_string());
            *value = 0;
        }
    }

    fn time(&mut self, field: &str, time: Option<&mut PartialTime>) {
        if let Some(time) = time {
            self.value::<Precision>(&format!("{field}.precision"), &mut time.precision);
        }
    }

    fn provenance(&mut self, provenance: Option<&mut Provenance>) {
        if let Some(provenance) = provenance {
            self.value::<Method>("provenance.method", &mut provenance.method);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::v1::{Claim, Review};

    #[test]
    fn a_number_without_a_name_goes_to_labels() {
        let review = Review { verdict: 77, ..Review::default() };
        let claim = Claim { kind: 99, reviews: vec![review], status: 1, ..Claim::default() };
        let mut record = Record { record: Some(Kind::Claim(claim)) };
        let mut findings = Findings::default();
        move_to_labels(&mut record, &mut findings);
        let Some(Kind::Claim(claim)) = record.record else { panic!("a claim stays a claim") };
        assert_eq!((claim.kind, claim.reviews[0].verdict, claim.status), (0, 0, 1));
        assert_eq!((&*claim.labels["kind"], &*claim.labels["reviews[0].verdict"]), ("99", "77"));
        assert_eq!(findings.into_iter().count(), 2);
    }
}
