//! JSON values, and JSON text that is searched without parsing it: the head of a document, and a field of a line.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::model::quoted;

/// A JSON value whose objects keep repeated keys, so that these can be reported. The parser allows 128 levels of nesting.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::format) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Array(Vec<Json>),
    /// Keys and values in the order of the text.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses one line. The error names the byte of the line.
    pub(in crate::format) fn parse(line: &str) -> Result<Self, String> {
        serde_json::from_str(line).map_err(|error| {
            let message = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            let reason = message.strip_suffix(place.as_str()).unwrap_or(&message);
            format!("byte {} of the line: {reason}", error.column())
        })
    }

    /// The value in a message.
    pub(in crate::format) fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => quoted(text),
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

// === JSON text that is not parsed ===

/// The members of the first object of a document or of the list that it begins with: keys, and the bytes of the values.
/// Escapes are not decoded. `head` may be cut off anywhere, so the last value may be incomplete. Empty if the document
/// does not begin with an object.
pub(in crate::format) fn members(head: &[u8]) -> Vec<(String, &[u8])> {
    let mut rest = head.trim_ascii_start();
    if let Some(list) = rest.strip_prefix(b"[") {
        rest = list.trim_ascii_start();
    }
    let mut members = Vec::new();
    let Some(mut rest) = rest.strip_prefix(b"{") else { return members };
    loop {
        let Some((key, after)) = string(rest.trim_ascii_start()) else { return members };
        let Some(value) = after.trim_ascii_start().strip_prefix(b":") else { return members };
        let value = value.trim_ascii_start();
        let end = value_end(value);
        members.push((String::from_utf8_lossy(key).into_owned(), &value[..end]));
        let Some(next) = value[end..].trim_ascii_start().strip_prefix(b",") else { return members };
        rest = next;
    }
}

/// The content of the string at the start of `bytes`, and the bytes after it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = bytes.strip_prefix(b"\"")?;
    let end = string_end(inside)?;
    Some((&inside[..end], &inside[end + 1..]))
}

/// The position of the closing quotation mark.
fn string_end(inside: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', inside.get(at..)?)?;
        if inside[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// The end of the value at the start of `bytes`; their length if the value is cut off.
fn value_end(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => match string_end(&bytes[at + 1..]) {
                Some(end) => at += end + 1,
                None => return bytes.len(),
            },
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The byte range of a field in the NDJSON line of its record. `path` has proto names (`evidence[0].spans[1]`). If the
/// line does not have the field, the range of the nearest field around it. None if the line has no record.
pub fn field_range(line: &[u8], path: &str) -> Option<Range<usize>> {
    let (_, mut value) =
        members(line).into_iter().find(|(key, _)| matches!(key.as_str(), "article" | "actor" | "claim"))?;
    let (parts, _) = path.split_once('[').filter(|_| path.starts_with("labels")).unwrap_or((path, ""));
    for part in parts.split(['.', '[']).filter(|part| !part.is_empty()) {
        let inner = match part.strip_suffix(']') {
            Some(index) => index.parse().ok().and_then(|index| element(value, index)),
            None => members(value).into_iter().find(|(key, _)| is_key(key, part)).map(|(_, value)| value),
        };
        let Some(inner) = inner else { break };
        value = inner;
    }
    let start = value.as_ptr() as usize - line.as_ptr() as usize;
    Some(start..start + value.trim_ascii_end().len())
}

/// Whether a ProtoJSON key names a field: `quotationType` or `quotation_type`.
fn is_key(key: &str, field: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| *letter != '_').collect::<String>();
    key == field || letters(key).eq_ignore_ascii_case(&letters(field))
}

fn element(list: &[u8], index: usize) -> Option<&[u8]> {
    let mut rest = list.strip_prefix(b"[")?.trim_ascii_start();
    for _ in 0..index {
        rest = rest[value_end(rest)..].trim_ascii_start().strip_prefix(b",")?.trim_ascii_start();
    }
    let end = value_end(rest);
    (end > 0).then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINE: &str = r#"{"claim": {"name":"claims/c","speakers":[{"actor":"a"},{"onBehalfOf":"b"} ],"claim_time":{},"labels":{"a.b":"c"}}}"#;

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
    fn an_error_names_the_byte_of_the_line() {
        assert_eq!(Json::parse(r#"{"a":}"#).unwrap_err(), "byte 6 of the line: expected value");
    }

    #[test]
    fn half_a_surrogate_pair_and_deep_nesting_are_refused() {
        assert!(Json::parse(r#"{"a":"\ud800"}"#).is_err());
        assert!(Json::parse(&"[".repeat(100_000)).unwrap_err().contains("recursion limit"));
    }

    fn members_of(head: &str) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        members(head.as_bytes()).into_iter().map(|(key, value)| (key, text(value))).collect()
    }

    #[test]
    fn the_members_of_the_first_object_are_found_with_their_values() {
        let expected = [("@type", "\"A, \\\"B\\\"\""), ("x", "{\"y\": [1, \"}\"]}"), ("n", "-1.5")];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let object = r#"{ "@type" : "A, \"B\"", "x":{"y": [1, "}"]},"n":-1.5}"#;
        assert_eq!(members_of(object), expected);
        assert_eq!(members_of(&format!(" [\n{object}, {{\"z\":1}}]")), expected);
    }

    #[test]
    fn a_head_that_is_cut_off_has_the_members_before_the_cut() {
        let keys = |head: &str| members_of(head).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(keys(r#"{"a":{"b":"#), ["a"]);
        assert_eq!(keys(r#"{"a":1,"b"#), ["a"]);
        assert_eq!(keys(r#"{"a":"x\"#), ["a"]);
        for nothing in ["", "{", "[", "[1", "x", "\"a\":1", "{}"] {
            assert_eq!(keys(nothing), [""; 0], "{nothing}");
        }
    }

    fn at(path: &str) -> &'static str {
        &LINE[field_range(LINE.as_bytes(), path).unwrap()]
    }

    #[test]
    fn a_path_has_the_range_of_its_field() {
        assert_eq!(at("name"), "\"claims/c\"");
        assert_eq!(at("speakers[0].actor"), "\"a\"");
        assert_eq!(at("speakers[1].on_behalf_of"), "\"b\"");
        assert_eq!(at("claim_time"), "{}");
    }

    #[test]
    fn a_missing_field_has_the_range_of_the_nearest_field_around_it() {
        assert_eq!(at("speakers[1].actor"), r#"{"onBehalfOf":"b"}"#);
        assert_eq!(at("speakers[7].actor"), r#"[{"actor":"a"},{"onBehalfOf":"b"} ]"#);
        assert_eq!(at("labels[\"a.b\"]"), r#"{"a.b":"c"}"#);
        assert!(at("").starts_with("{\"name\"") && at("").ends_with("}}"));
        assert_eq!(field_range(b"{}", "name"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_members_panic(head in prop::collection::vec(prop::sample::select(b"{}[]:,\"\\a1 ".to_vec()), 0..60)) {
            members(&head);
        }

        #[test]
        fn no_line_and_path_make_field_range_panic(line in "[{}\\[\\]\",:a ]{0,60}", path in "[a.\\[\\]0]{0,12}") {
            let line = format!("{{\"claim\":{line}");
            if let Some(range) = field_range(line.as_bytes(), &path) {
                prop_assert!(range.end <= line.len());
            }
        }
    }
}
