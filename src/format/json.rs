//! JSON as it stands: unlike a map, an object here keeps repeated keys, so that they can be noticed.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::shown;

/// A JSON value. Nesting is bounded by the parser (128 levels).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Array(Vec<Json>),
    /// Keys and values in the order in which they stand.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses one line. The error is a sentence that says where.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        serde_json::from_str(line).map_err(|error| {
            let message = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            let reason = message.strip_suffix(place.as_str()).unwrap_or(&message);
            format!("byte {} of the line: {reason}", error.column())
        })
    }

    /// The value as messages show it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => shown::quoted(text),
            Self::Array(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_keys_are_kept() {
        let value = Json::parse(r#"{"a":1,"b":null,"\u0061":[true,"x"]}"#).unwrap();
        let expected = vec![
            ("a".to_owned(), Json::Number(1.into())),
            ("b".to_owned(), Json::Null),
            ("a".to_owned(), Json::Array(vec![Json::Bool(true), Json::Text("x".to_owned())])),
        ];
        assert_eq!(value, Json::Object(expected));
    }

    #[test]
    fn an_error_says_the_byte_and_not_the_line() {
        assert_eq!(Json::parse(r#"{"a":}"#).unwrap_err(), "byte 6 of the line: expected value");
    }

    #[test]
    fn half_a_surrogate_pair_and_a_deep_nest_are_no_json() {
        assert!(Json::parse(r#"{"a":"\ud800"}"#).is_err());
        assert!(Json::parse(&"[".repeat(100_000)).unwrap_err().contains("recursion limit"));
    }
}
