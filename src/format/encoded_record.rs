//! Records that come encoded, as they are checked one by one.

use prost::Message;
use prost_reflect::{DynamicMessage, Value};

use super::json_record::RECORD;
use super::{Parsed, time_range, unknown_enums};
use crate::model::{Code, Findings, Repeat, check_record, record_name};
use crate::proto::v1::Record;

/// The record that `payload` encodes, the `number`-th of its file.
pub(super) fn parse(number: u32, payload: &[u8]) -> Parsed {
    let mut record = match Record::decode(payload) {
        Ok(record) => record,
        Err(error) => return Parsed::finding(number, Code::RecordBroken, error.to_string()),
    };
    let mut findings = Findings::default();
    let name = record_name(&record).map(|(_, name)| name.to_owned()).unwrap_or_default();
    // Equal lengths leave no room for anything that was not understood.
    if record.encoded_len() != payload.len() && has_unknown_fields(payload) {
        findings.add(Code::FieldUnknown, "", "it has fields that this version does not know");
    }
    if !time_range::all_in_range(&record) {
        findings.add(Code::ValueInvalid, "", "one of its times is not within the years 1 to 9999");
    }
    unknown_enums::move_to_labels(&mut record, &mut findings);
    findings.extend(check_record(&mut record));
    let record = (!findings.has_error()).then_some(record);
    Parsed { line: number, record, name, findings, repeat: Repeat::Refuse }
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
