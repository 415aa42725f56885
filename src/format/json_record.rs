//! The long way from a line of JSON to a record, taken when the generated parser does not take the line as it is: it
//! mends what may be mended and finds everything that is wrong, where the parser stops at the first.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, Kind, MessageDescriptor};
use serde_json::{Map, Value};

use super::json::Json;
use super::line_findings::LineFindings;
use super::mend::{Mender, UnknownValue};
use super::shown::{cut, did_you_mean};
use crate::model::{Code, Findings, Resource};
use crate::proto::{FILE_DESCRIPTOR_SET, v1::Record};

/// The message of a line.
pub(super) static RECORD: LazyLock<MessageDescriptor> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build made the descriptors");
    pool.get_message_by_name("claimd.v1.Record").expect("the contract has records")
});

/// What became of a line.
#[derive(Debug, Default)]
pub(super) struct Mended {
    /// The record, not yet checked. None: an error was found.
    pub(super) record: Option<Record>,
    /// Its name, if the line tells one. Else empty.
    pub(super) name: String,
    /// What was found.
    pub(super) findings: Findings,
}

/// Reads a line of JSON.
pub(super) fn mend(line: &str) -> Mended {
    let mut findings = LineFindings::default();
    let mut name = String::new();
    let record = match Json::parse(line) {
        Err(error) => not(Code::NotJson, error, &mut findings),
        Ok(Json::Object(entries)) => {
            name = name_of(&entries);
            object(entries, &mut findings)
        }
        Ok(other) => not(Code::NotOneRecord, format!("{} is no record", other.shown()), &mut findings),
    };
    Mended { record, name, findings: findings.finish() }
}

fn not(code: Code, message: String, findings: &mut LineFindings) -> Option<Record> {
    findings.add(code, "", message);
    None
}

/// The name of the first record among the entries, or of a record that stands there bare.
fn name_of(entries: &[(String, Json)]) -> String {
    let text = |entries: &[(String, Json)]| match entries.iter().find(|(key, _)| key == "name") {
        Some((_, Json::Text(name))) => Some(name.clone()),
        _ => None,
    };
    let inner = entries.iter().filter(|(key, _)| RECORD.get_field_by_name(key).is_some());
    let inner = inner.filter_map(|(_, value)| if let Json::Object(entries) = value { text(entries) } else { None });
    inner.chain(text(entries)).next().unwrap_or_default()
}

fn object(entries: Vec<(String, Json)>, findings: &mut LineFindings) -> Option<Record> {
    let bare = bare_record(&entries);
    let mut seen = Vec::new();
    let mut records = Vec::new();
    let mut unknown = Vec::new();
    for (key, value) in entries {
        match RECORD.get_field_by_name(&key) {
            None => unknown.push(key),
            Some(_) if seen.contains(&key) => findings.add(Code::FieldRepeated, &key, "is given a second time"),
            Some(field) => {
                seen.push(key);
                if value != Json::Null {
                    records.push((field, value));
                }
            }
        }
    }
    if records.is_empty() && findings.has_error() {
        return None;
    }
    if records.len() != 1 {
        let held: Vec<_> = records.iter().map(|(field, _)| field.name()).collect();
        let message = match (held.as_slice(), bare, unknown.first()) {
            ([_, ..], ..) => format!("the line holds {}", held.join(" and ")),
            ([], Some(kind), _) => format!("the record stands bare; write {{\"{kind}\":{{…}}}}"),
            ([], None, Some(key)) => format!("there is only {}{}", cut(key), did_you_mean(key, record_kinds())),
            ([], None, None) => "there is no record in it".to_owned(),
        };
        return not(Code::NotOneRecord, message, findings);
    }
    for key in unknown {
        findings.add(Code::FieldUnknown, &cut(&key), "is neither article nor actor nor claim");
    }
    let (field, value) = records.pop()?;
    let (Kind::Message(message), Json::Object(entries)) = (field.kind(), value) else {
        findings.add(Code::ValueInvalid, "", format!("the {} is not an object", field.name()));
        return None;
    };
    inner(field.name(), &message, entries, findings)
}

fn record_kinds() -> [&'static str; 3] {
    ["article", "actor", "claim"]
}

/// Which record an object is, if its name tells: `{"name":"claims/…"}` lacks only what goes around it.
fn bare_record(entries: &[(String, Json)]) -> Option<&'static str> {
    let (_, Json::Text(name)) = entries.iter().find(|(key, _)| key == "name")? else { return None };
    let (collection, _) = name.split_once('/')?;
    let resources = [Resource::Article, Resource::Actor, Resource::Claim];
    let index = resources.iter().position(|resource| resource.collection() == collection)?;
    Some(record_kinds()[index])
}

fn inner(
    kind: &str,
    message: &MessageDescriptor,
    entries: Vec<(String, Json)>,
    findings: &mut LineFindings,
) -> Option<Record> {
    let mut mender = Mender::new(findings);
    let mut record = mender.message(message, entries);
    for value in mender.into_unknown_values() {
        keep_as_label(value, &mut record, findings);
    }
    if findings.has_error() {
        return None;
    }
    let wrapped = Value::Object(Map::from_iter([(kind.to_owned(), record)]));
    match serde_path_to_error::deserialize(wrapped) {
        Ok(record) => Some(record),
        Err(error) => {
            let path = error.path().to_string();
            let within = path.strip_prefix(kind).map_or(path.as_str(), |path| path.trim_start_matches('.'));
            findings.add(Code::ValueInvalid, within, error.into_inner().to_string());
            None
        }
    }
}

/// Puts an unknown value into the labels, unless the file has another label of that key: what a file says is not
/// written over.
fn keep_as_label(value: UnknownValue, record: &mut Value, findings: &mut LineFindings) {
    let UnknownValue { path, text, mut message } = value;
    let labels = record
        .as_object_mut()
        .map(|record| record.entry("labels").or_insert_with(|| Value::Object(Map::new())))
        .and_then(Value::as_object_mut);
    if let Some(labels) = labels {
        match labels.get(&path) {
            Some(other) if *other != text => message.push_str("; the label of that key was there before and was left"),
            _ => {
                labels.insert(path.clone(), Value::String(text));
            }
        }
    }
    findings.add(Code::EnumUnknown, &path, message);
}

#[cfg(test)]
mod tests;
