//! Values from a file as messages show them, and what may have been meant by them.

use crate::model::MAX_SHOWN;
pub(super) use crate::model::{cut, quoted};

/// "; did you mean …?" with the candidate nearest to `given`, or nothing where none is near.
pub(super) fn did_you_mean<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(given, candidates).map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

/// The candidate that takes the fewest edits to reach, if these are at most a third of the letters given: more edits
/// than that turn any word into any other.
fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = given.chars().take(MAX_SHOWN + 1).count();
    if length > MAX_SHOWN {
        return None;
    }
    let lower = given.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(edits, _)| edits * 3 <= length)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_meant() {
        let names = ["speakers", "subjects", "quotation_type"];
        assert_eq!(nearest("quotation_typ", names), Some("quotation_type"));
        assert_eq!(nearest("speaker", names), Some("speakers"));
        assert_eq!(nearest("SPEAKERS", names), Some("speakers"));
        assert_eq!(nearest("xyz", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"speakers".repeat(1000), names), None);
    }
}
