//! Resource names: `articles/{id}`, `actors/{id}`, `claims/{id}`; and those that a record contains.

use std::fmt;

use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

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

    /// Full name of the message, which is also its `google.rpc.ResourceInfo.resource_type`.
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
pub struct InvalidName {
    expected: Resource,
    given: String,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let collection = self.expected.collection();
        if self.given.is_empty() {
            return write!(f, "is empty; give {collection}/{{id}}");
        }
        // A valid name has at most 137 bytes; a message need not repeat more than that.
        let shown: String = self.given.chars().take(140).collect();
        write!(f, "{shown:?} is not {collection}/{{id}} with 1 to {MAX_ID} of [A-Za-z0-9._~-]")
    }
}

/// Checks that `name` is a resource name of the collection `expected`.
pub fn check_name(name: &str, expected: Resource) -> Result<(), InvalidName> {
    let id = name.strip_prefix(expected.collection()).and_then(|rest| rest.strip_prefix('/'));
    match id {
        Some(id) if (1..=MAX_ID).contains(&id.len()) && id.bytes().all(is_id_byte) => Ok(()),
        _ => Err(InvalidName { expected, given: name.to_owned() }),
    }
}

/// The resource and name of a record; None for an empty record.
pub fn record_name(record: &Record) -> Option<(Resource, &str)> {
    record.record.as_ref().map(|record| match record {
        Kind::Article(article) => (Resource::Article, article.name.as_str()),
        Kind::Actor(actor) => (Resource::Actor, actor.name.as_str()),
        Kind::Claim(claim) => (Resource::Claim, claim.name.as_str()),
    })
}

/// Calls `visit` with every resource name in a record that is not empty: first its own, then its references.
pub fn each_name(record: &mut Kind, mut visit: impl FnMut(&mut String)) {
    let mut visit = |name: &mut String| {
        if !name.is_empty() {
            visit(name);
        }
    };
    match record {
        Kind::Article(article) => {
            visit(&mut article.name);
            visit(&mut article.publisher_actor);
            article.merged_names.iter_mut().for_each(&mut visit);
            article.mentions.iter_mut().for_each(|mention| visit(&mut mention.actor));
        }
        Kind::Actor(actor) => {
            visit(&mut actor.name);
            visit(&mut actor.parent);
            actor.merged_names.iter_mut().for_each(&mut visit);
            actor.roles.iter_mut().for_each(|role| visit(&mut role.organization));
        }
        Kind::Claim(claim) => {
            visit(&mut claim.name);
            for party in [&mut claim.speakers, &mut claim.subjects, &mut claim.addressees].into_iter().flatten() {
                visit(&mut party.actor);
                visit(&mut party.on_behalf_of);
            }
            claim.evidence.iter_mut().for_each(|evidence| visit(&mut evidence.article));
            claim.relations.iter_mut().for_each(|relation| visit(&mut relation.claim));
            claim.reviews.iter_mut().for_each(|review| visit(&mut review.reviewer));
        }
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
    fn an_id_of_128_bytes_is_accepted_and_one_of_129_is_refused() {
        assert!(check_name(&format!("claims/{}", "x".repeat(128)), Resource::Claim).is_ok());
        assert!(check_name(&format!("claims/{}", "x".repeat(129)), Resource::Claim).is_err());
        assert!(check_name("claims/", Resource::Claim).is_err());
    }

    #[test]
    fn a_name_of_another_collection_is_refused() {
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
