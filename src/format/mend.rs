//! A message in JSON, walked beside its descriptor: what is dirty is mended, what is wrong is noted, all of it in one
//! walk.
//!
//! Mended: names of fields become proto names, `null` is taken out, enum values get their prefix. Enum values that
//! claimd does not know are taken out and kept as text. Everything else that is not as it should be is an error.

use std::collections::HashSet;
use std::fmt::Write;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value};

use super::json::Json;
use super::line_findings::LineFindings;
use super::scalar::{TIMESTAMP, scalar, whole};
use super::shown::{cut, did_you_mean, quoted};
use crate::model::Code;

/// An enum value that claimd does not know.
pub(super) struct UnknownValue {
    /// Path of the field.
    pub(super) path: String,
    /// The value as written.
    pub(super) text: String,
    /// What is said about it.
    pub(super) message: String,
}

/// Mends one message and what it holds.
pub(super) struct Mender<'f> {
    findings: &'f mut LineFindings,
    /// Where the walk is, in proto names. Empty: at the record.
    path: String,
    unknown_values: Vec<UnknownValue>,
}

impl<'f> Mender<'f> {
    pub(super) fn new(findings: &'f mut LineFindings) -> Self {
        Self { findings, path: String::new(), unknown_values: Vec::new() }
    }

    /// The enum values that were taken out, in the order in which they stood.
    pub(super) fn into_unknown_values(self) -> Vec<UnknownValue> {
        self.unknown_values
    }

    /// Mends a message.
    pub(super) fn message(&mut self, message: &MessageDescriptor, entries: Vec<(String, Json)>) -> Value {
        let mut mended = Map::new();
        let mut seen = HashSet::new();
        for (key, value) in entries {
            let Some(field) = message.get_field_by_json_name(&key).or_else(|| message.get_field_by_name(&key)) else {
                self.unknown_field(message, &key);
                continue;
            };
            let value = self.at_name(field.name(), |mender| {
                if seen.insert(field.number()) {
                    return mender.field(&field, value);
                }
                mender.add(Code::FieldRepeated, format!("is given a second time, as {key}"));
                None
            });
            if let Some(value) = value {
                mended.insert(field.name().to_owned(), value);
            }
        }
        Value::Object(mended)
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
        let mut mended = Map::new();
        let mut seen = HashSet::new();
        for (key, value) in entries {
            let value = self.at_name(&cut(&key), |mender| {
                if !seen.insert(key.clone()) {
                    mender.add(Code::FieldRepeated, "is given a second time".to_owned());
                    return None;
                }
                if value == Json::Null { None } else { mender.single(&kind, value) }
            });
            if let Some(value) = value {
                mended.insert(key, value);
            }
        }
        Value::Object(mended)
    }

    fn list(&mut self, field: &FieldDescriptor, items: Vec<Json>) -> Value {
        let kind = field.kind();
        let mended = items.into_iter().enumerate().filter_map(|(index, item)| {
            let length = self.path.len();
            write!(self.path, "[{index}]").expect("a string grows");
            let item = self.single(&kind, item);
            self.path.truncate(length);
            item
        });
        Value::Array(mended.collect())
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
        let message = format!("{} is no {}{}", quoted(&text), kind.name(), did_you_mean(&text, names));
        self.unknown_values.push(UnknownValue { path: self.path.clone(), text, message });
        None
    }

    fn unknown_field(&mut self, message: &MessageDescriptor, key: &str) {
        let fields: Vec<_> = message.fields().collect();
        let names = fields.iter().flat_map(|field| [field.json_name(), field.name()]);
        let message = format!("is no field of {}{}", message.name(), did_you_mean(key, names));
        self.at_name(&cut(key), |mender| mender.add(Code::FieldUnknown, message));
    }

    /// Runs `step` one name further down.
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

/// What the names of an enum's values begin with: `CLAIM_KIND_`. Empty where the zero value does not tell.
fn prefix(kind: &EnumDescriptor) -> String {
    kind.default_value().name().strip_suffix("UNSPECIFIED").unwrap_or_default().to_owned()
}
