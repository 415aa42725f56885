//! Page tokens: keyset cursors.
//!
//! A token holds the place of the last record of its page in the listing's order, not a count of records: after a
//! reload, or on another replica, the listing goes on behind that place, whatever came or went before it. It also holds
//! a fingerprint of the arguments, and a checksum. The checksum finds tokens that were damaged or made up; it is no
//! signature, since a token gives access to nothing.
//!
//! Hits of a search and records of an export are counted instead, which holds on one revision: their tokens name it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;

use crate::corpus::Key;
use crate::model::TimeKey;

/// Version of what a token holds. Tokens of other versions are refused.
const VERSION: u8 = 1;
/// Bytes of the checksum at the end of a token.
const CHECKSUM_BYTES: usize = 8;
/// Most characters of a token that is looked at: room for the longest display name and resource name, in base64.
const MAX_TOKEN: usize = 2 << 10;

/// Why a text is not the page token of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It was not made here, was altered, or is of another version.
    Malformed,
    /// It belongs to a call with other arguments.
    Mismatch,
}

/// Where a listing goes on, and which listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken {
    /// Fingerprint of the call's arguments.
    pub fingerprint: u64,
    /// Place of the last record of the page.
    pub key: Key,
}

/// Where the hits of a search go on, and which search. A score hangs on how often each word stands in the whole corpus:
/// after a reload every score may be another one, and no place of the old order is one of the new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchToken {
    /// Fingerprint of the call's arguments.
    pub fingerprint: u64,
    /// The revision that is searched. Within it, a count of hits is a place.
    pub revision: String,
    /// Hits before the page, counted from the best.
    pub offset: usize,
}

/// Where an export goes on, and which export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeToken {
    /// Fingerprint of the call's arguments.
    pub fingerprint: u64,
    /// The revision that is exported. Within it, a count of records is a place.
    pub revision: String,
    /// Records before the next batch.
    pub position: u64,
}

/// What a token holds, behind its version.
#[derive(Message)]
struct Content {
    #[prost(fixed64, tag = "1")]
    fingerprint: u64,
    #[prost(sint64, tag = "2")]
    seconds: i64,
    #[prost(int32, tag = "3")]
    nanos: i32,
    #[prost(string, tag = "4")]
    display_name: String,
    #[prost(string, tag = "5")]
    name: String,
    #[prost(uint64, tag = "6")]
    offset: u64,
    #[prost(string, tag = "7")]
    revision: String,
}

impl Content {
    fn seal(&self) -> String {
        let mut bytes = vec![VERSION];
        self.encode(&mut bytes).expect("a vector grows");
        bytes.extend(checksum(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open(token: &str, fingerprint: u64) -> Result<Self, TokenError> {
        let content = content(token).ok_or(TokenError::Malformed)?;
        if content.fingerprint == fingerprint { Ok(content) } else { Err(TokenError::Mismatch) }
    }
}

/// The fingerprint of a call: the method and the arguments that must not change between pages.
pub fn fingerprint(method: &str, arguments: &impl Message) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(method.as_bytes());
    hasher.update(&[0]);
    hasher.update(&arguments.encode_to_vec());
    first_u64(&hasher.finalize())
}

impl PageToken {
    /// The token as clients see it.
    pub fn encode(&self) -> String {
        let PageToken { fingerprint, key } = self;
        let content = Content {
            fingerprint: *fingerprint,
            seconds: key.time.seconds(),
            nanos: key.time.nanos(),
            display_name: key.display_name.clone(),
            name: key.name.clone(),
            ..Content::default()
        };
        content.seal()
    }

    /// Reads a token of the call with that fingerprint.
    pub fn decode(token: &str, fingerprint: u64) -> Result<Self, TokenError> {
        let content = Content::open(token, fingerprint)?;
        let time = TimeKey::from_parts(content.seconds, content.nanos);
        Ok(Self { fingerprint, key: Key { time, display_name: content.display_name, name: content.name } })
    }
}

impl SearchToken {
    /// The token as clients see it.
    pub fn encode(&self) -> String {
        let Self { fingerprint, revision, offset } = self;
        let (revision, offset) = (revision.clone(), *offset as u64);
        Content { fingerprint: *fingerprint, revision, offset, ..Content::default() }.seal()
    }

    /// Reads a token of the call with that fingerprint.
    pub fn decode(token: &str, fingerprint: u64) -> Result<Self, TokenError> {
        let Content { revision, offset, .. } = Content::open(token, fingerprint)?;
        let offset = usize::try_from(offset).map_err(|_| TokenError::Malformed)?;
        if revision.is_empty() { Err(TokenError::Malformed) } else { Ok(Self { fingerprint, revision, offset }) }
    }
}

impl ResumeToken {
    /// The token as clients see it.
    pub fn encode(&self) -> String {
        let Self { fingerprint, revision, position } = self;
        let (revision, offset) = (revision.clone(), *position);
        Content { fingerprint: *fingerprint, revision, offset, ..Content::default() }.seal()
    }

    /// Reads a token of the call with that fingerprint.
    pub fn decode(token: &str, fingerprint: u64) -> Result<Self, TokenError> {
        let content = Content::open(token, fingerprint)?;
        Ok(Self { fingerprint, revision: content.revision, position: content.offset })
    }
}

fn content(token: &str) -> Option<Content> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (rest, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    let (version, content) = rest.split_first()?;
    if *version != VERSION || sum != checksum(rest) {
        return None;
    }
    Content::decode(content).ok()
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    first_u64(&blake3::hash(bytes)).to_le_bytes()
}

fn first_u64(hash: &blake3::Hash) -> u64 {
    let first = hash.as_bytes().first_chunk().expect("a hash has 32 bytes");
    u64::from_le_bytes(*first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys() -> impl Strategy<Value = Key> {
        (any::<i64>(), 0..1_000_000_000_i32, "\\PC{0,20}", "claims/[a-z]{1,128}").prop_map(
            |(seconds, nanos, display_name, name)| Key {
                time: TimeKey::from_parts(seconds, nanos),
                display_name,
                name,
            },
        )
    }

    proptest! {
        #[test]
        fn a_token_says_what_it_was_made_of(key in keys(), fingerprint: u64) {
            let token = PageToken { fingerprint, key };
            prop_assert_eq!(PageToken::decode(&token.encode(), fingerprint), Ok(token));
        }

        #[test]
        fn a_resume_token_says_what_it_was_made_of(fingerprint: u64, revision in "[0-9a-f]{32}", position: u64) {
            let token = ResumeToken { fingerprint, revision, position };
            prop_assert_eq!(ResumeToken::decode(&token.encode(), fingerprint), Ok(token));
        }

        #[test]
        fn a_search_token_says_what_it_was_made_of(fingerprint: u64, revision in "[0-9a-f]{32}", offset: usize) {
            let token = SearchToken { fingerprint, revision, offset };
            prop_assert_eq!(SearchToken::decode(&token.encode(), fingerprint), Ok(token));
        }

        #[test]
        fn a_token_of_other_arguments_is_refused(key in keys(), fingerprint: u64, other: u64) {
            prop_assume!(fingerprint != other);
            let token = PageToken { fingerprint, key }.encode();
            prop_assert_eq!(PageToken::decode(&token, other), Err(TokenError::Mismatch));
        }

        #[test]
        fn a_token_with_any_character_changed_is_refused(key in keys(), at: prop::sample::Index, by in "[A-Za-z0-9_=.ä-]") {
            let altered = |token: &str| {
                let at = at.index(token.len());
                format!("{}{by}{}", &token[..at], &token[at + 1..])
            };
            let resume = ResumeToken { fingerprint: 7, revision: "0f".repeat(16), position: key.name.len() as u64 }.encode();
            let token = PageToken { fingerprint: 7, key }.encode();
            if altered(&token) != token {
                prop_assert_eq!(PageToken::decode(&altered(&token), 7), Err(TokenError::Malformed));
            }
            if altered(&resume) != resume {
                prop_assert_eq!(ResumeToken::decode(&altered(&resume), 7), Err(TokenError::Malformed));
            }
        }

        #[test]
        fn no_text_makes_decoding_panic(text in "\\PC{0,80}") {
            prop_assert_eq!(PageToken::decode(&text, 0), Err(TokenError::Malformed));
            prop_assert_eq!(ResumeToken::decode(&text, 0), Err(TokenError::Malformed));
        }
    }
}
