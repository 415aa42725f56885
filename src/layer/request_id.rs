//! The request id of each call, by which a client and an operator find the call in each other's logs.
//!
//! The client's own if it sends one of plain characters; otherwise a UUID of version 7, which sorts by time. It is sent
//! back in a header, stands in the log, and in the details of errors that are sent without a message. An error in the
//! middle of a stream has it in the header alone.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// Header of the request id, in requests and in responses.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Most bytes of a client's id. A trace id has 32, and some prefix it.
const MAX_BYTES: usize = 128;

/// The request id of a call.
#[derive(Clone, Debug)]
pub(super) struct RequestId(HeaderValue);

impl RequestId {
    /// The id that the client sent, if it is plain, else a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match headers.get(REQUEST_ID_HEADER).filter(|given| is_plain(given.as_bytes())) {
            Some(given) => Self(given.clone()),
            None => Self::new(),
        }
    }

    fn new() -> Self {
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut text);
        let mut value = HeaderValue::from_str(text).expect("hexadecimal digits and hyphens");
        // No secret, but never sent again: header compression does not keep sensitive values, and so keeps others.
        value.set_sensitive(true);
        Self(value)
    }

    /// The id.
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().expect("letters, digits and a few signs")
    }

    /// The value of the response's header.
    pub(super) fn value(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn is_plain(id: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    (1..=MAX_BYTES).contains(&id.len()) && id.iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: &[u8]) -> RequestId {
        RequestId::of(&HeaderMap::from_iter([(REQUEST_ID_HEADER, HeaderValue::from_bytes(given).unwrap())]))
    }

    #[test]
    fn a_plain_id_of_1_to_128_bytes_is_kept_and_any_other_replaced() {
        let longest = "x".repeat(MAX_BYTES);
        for kept in ["a", "A.b_c-9", &longest] {
            assert_eq!(of(kept.as_bytes()).as_str(), kept);
        }
        let too_long = "x".repeat(MAX_BYTES + 1);
        for replaced in ["", " ", "a b", "a/b", "a\"b", "a;b", "ü", &too_long] {
            let id = of(replaced.as_bytes());
            assert!(Uuid::try_parse(id.as_str()).is_ok(), "{replaced:?} became {id:?}");
        }
        assert_ne!(RequestId::new().as_str(), RequestId::new().as_str());
    }
}
