//! Short forms of words in the names of organizations.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::table;
use crate::names::text::latin;

static WORDS: LazyLock<FxHashMap<String, String>> = LazyLock::new(|| {
    table::rows(include_str!("../../../data/names/abbreviations.tsv"))
        .flat_map(|[word, shorts]| table::spellings(shorts).map(move |short| (latin(short), latin(word))))
        .collect()
});

/// The full word that the Latin reading `short` stands for in the name of an organization.
pub fn full_word(short: &str) -> Option<&'static str> {
    WORDS.get(short).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_have_a_word() {
        assert_eq!(full_word("intl"), Some("international"));
        assert_eq!(full_word("organisation"), Some("organization"));
        assert_eq!(full_word("siemens"), None);
    }
}
