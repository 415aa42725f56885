//! Titles and honorifics of persons.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::names::table;
use crate::names::transliteration::transliterate;

/// Words of the longest title.
pub const MAX_TITLE_WORDS: usize = 6;

/// Position of a title relative to the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TitlePosition {
    /// Before the name.
    Prefix,
    /// After the name.
    Suffix,
}

#[derive(Default)]
struct Table {
    /// Titles before a name, by transliteration without spaces.
    prefixes: FxHashSet<String>,
    /// Titles after a name, by transliteration without spaces.
    suffixes: FxHashSet<String>,
    /// Last parts of compounds that name an office.
    compound_heads: Vec<String>,
    /// Titles in scripts without spaces, longest first.
    unspaced: Vec<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for [position, titles] in table::rows(include_str!("../../../data/names/titles.tsv")) {
        for title in table::spellings(titles) {
            match position {
                "before" => drop(table.prefixes.insert(transliterate(title))),
                "after" => drop(table.suffixes.insert(transliterate(title))),
                "ending" => table.compound_heads.push(transliterate(title)),
                _ => table.unspaced.push(title),
            }
        }
    }
    table.unspaced.sort_by_key(|title| std::cmp::Reverse(title.len()));
    table
});

/// Whether transliterated words, joined without spaces, are a title at `position`.
pub fn is_title(latin: &str, position: TitlePosition) -> bool {
    match position {
        TitlePosition::Prefix => TABLE.prefixes.contains(latin),
        TitlePosition::Suffix => TABLE.suffixes.contains(latin),
    }
}

/// Whether a transliterated word is a compound that names an office: `bundesfinanzminister`.
pub fn is_compound_title(latin: &str) -> bool {
    TABLE.compound_heads.iter().any(|head| latin.len() >= head.len() + 2 && latin.ends_with(head.as_str()))
}

/// Strips the title that a word of a script without spaces ends with; none if fewer than two characters would remain.
pub fn strip_title(word: &str) -> Option<&str> {
    TABLE.unspaced.iter().filter_map(|title| word.strip_suffix(title)).find(|name| name.chars().nth(1).is_some())
}

/// Whether a word is a title of a script without spaces, which follows the name.
pub fn is_title_suffix(word: &str) -> bool {
    !word.is_ascii() && TABLE.unspaced.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_have_a_position() {
        assert!(
            is_title(&transliterate("Außenminister"), TitlePosition::Prefix)
                || is_compound_title(&transliterate("Außenminister"))
        );
        assert!(is_title(&transliterate("Secretary of State"), TitlePosition::Prefix));
        assert!(is_title("phd", TitlePosition::Suffix) && !is_title("phd", TitlePosition::Prefix));
        assert!(!is_title("merkel", TitlePosition::Prefix));
    }

    #[test]
    fn a_compound_title_has_a_first_part() {
        assert!(is_compound_title("bundesfinanzminister"));
        assert!(!is_compound_title("minister"));
    }

    #[test]
    fn a_title_without_a_space_is_stripped() {
        assert_eq!(strip_title("习近平主席"), Some("习近平"));
        assert_eq!(strip_title("習氏"), None);
    }
}
