//! Resource names for records of formats that have other names or none.
//!
//! A name is derived from what identifies the record at its source, so that the same record gets the same name in every
//! load and from every file.

use crate::model::{Resource, check_name};

/// Hexadecimal digits of the hash in a name: 80 bits. The probability of a collision among a billion records is about one
/// in a million.
const HASH_DIGITS: usize = 20;

/// A name with a hash of `parts`, which identify the record. `prefix` is for people: it says where the record is from.
pub(in crate::format) fn hashed(resource: Resource, prefix: &str, parts: &[&str]) -> String {
    format!("{}/{prefix}-{}", resource.collection(), hash(parts))
}

/// A name with the id that a record has at its source. If the id has characters that a resource name cannot have, they
/// are replaced and a hash of the id is appended, so that two ids never become one name.
pub(in crate::format) fn of_id(resource: Resource, id: &str) -> String {
    let collection = resource.collection();
    let name = format!("{collection}/{id}");
    if check_name(&name, resource).is_ok() {
        return name;
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '~' | '-');
    let readable: String =
        id.chars().map(|letter| if allowed(letter) { letter } else { '-' }).take(MAX_READABLE).collect();
    format!("{collection}/{readable}~{}", hash(&[id]))
}

/// Maximum characters of an id in a name that also has a hash.
const MAX_READABLE: usize = 64;

/// The length of each part is hashed too, so that moving text from one part to the next changes the hash.
fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut hex = hasher.finalize().to_hex().to_string();
    hex.truncate(HASH_DIGITS);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_that_a_resource_name_can_have_is_kept() {
        assert_eq!(of_id(Resource::Actor, "NK-2Tbri3s6GgNtAwsSXh4qpL"), "actors/NK-2Tbri3s6GgNtAwsSXh4qpL");
    }

    #[test]
    fn ids_that_differ_in_replaced_characters_get_different_names() {
        let names = ["a b", "a/b", "a b ", "ä", ""].map(|id| of_id(Resource::Actor, id));
        assert!(names[0].starts_with("actors/a-b~"), "{}", names[0]);
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name}");
        }
    }

    #[test]
    fn text_moved_from_one_part_to_the_next_changes_the_name() {
        let name = |parts: &[&str]| hashed(Resource::Claim, "x", parts);
        assert_ne!(name(&["ab", "c"]), name(&["a", "bc"]));
        assert_eq!(name(&["ab", "c"]), name(&["ab", "c"]));
    }

    proptest! {
        #[test]
        fn every_id_becomes_a_valid_name(id in ".{0,200}") {
            prop_assert!(check_name(&of_id(Resource::Article, &id), Resource::Article).is_ok());
            prop_assert!(check_name(&hashed(Resource::Claim, "dna", &[&id]), Resource::Claim).is_ok());
        }
    }
}
