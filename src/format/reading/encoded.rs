//! Records in protobuf encoding, as binary files and snapshots contain them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};

use crate::format::records::Parsed;
use crate::model::{Code, Findings, RecordOp, all_in_range, check_record, record_name};
use crate::proto::FILE_DESCRIPTOR_SET;
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{
    ActorType, AliasKind, Anchor, ClaimKind, ClaimStatus, EvidenceField, Method, PartialTime, Precision, Provenance,
    QuotationType, Record, RelationKind, RelationStatus, Stance, Verdict,
};

/// The descriptor of [`Record`].
pub(in crate::format) static RECORD: LazyLock<MessageDescriptor> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build made the descriptors");
    pool.get_message_by_name("claimd.v1.Record").expect("the contract has records")
});

/// Full name of the message that JSON writes as a text.
pub(in crate::format) const TIMESTAMP: &str = "google.protobuf.Timestamp";

/// Decodes and checks the record that is the `number`-th of its file.
pub(in crate::format) fn parse(number: u32, payload: &[u8]) -> Parsed {
    let mut record = match Record::decode(payload) {
        Ok(record) => record,
        Err(error) => return Parsed::finding(number, Code::RecordBroken, error.to_string()),
    };
    let mut findings = Findings::default();
    let name = record_name(&record).map(|(_, name)| name.to_owned()).unwrap_or_default();
    // Unknown fields are dropped by decoding, which makes the record shorter.
    if record.encoded_len() != payload.len() && has_unknown_fields(payload) {
        findings.add(Code::FieldUnknown, "", "the record has fields that this version does not know");
    }
    if !all_in_range(&record) {
        findings.add(Code::ValueInvalid, "", "a time of the record is not within the years 1 to 9999");
    }
    move_unknown_enums(&mut record, &mut findings);
    findings.extend(check_record(&mut record));
    let record = (!findings.has_error()).then_some(record);
    Parsed { line: number, record, name, findings, op: RecordOp::Insert }
}

fn has_unknown_fields(payload: &[u8]) -> bool {
    DynamicMessage::decode(RECORD.clone(), payload).is_ok_and(|message| any_unknown(&message))
}

fn any_unknown(message: &DynamicMessage) -> bool {
    message.unknown_fields().next().is_some()
        || message.fields().any(|(_, value)| match value {
            Value::Message(message) => any_unknown(message),
            Value::List(values) => values.iter().filter_map(Value::as_message).any(any_unknown),
            Value::Map(values) => values.values().filter_map(Value::as_message).any(any_unknown),
            _ => false,
        })
}

/// Sets enum values that this version does not know to unspecified, and moves their numbers to `labels`.
///
/// In protobuf encoding an enum is any number. JSON has names for the known numbers only, so that a record with another
/// number could not be written again.
fn move_unknown_enums(record: &mut Record, findings: &mut Findings) {
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
            self.findings.add(Code::EnumUnknown, field, format!("{value} is not a value of the enum"));
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
    fn an_unknown_enum_number_is_moved_to_labels() {
        let review = Review { verdict: 77, ..Review::default() };
        let claim = Claim { kind: 99, reviews: vec![review], status: 1, ..Claim::default() };
        let mut record = Record { record: Some(Kind::Claim(claim)) };
        let mut findings = Findings::default();
        move_unknown_enums(&mut record, &mut findings);
        let Some(Kind::Claim(claim)) = record.record else { panic!("a claim") };
        assert_eq!((claim.kind, claim.reviews[0].verdict, claim.status), (0, 0, 1));
        assert_eq!((&*claim.labels["kind"], &*claim.labels["reviews[0].verdict"]), ("99", "77"));
        assert_eq!(findings.into_iter().count(), 2);
    }
}
