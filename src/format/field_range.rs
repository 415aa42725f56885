//! Where a field stands in a line of JSON.

use std::ops::Range;

use super::json_head::{members, value_end};

/// The bytes of a field of a record in its line of NDJSON, given by its path in proto names (`evidence[0].spans[1]`). Of a
/// field that is not there, the bytes of the nearest one around it that is. None where the line holds no record.
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

/// Whether a key of ProtoJSON is that of a field: `quotationType` and `quotation_type`.
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

    fn at(path: &str) -> &'static str {
        &LINE[field_range(LINE.as_bytes(), path).unwrap()]
    }

    #[test]
    fn a_path_leads_to_the_bytes_of_its_field() {
        assert_eq!(at("name"), "\"claims/c\"");
        assert_eq!(at("speakers[0].actor"), "\"a\"");
        assert_eq!(at("speakers[1].on_behalf_of"), "\"b\"");
        assert_eq!(at("claim_time"), "{}");
    }

    #[test]
    fn a_field_that_is_not_there_is_shown_by_what_is_around_it() {
        assert_eq!(at("speakers[1].actor"), r#"{"onBehalfOf":"b"}"#);
        assert_eq!(at("speakers[7].actor"), r#"[{"actor":"a"},{"onBehalfOf":"b"} ]"#);
        assert_eq!(at("labels[\"a.b\"]"), r#"{"a.b":"c"}"#);
        assert!(at("").starts_with("{\"name\"") && at("").ends_with("}}"));
        assert_eq!(field_range(b"{}", "name"), None);
    }

    proptest! {
        #[test]
        fn no_line_and_no_path_end_the_program(line in "[{}\\[\\]\",:a ]{0,60}", path in "[a.\\[\\]0]{0,12}") {
            let line = format!("{{\"claim\":{line}");
            if let Some(range) = field_range(line.as_bytes(), &path) {
                prop_assert!(range.end <= line.len());
            }
        }
    }
}
