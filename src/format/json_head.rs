//! The first bytes of a JSON document, as far as they tell what it is.

/// The members of the first object of a document, or of the first object in its list: key, and the value's bytes as far
/// as they go. Both are as they stand: what is escaped in a key stays escaped. Empty where the document does not begin
/// with an object.
pub(super) fn members(head: &[u8]) -> Vec<(String, &[u8])> {
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

/// The inside of the string that `bytes` begin with, and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = bytes.strip_prefix(b"\"")?;
    let end = string_end(inside)?;
    Some((&inside[..end], &inside[end + 1..]))
}

/// Where the closing quotation mark stands.
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

/// Where the value ends that `bytes` begin with; their own end where it goes on.
pub(super) fn value_end(bytes: &[u8]) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(head: &str) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        members(head.as_bytes()).into_iter().map(|(key, value)| (key, text(value))).collect()
    }

    #[test]
    fn members_of_the_first_object_are_told_with_their_values() {
        let expected = [("@type", "\"A, \\\"B\\\"\""), ("x", "{\"y\": [1, \"}\"]}"), ("n", "-1.5")];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let object = r#"{ "@type" : "A, \"B\"", "x":{"y": [1, "}"]},"n":-1.5}"#;
        assert_eq!(shown(object), expected);
        assert_eq!(shown(&format!(" [\n{object}, {{\"z\":1}}]")), expected);
    }

    #[test]
    fn a_head_that_is_cut_off_tells_what_it_has() {
        let keys = |head: &str| shown(head).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(keys(r#"{"a":{"b":"#), ["a"]);
        assert_eq!(keys(r#"{"a":1,"b"#), ["a"]);
        assert_eq!(keys(r#"{"a":"x\"#), ["a"]);
        for nothing in ["", "{", "[", "[1", "x", "\"a\":1", "{}"] {
            assert_eq!(keys(nothing), [""; 0], "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_end_the_program(head in prop::collection::vec(prop::sample::select(b"{}[]:,\"\\a1 ".to_vec()), 0..60)) {
            members(&head);
        }
    }
}
