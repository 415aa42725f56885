//! Reads a line that the generated parser does not read: corrects what it can, and reports every error of the line where
//! the parser stops at the first.
//!
//! The message is walked beside its descriptor. Field names become proto names, `null` is removed, and enum values get
//! their prefix. Unknown enum values are removed and kept as labels. Anything else that is not valid is an error.

use std::collections::HashSet;
use std::fmt::Write;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value};

use super::value::{did_you_mean, scalar, whole};
use crate::format::reading::encoded::{RECORD, TIMESTAMP};
use crate::format::reading::json::Json;
use crate::format::reading::notes::BoundedFindings;
use crate::model::{Code, Findings, Resource, cut, quoted};
use crate::proto::v1::Record;

/// The result of reading a line.
#[derive(Debug, Default)]
pub(super) struct Repaired {
    /// The record, not yet checked. None: there was an error.
    pub(super) record: Option<Record>,
    /// Its name, if the line has one; else empty.
    pub(super) name: String,
    /// The findings.
    pub(super) findings: Findings,
}

/// Reads a line of JSON.
pub(super) fn repair(line: &str) -> Repaired {
    let mut findings = BoundedFindings::default();
    let mut name = String::new();
    let record = match Json::parse(line) {
        Err(error) => refuse(Code::NotJson, error, &mut findings),
        Ok(Json::Object(entries)) => {
            name = name_of(&entries);
            object(entries, &mut findings)
        }
        Ok(other) => refuse(Code::NotOneRecord, format!("{} is not a record", other.shown()), &mut findings),
    };
    Repaired { record, name, findings: findings.finish() }
}

fn refuse(code: Code, message: String, findings: &mut BoundedFindings) -> Option<Record> {
    findings.add(code, "", message);
    None
}

/// The name of the first record among the entries, or of a record without its wrapper.
fn name_of(entries: &[(String, Json)]) -> String {
    let text = |entries: &[(String, Json)]| match entries.iter().find(|(key, _)| key == "name") {
        Some((_, Json::Text(name))) => Some(name.clone()),
        _ => None,
    };
    let inner = entries.iter().filter(|(key, _)| RECORD.get_field_by_name(key).is_some());
    let inner = inner.filter_map(|(_, value)| if let Json::Object(entries) = value { text(entries) } else { None });
    inner.chain(text(entries)).next().unwrap_or_default()
}

fn object(entries: Vec<(String, Json)>, findings: &mut BoundedFindings) -> Option<Record> {
    let bare = bare_record(&entries);
    let mut seen = Vec::new();
    let mut records = Vec::new();
    let mut unknown = Vec::new();
    for (key, value) in entries {
        match RECORD.get_field_by_name(&key) {
            None => unknown.push(key),
            Some(_) if seen.contains(&key) => findings.add(Code::FieldRepeated, &key, "is repeated"),
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
            ([_, ..], ..) => format!("the line has more than one record: {}", held.join(" and ")),
            ([], Some(kind), _) => format!("the record has no wrapper; write {{\"{kind}\":{{…}}}}"),
            ([], None, Some(key)) => format!("the line has only {}{}", cut(key), did_you_mean(key, record_kinds())),
            ([], None, None) => "the line has no record".to_owned(),
        };
        return refuse(Code::NotOneRecord, message, findings);
    }
    for key in unknown {
        findings.add(Code::FieldUnknown, &cut(&key), "is not article, actor or claim");
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

/// The kind of a record without its wrapper, by its name: `{"name":"claims/…"}` is a claim.
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
    findings: &mut BoundedFindings,
) -> Option<Record> {
    let mut walk = Walk { findings, path: String::new(), unknown_values: Vec::new() };
    let mut record = walk.message(message, entries);
    for value in walk.unknown_values {
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

/// Moves an unknown value to the labels. An existing label of the same key is not overwritten.
fn keep_as_label(value: UnknownValue, record: &mut Value, findings: &mut BoundedFindings) {
    let UnknownValue { path, text, mut message } = value;
    let labels = record
        .as_object_mut()
        .map(|record| record.entry("labels").or_insert_with(|| Value::Object(Map::new())))
        .and_then(Value::as_object_mut);
    if let Some(labels) = labels {
        match labels.get(&path) {
            Some(other) if *other != text => {
                message.push_str("; the record has another label of that key, which was kept");
            }
            _ => {
                labels.insert(path.clone(), Value::String(text));
            }
        }
    }
    findings.add(Code::EnumUnknown, &path, message);
}

/// An enum value that claimd does not know.
struct UnknownValue {
    /// Path of the field.
    path: String,
    /// The value as written.
    text: String,
    message: String,
}

/// The walk over a message and its fields.
struct Walk<'f> {
    findings: &'f mut BoundedFindings,
    /// Path of the current field in proto names; empty at the record.
    path: String,
    /// The enum values that were removed, in the order of the line.
    unknown_values: Vec<UnknownValue>,
}

impl Walk<'_> {
    fn message(&mut self, message: &MessageDescriptor, entries: Vec<(String, Json)>) -> Value {
        let mut repaired = Map::new();
        let mut seen = HashSet::new();
        for (key, value) in entries {
            let Some(field) = message.get_field_by_json_name(&key).or_else(|| message.get_field_by_name(&key)) else {
                self.unknown_field(message, &key);
                continue;
            };
            let value = self.at_name(field.name(), |walk| {
                if seen.insert(field.number()) {
                    return walk.field(&field, value);
                }
                walk.add(Code::FieldRepeated, format!("is repeated, as {key}"));
                None
            });
            if let Some(value) = value {
                repaired.insert(field.name().to_owned(), value);
            }
        }
        Value::Object(repaired)
    }

    fn field(&mut self, field: &FieldDescriptor, value: Json) -> Option<Value> {
        match value {
            Json::Null => None,
            Json::Object(entries) if field.is_map() => Some(self.map(field, entries)),
            Json::Array(items) if field.is_list() => Some(self.list(field, items)),
            other if field.is_map() => self.invalid(format!("{} is not an object", other.shown())),
            other if field.is_list() => self.invalid(format!("{} is not a list", other.shown())),
            value => self.single(&field.kind(), value),
        }
    }

    fn map(&mut self, field: &FieldDescriptor, entries: Vec<(String, Json)>) -> Value {
        let kind = field.kind();
        let kind = kind.as_message().expect("the kind of a map is its entry").map_entry_value_field().kind();
        let mut repaired = Map::new();
        let mut seen = HashSet::new();
        for (key, value) in entries {
            let value = self.at_name(&cut(&key), |walk| {
                if !seen.insert(key.clone()) {
                    walk.add(Code::FieldRepeated, "is repeated".to_owned());
                    return None;
                }
                if value == Json::Null { None } else { walk.single(&kind, value) }
            });
            if let Some(value) = value {
                repaired.insert(key, value);
            }
        }
        Value::Object(repaired)
    }

    fn list(&mut self, field: &FieldDescriptor, items: Vec<Json>) -> Value {
        let kind = field.kind();
        let repaired = items.into_iter().enumerate().filter_map(|(index, item)| {
            let length = self.path.len();
            write!(self.path, "[{index}]").expect("a string grows");
            let item = self.single(&kind, item);
            self.path.truncate(length);
            item
        });
        Value::Array(repaired.collect())
    }

    fn single(&mut self, kind: &Kind, value: Json) -> Option<Value> {
        match (kind, value) {
            (Kind::Message(message), Json::Object(entries)) if message.full_name() != TIMESTAMP => {
                Some(self.message(message, entries))
            }
            (Kind::Enum(kind), Json::Text(text)) => self.enum_name(kind, text),
            (Kind::Enum(kind), Json::Number(number)) => {
                match whole(&number).and_then(|number| kind.get_value(number)) {
                    Some(value) => Some(value.name().into()),
                    None => self.unknown_value(kind, number.to_string()),
                }
            }
            (kind, value) => match scalar(kind, value) {
                Ok(value) => Some(value),
                Err(message) => self.invalid(message),
            },
        }
    }

    fn enum_name(&mut self, kind: &EnumDescriptor, text: String) -> Option<Value> {
        let with_prefix = format!("{}{text}", prefix(kind));
        match kind.values().find(|value| value.name() == text || value.name() == with_prefix) {
            Some(value) => Some(value.name().into()),
            None => self.unknown_value(kind, text),
        }
    }

    fn unknown_value(&mut self, kind: &EnumDescriptor, text: String) -> Option<Value> {
        let prefix = prefix(kind).len();
        let values: Vec<_> = kind.values().collect();
        let names = values.iter().flat_map(|value| [value.name(), &value.name()[prefix..]]);
        let message = format!("{} is not a {}{}", quoted(&text), kind.name(), did_you_mean(&text, names));
        self.unknown_values.push(UnknownValue { path: self.path.clone(), text, message });
        None
    }

    fn unknown_field(&mut self, message: &MessageDescriptor, key: &str) {
        let fields: Vec<_> = message.fields().collect();
        let names = fields.iter().flat_map(|field| [field.json_name(), field.name()]);
        let message = format!("is not a field of {}{}", message.name(), did_you_mean(key, names));
        self.at_name(&cut(key), |walk| walk.add(Code::FieldUnknown, message));
    }

    /// Runs `step` with `name` appended to the path.
    fn at_name<T>(&mut self, name: &str, step: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        let done = step(self);
        self.path.truncate(length);
        done
    }

    fn add(&mut self, code: Code, message: String) {
        self.findings.add(code, &self.path, message);
    }

    fn invalid(&mut self, message: String) -> Option<Value> {
        self.add(Code::ValueInvalid, message);
        None
    }
}

/// The common prefix of an enum's values, such as `CLAIM_KIND_`; empty if the zero value has none.
fn prefix(kind: &EnumDescriptor) -> String {
    kind.default_value().name().strip_suffix("UNSPECIFIED").unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
