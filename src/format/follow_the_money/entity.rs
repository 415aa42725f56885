//! A line of a FollowTheMoney file.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::Code;
use crate::proto::v1::Provenance;

/// The content of a line.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// An entity, which is merged with others of the same id.
    Entity(Entity),
    /// An entity of a delta, which replaces the entity with its id.
    Put(Entity),
    /// The id of a deleted entity.
    Delete(String),
}

/// An entity.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Entity {
    pub(super) id: String,
    pub(super) schema: String,
    /// Display name; may be empty.
    pub(super) caption: String,
    /// The values of each property, in the order of the line.
    pub(super) properties: Vec<(String, Vec<String>)>,
    /// Former ids.
    pub(super) referents: Vec<String>,
    /// Datasets of the entity.
    pub(super) datasets: Vec<String>,
    /// All other fields, such as dates of its history.
    pub(super) others: Vec<(String, String)>,
}

/// A line that is not a valid entity or operation.
#[derive(Debug, PartialEq)]
pub(super) struct Refused {
    pub(super) code: Code,
    pub(super) field: &'static str,
    pub(super) message: String,
}

impl Refused {
    fn new(code: Code, field: &'static str, message: impl Into<String>) -> Self {
        Self { code, field, message: message.into() }
    }
}

impl Line {
    /// Reads a line.
    pub(super) fn parse(json: &[u8]) -> Result<Self, Refused> {
        let value: Value =
            serde_json::from_slice(json).map_err(|error| Refused::new(Code::NotJson, "", error.to_string()))?;
        let Value::Object(mut object) = value else {
            return Err(Refused::new(Code::EntityInvalid, "", "the line is not an object"));
        };
        let Some(op) = object.remove("op") else { return Entity::of(object).map(Self::Entity) };
        let Some(Value::Object(entity)) = object.remove("entity") else {
            return Err(Refused::new(Code::EntityInvalid, "entity", "the operation has no entity"));
        };
        match op.as_str() {
            Some("ADD" | "MOD") => Entity::of(entity).map(Self::Put),
            Some("DEL") => required(&entity, "id").map(Self::Delete),
            _ => Err(Refused::new(Code::EntityInvalid, "op", format!("{op} is not ADD, MOD or DEL"))),
        }
    }
}

impl Entity {
    fn of(object: Map<String, Value>) -> Result<Self, Refused> {
        let mut entity = Self { id: required(&object, "id")?, schema: required(&object, "schema")?, ..Self::default() };
        for (key, value) in object {
            match (key.as_str(), value) {
                ("id" | "schema", _) => {}
                ("caption", Value::String(caption)) => entity.caption = caption,
                ("properties", Value::Object(properties)) => {
                    entity.properties = properties.into_iter().map(|(name, values)| (name, texts(values))).collect();
                }
                ("properties", _) => {
                    return Err(Refused::new(Code::EntityInvalid, "properties", "is not an object"));
                }
                ("referents", value) => entity.referents = texts(value),
                ("datasets", value) => entity.datasets = texts(value),
                (_, value) => entity.others.push((key, texts(value).join("\n"))),
            }
        }
        Ok(entity)
    }

    /// The provenance of the record. Of several datasets the first in alphabetical order is chosen, as where records of
    /// several datasets are merged.
    pub(super) fn provenance(&self) -> Provenance {
        let dataset = self.datasets.iter().min().cloned().unwrap_or_default();
        Provenance { dataset, record: self.id.clone(), ..Provenance::default() }
    }

    /// Adds datasets, schema and all other fields as labels, under their own names.
    pub(super) fn label_history(&self, labels: &mut BTreeMap<String, String>) {
        let datasets = ("datasets".to_owned(), self.datasets.join("\n"));
        let schema = ("schema".to_owned(), self.schema.clone());
        for (key, value) in self.others.iter().chain([&datasets, &schema]) {
            if !value.is_empty() {
                labels.insert(key.clone(), value.clone());
            }
        }
    }

    /// The values of a property.
    pub(super) fn values(&self, property: &str) -> &[String] {
        self.properties.iter().find(|(name, _)| name == property).map_or(&[], |(_, values)| values)
    }
}

/// Adds the values of a property as a label, one per line.
pub(super) fn label(labels: &mut BTreeMap<String, String>, property: &str, values: &[String]) {
    if !values.is_empty() {
        labels.insert(property.to_owned(), values.join("\n"));
    }
}

fn required(object: &Map<String, Value>, key: &'static str) -> Result<String, Refused> {
    match object.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        _ => Err(Refused::new(Code::EntityInvalid, key, "is missing or not a string")),
    }
}

/// The values of a list, or a single value, as texts. A nested entity is represented by its id.
fn texts(value: Value) -> Vec<String> {
    let values = match value {
        Value::Array(values) => values,
        other => vec![other],
    };
    values.into_iter().filter_map(text).filter(|text| !text.trim().is_empty()).collect()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Object(mut object) => match object.remove("id") {
            Some(Value::String(id)) => Some(id),
            _ => Some(Value::Object(object).to_string()),
        },
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_be_single_or_nested_and_empty_ones_are_left_out() {
        let line = r#"{"id":"a","schema":"Person","properties":{"name":"Ada","age":[36,null," "],"boss":[{"id":"b","schema":"Person"}]}}"#;
        let Ok(Line::Entity(entity)) = Line::parse(line.as_bytes()) else { panic!("an entity") };
        assert_eq!(entity.values("name"), ["Ada"]);
        assert_eq!(entity.values("age"), ["36"]);
        assert_eq!(entity.values("boss"), ["b"]);
        assert!(entity.values("unknown").is_empty());
    }

    #[test]
    fn operations_put_and_delete() {
        let put = r#"{"op":"MOD","entity":{"id":"a","schema":"Person"}}"#;
        assert!(matches!(Line::parse(put.as_bytes()), Ok(Line::Put(entity)) if entity.id == "a"));
        assert_eq!(Line::parse(br#"{"op":"DEL","entity":{"id":"a"}}"#), Ok(Line::Delete("a".to_owned())));
    }

    #[test]
    fn an_invalid_line_is_refused_with_its_field() {
        for (line, code, field) in [
            ("{", Code::NotJson, ""),
            ("[]", Code::EntityInvalid, ""),
            (r#"{"schema":"Person"}"#, Code::EntityInvalid, "id"),
            (r#"{"id":"a"}"#, Code::EntityInvalid, "schema"),
            (r#"{"id":"","schema":"Person"}"#, Code::EntityInvalid, "id"),
            (r#"{"id":"a","schema":"Person","properties":[]}"#, Code::EntityInvalid, "properties"),
            (r#"{"op":"DEL"}"#, Code::EntityInvalid, "entity"),
            (r#"{"op":"DEL","entity":{}}"#, Code::EntityInvalid, "id"),
            (r#"{"op":"PUT","entity":{"id":"a"}}"#, Code::EntityInvalid, "op"),
        ] {
            let refused = Line::parse(line.as_bytes()).unwrap_err();
            assert_eq!((refused.code, refused.field), (code, field), "{line}");
        }
    }
}
