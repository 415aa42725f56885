//! Resource names: `articles/{id}`, `actors/{id}`, `claims/{id}`.

use std::fmt;

/// Most bytes of an id.
const MAX_ID: usize = 128;

/// The kinds of records, in the order in which they are loaded and exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// `articles/{id}`
    Article,
    /// `actors/{id}`
    Actor,
    /// `claims/{id}`
    Claim,
}

impl Resource {
    /// The first segment of the names.
    pub fn collection(self) -> &'static str {
        match self {
            Self::Article => "articles",
            Self::Actor => "actors",
            Self::Claim => "claims",
        }
    }

    /// Full name of the message, as `google.rpc.ResourceInfo.resource_type` has it.
    pub fn message_name(self) -> &'static str {
        match self {
            Self::Article => "claimd.v1.Article",
            Self::Actor => "claimd.v1.Actor",
            Self::Claim => "claimd.v1.Claim",
        }
    }
}

/// Why a text is not a resource name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    expected: Resource,
    given: String,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let collection = self.expected.collection();
        if self.given.is_empty() {
            return write!(f, "is empty; give {collection}/{{id}}");
        }
        // A name is at most 137 bytes; more of what was given tells nobody anything.
        let shown: String = self.given.chars().take(140).collect();
        write!(f, "{shown:?} is not {collection}/{{id}} with 1 to {MAX_ID} of [A-Za-z0-9._~-]")
    }
}

/// Checks that `name` names a record of `expected`.
pub fn check_name(name: &str, expected: Resource) -> Result<(), NameError> {
    let id = name.strip_prefix(expected.collection()).and_then(|rest| rest.strip_prefix('/'));
    match id {
        Some(id) if (1..=MAX_ID).contains(&id.len()) && id.bytes().all(is_id_byte) => Ok(()),
        _ => Err(NameError { expected, given: name.to_owned() }),
    }
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_of_128_bytes_is_a_name_and_one_of_129_is_not() {
        assert!(check_name(&format!("claims/{}", "x".repeat(128)), Resource::Claim).is_ok());
        assert!(check_name(&format!("claims/{}", "x".repeat(129)), Resource::Claim).is_err());
        assert!(check_name("claims/", Resource::Claim).is_err());
    }

    #[test]
    fn a_name_of_another_collection_is_refused_and_said_so() {
        let error = check_name("actors/x", Resource::Claim).unwrap_err();
        assert_eq!(error.to_string(), "\"actors/x\" is not claims/{id} with 1 to 128 of [A-Za-z0-9._~-]");
    }

    proptest! {
        #[test]
        fn names_of_allowed_characters_pass(id in "[A-Za-z0-9._~-]{1,128}") {
            for resource in [Resource::Article, Resource::Actor, Resource::Claim] {
                let name = format!("{}/{id}", resource.collection());
                prop_assert!(check_name(&name, resource).is_ok());
            }
        }

        #[test]
        fn a_name_with_any_other_character_is_refused(id in "[A-Za-z]{0,5}[^A-Za-z0-9._~-][A-Za-z]{0,5}") {
            let name = format!("actors/{id}");
            prop_assert!(check_name(&name, Resource::Actor).is_err());
        }
    }
}
