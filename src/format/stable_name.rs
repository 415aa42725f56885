//! Resource names for records of formats that have other names, or none.
//!
//! A name is made of what identifies the record at its source, so that the same record gets the same name each time it
//! is read, from whatever file.

use crate::model::{Resource, check_name};

/// Hexadecimal digits of a hash in a name: 80 bits. Among a billion records two would share one once in a million loads.
const HASH_DIGITS: usize = 20;

/// A name that is told by `parts` and nothing else. `prefix` says to a reader where it comes from.
pub(super) fn hashed(resource: Resource, prefix: &str, parts: &[&str]) -> String {
    format!("{}/{prefix}-{}", resource.collection(), hash(parts))
}

/// The name of a record whose source has an id of its own: that id, where it is one of ours too. Else what may stand of
/// it, and a hash of the whole, so that no two ids make one name.
pub(super) fn of_id(resource: Resource, id: &str) -> String {
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

/// Most characters of an id that stand in a name before its hash.
const MAX_READABLE: usize = 64;

/// Each part is preceded by its length, so that moving text from one to the next makes another hash.
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
    fn an_id_that_is_one_of_ours_is_kept() {
        assert_eq!(of_id(Resource::Actor, "NK-2Tbri3s6GgNtAwsSXh4qpL"), "actors/NK-2Tbri3s6GgNtAwsSXh4qpL");
    }

    #[test]
    fn ids_that_differ_in_what_a_name_cannot_hold_get_different_names() {
        let names = ["a b", "a/b", "a b ", "ä", ""].map(|id| of_id(Resource::Actor, id));
        assert!(names[0].starts_with("actors/a-b~"), "{}", names[0]);
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name}");
        }
    }

    #[test]
    fn text_that_moves_from_one_part_to_the_next_makes_another_name() {
        let name = |parts: &[&str]| hashed(Resource::Claim, "x", parts);
        assert_ne!(name(&["ab", "c"]), name(&["a", "bc"]));
        assert_eq!(name(&["ab", "c"]), name(&["ab", "c"]));
    }

    proptest! {
        #[test]
        fn every_id_makes_a_name(id in ".{0,200}") {
            prop_assert!(check_name(&of_id(Resource::Article, &id), Resource::Article).is_ok());
            prop_assert!(check_name(&hashed(Resource::Claim, "dna", &[&id]), Resource::Claim).is_ok());
        }
    }
}
