//! The credentials of known callers: a TOML file.
//!
//! ```toml
//! [[token]]
//! name = "desk"
//! role = "reader"
//! hash = "blake3:<64 hexadecimal digits>"
//!
//! [[certificate]]
//! subject = "dns:reload.example.org"
//! name = "reload"
//! role = "admin"
//! ```
//!
//! The file holds hashes of tokens only. Tokens are long and random, so that a plain hash cannot be reversed. A name may
//! have several tokens: a new one stands beside the old one until every client has it.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::rpc::{Principal, Role};

/// Prefix of a hash, before its digits.
const ALGORITHM: &str = "blake3:";
/// Kinds of subjects of a certificate.
const SUBJECTS: [&str; 4] = ["uri:", "dns:", "email:", "cn:"];
/// Most bytes of a name.
const MAX_NAME_BYTES: usize = 64;

/// The hash of a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes a token.
    pub fn of(token: &str) -> Self {
        Self(blake3::hash(token.as_bytes()).into())
    }
}

impl FromStr for TokenHash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(ALGORITHM).ok_or("does not begin with blake3:")?;
        let hash = blake3::Hash::from_hex(digits).map_err(|_| "does not have 64 hexadecimal digits")?;
        Ok(Self(hash.into()))
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ALGORITHM}{}", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// The credentials of known callers.
#[derive(Debug, Default)]
pub struct Credentials {
    tokens: Vec<(TokenHash, Principal)>,
    certificates: HashMap<String, Principal>,
}

/// Why a file of credentials cannot be used. Repeats no part of a hash.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not a valid list of credentials.
    #[error("{}: {problem}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The problem and its place.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    token: Vec<TokenEntry>,
    #[serde(default)]
    certificate: Vec<CertificateEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    name: String,
    role: String,
    hash: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificateEntry {
    subject: String,
    name: String,
    role: String,
}

impl Credentials {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, CredentialsError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|source| CredentialsError::Unreadable { path: path.to_owned(), source })?;
        text.parse().map_err(|problem| CredentialsError::Invalid { path: path.to_owned(), problem })
    }

    /// The caller with this token.
    pub fn by_token(&self, token: &str) -> Option<Principal> {
        let TokenHash(hash) = TokenHash::of(token);
        // Each is compared to its last byte, so that the time taken says nothing about the hashes.
        let mut found = u64::MAX;
        for (index, (TokenHash(known), _)) in (0_u64..).zip(&self.tokens) {
            found.conditional_assign(&index, known.ct_eq(&hash));
        }
        let index = usize::try_from(found).ok()?;
        self.tokens.get(index).map(|(_, principal)| principal.clone())
    }

    /// The caller whose certificate has one of these subjects; of several, the first listed.
    pub fn by_identity(&self, identities: &[String]) -> Option<Principal> {
        identities.iter().find_map(|identity| self.certificates.get(identity)).cloned()
    }
}

impl FromStr for Credentials {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The parser's own message shows the line, which may have a hash in it.
        let file: File = toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            format!("line {line}: {}", error.message())
        })?;
        let mut credentials = Self::default();
        for (index, entry) in file.token.into_iter().enumerate() {
            let place = format!("token {}", index + 1);
            let hash: TokenHash = entry.hash.parse().map_err(|problem| format!("{place}: its hash {problem}"))?;
            if credentials.tokens.iter().any(|(known, _)| *known == hash) {
                return Err(format!("{place}: its hash stands there twice"));
            }
            credentials.tokens.push((hash, principal(&place, &entry.name, &entry.role)?));
        }
        for (index, entry) in file.certificate.into_iter().enumerate() {
            let place = format!("certificate {}", index + 1);
            let has_kind =
                SUBJECTS.iter().any(|kind| entry.subject.len() > kind.len() && entry.subject.starts_with(kind));
            if !has_kind {
                return Err(format!("{place}: its subject does not begin with one of {}", SUBJECTS.join(" ")));
            }
            let principal = principal(&place, &entry.name, &entry.role)?;
            if credentials.certificates.insert(entry.subject, principal).is_some() {
                return Err(format!("{place}: its subject stands there twice"));
            }
        }
        if credentials.tokens.is_empty() && credentials.certificates.is_empty() {
            return Err("has no entries, so no client could call".to_owned());
        }
        Ok(credentials)
    }
}

fn principal(place: &str, name: &str, role: &str) -> Result<Principal, String> {
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte));
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !is_name {
        return Err(format!("{place}: its name is not 1 to {MAX_NAME_BYTES} of [A-Za-z0-9._@-]"));
    }
    let role = role.parse::<Role>().map_err(|problem| format!("{place}: its role {problem}"))?;
    let name: Arc<str> = name.into();
    Ok(Principal { name: Some(name), role })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, role: &str, hash: &str) -> String {
        format!("[[token]]\nname = \"{name}\"\nrole = \"{role}\"\nhash = \"{hash}\"\n")
    }

    #[test]
    fn tokens_are_known_by_their_hashes_and_a_name_may_have_several() {
        let (old, new) = (TokenHash::of("old"), TokenHash::of("new"));
        let text = entry("desk", "reader", &old.to_string()) + &entry("desk", "admin", &new.to_string());
        let credentials: Credentials = text.parse().unwrap();
        assert_eq!(credentials.by_token("old"), Some(Principal { name: Some("desk".into()), role: Role::Reader }));
        assert_eq!(credentials.by_token("new"), Some(Principal { name: Some("desk".into()), role: Role::Admin }));
        assert_eq!(credentials.by_token("other"), None);
        assert_eq!(credentials.by_token(""), None);
    }

    #[test]
    fn certificates_are_known_by_their_subjects() {
        let text = "[[certificate]]\nsubject = \"dns:a.example\"\nname = \"a\"\nrole = \"reader\"\n";
        let credentials: Credentials = text.parse().unwrap();
        let found = credentials.by_identity(&["uri:x".to_owned(), "dns:a.example".to_owned()]).unwrap();
        assert_eq!(found.name.as_deref(), Some("a"));
        assert_eq!(credentials.by_identity(&["cn:a.example".to_owned()]), None);
    }

    #[test]
    fn a_list_that_is_wrong_says_where_and_repeats_no_hash() {
        let hash = TokenHash::of("secret").to_string();
        let twice = entry("a", "reader", &hash) + &entry("b", "reader", &hash);
        for (text, said) in [
            ("", "has no entries"),
            ("[[token]]\nname = 1", "line 2"),
            (&entry("a", "writer", &hash), "token 1: its role is not a valid role"),
            (&entry("no name", "reader", &hash), "token 1: its name"),
            (&entry(&"n".repeat(65), "reader", &hash), "token 1: its name"),
            (&entry("a", "reader", &hash[7..]), "token 1: its hash does not begin with blake3:"),
            (&entry("a", "reader", &hash[..70]), "token 1: its hash does not have 64"),
            (&twice, "token 2: its hash stands there twice"),
            (&format!("{}age = 3\n", entry("a", "reader", &hash)), "line 5"),
            (
                "[[certificate]]\nsubject = \"a.example\"\nname = \"a\"\nrole = \"reader\"\n",
                "certificate 1: its subject",
            ),
        ] {
            let problem = text.parse::<Credentials>().unwrap_err();
            assert!(problem.contains(said), "{text}: {problem}");
            assert!(!problem.contains(&hash[7..]), "{problem}");
        }
    }

    #[test]
    fn nothing_shows_a_hash_unless_it_is_asked_for() {
        let hash = TokenHash::of("secret");
        let credentials: Credentials = entry("a", "reader", &hash.to_string()).parse().unwrap();
        assert!(!format!("{credentials:?}").contains(&hash.to_string()[7..]));
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }
}
