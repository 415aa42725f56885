//! Page tokens and resume tokens.
//!
//! Tokens of listings are keyset cursors: they hold the key of the last record of their page, not a count of records.
//! After a reload, or on another replica, the listing continues after that key, whichever records were added or removed
//! before it. All tokens hold a fingerprint of the arguments and a checksum. The checksum detects altered tokens; it is not
//! a signature, since a token grants no access.
//!
//! Tokens of searches and exports hold a count, which is valid for one revision, and that revision.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;

use crate::corpus::Key;
use crate::model::TimeKey;

/// Version of the content of tokens. Tokens of other versions are malformed.
const VERSION: u8 = 1;
/// Bytes of the checksum at the end of a token.
const CHECKSUM_BYTES: usize = 8;
/// Most characters of a token: room for the longest display name and resource name in base64.
const MAX_TOKEN: usize = 2 << 10;

/// Why a text is not a token of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Not made by claimd, altered, or of another version.
    Malformed,
    /// Of a call with other arguments.
    Mismatch,
}

/// The token of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken {
    /// Fingerprint of the call's arguments.
    pub fingerprint: u64,
    /// Key of the last record of the page.
    pub key: Key,
}

/// The token of a search. Scores depend on the word frequencies of the whole corpus, so a reload may change the order of
/// all hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchToken {
    /// Fingerprint of the call's arguments.
    pub fingerprint: u64,
    /// The searched revision, to which the offset refers.
    pub revision: String,
    /// Number of hits before the page.
    pub offset: usize,
}

/// The token of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeToken {
    /// Fingerprint of the call's arguments.
    pub fingerprint: u64,
    /// The exported revision, to which the position refers.
    pub revision: String,
    /// Number of records before the next batch.
    pub position: u64,
}

/// The content of a token after its version.
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

/// The fingerprint of a call: a hash of the method and of the arguments that must be equal for all pages.
pub fn fingerprint(method: &str, arguments: &impl Message) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(method.as_bytes());
    hasher.update(&[0]);
    hasher.update(&arguments.encode_to_vec());
    first_u64(&hasher.finalize())
}

impl PageToken {
    /// Encodes the token for clients.
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

    /// Decodes a token of the call with the fingerprint.
    pub fn decode(token: &str, fingerprint: u64) -> Result<Self, TokenError> {
        let content = Content::open(token, fingerprint)?;
        let time = TimeKey::from_parts(content.seconds, content.nanos);
        Ok(Self { fingerprint, key: Key { time, display_name: content.display_name, name: content.name } })
    }
}

impl SearchToken {
    /// Encodes the token for clients.
    pub fn encode(&self) -> String {
        let Self { fingerprint, revision, offset } = self;
        let (revision, offset) = (revision.clone(), *offset as u64);
        Content { fingerprint: *fingerprint, revision, offset, ..Content::default() }.seal()
    }

    /// Decodes a token of the call with the fingerprint.
    pub fn decode(token: &str, fingerprint: u64) -> Result<Self, TokenError> {
        let Content { revision, offset, .. } = Content::open(token, fingerprint)?;
        let offset = usize::try_from(offset).map_err(|_| TokenError::Malformed)?;
        if revision.is_empty() { Err(TokenError::Malformed) } else { Ok(Self { fingerprint, revision, offset }) }
    }
}

impl ResumeToken {
    /// Encodes the token for clients.
    pub fn encode(&self) -> String {
        let Self { fingerprint, revision, position } = self;
        let (revision, offset) = (revision.clone(), *position);
        Content { fingerprint: *fingerprint, revision, offset, ..Content::default() }.seal()
    }

    /// Decodes a token of the call with the fingerprint.
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
