//! Titles and honorifics of persons.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::table;
use crate::names::text::latin;

/// Words of the longest title.
pub const MAX_TITLE_WORDS: usize = 6;

/// Where a title stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before the name.
    Before,
    /// After the name.
    After,
}

#[derive(Default)]
struct Table {
    /// By Latin reading without spaces.
    before: FxHashSet<String>,
    after: FxHashSet<String>,
    endings: Vec<String>,
    /// Longest first.
    glued: Vec<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for [place, titles] in table::rows(include_str!("../../../data/names/titles.tsv")) {
        for title in table::spellings(titles) {
            match place {
                "before" => drop(table.before.insert(latin(title))),
                "after" => drop(table.after.insert(latin(title))),
                "ending" => table.endings.push(latin(title)),
                _ => table.glued.push(title),
            }
        }
    }
    table.glued.sort_by_key(|title| std::cmp::Reverse(title.len()));
    table
});

/// Whether a title with this Latin reading (words joined without spaces) can stand at `place`.
pub fn title(latin: &str, place: Place) -> bool {
    match place {
        Place::Before => TABLE.before.contains(latin),
        Place::After => TABLE.after.contains(latin),
    }
}

/// Whether the word is a compound that names an office: `bundesfinanzminister`.
pub fn is_compound_title(latin: &str) -> bool {
    TABLE.endings.iter().any(|ending| latin.len() >= ending.len() + 2 && latin.ends_with(ending.as_str()))
}

/// The name before the title that a word without spaces ends with, if at least two signs remain.
pub fn glued_title(word: &str) -> Option<&str> {
    TABLE.glued.iter().filter_map(|title| word.strip_suffix(title)).find(|name| name.chars().nth(1).is_some())
}

/// Whether the word is a title that is written after a name without a space.
pub fn is_glued_title(word: &str) -> bool {
    !word.is_ascii() && TABLE.glued.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_have_a_place() {
        assert!(title(&latin("Außenminister"), Place::Before) || is_compound_title(&latin("Außenminister")));
        assert!(title(&latin("Secretary of State"), Place::Before));
        assert!(title("phd", Place::After) && !title("phd", Place::Before));
        assert!(!title("merkel", Place::Before));
    }

    #[test]
    fn compounds_need_something_before_the_office() {
        assert!(is_compound_title("bundesfinanzminister"));
        assert!(!is_compound_title("minister"));
    }

    #[test]
    fn glued_titles_are_cut_off() {
        assert_eq!(glued_title("习近平主席"), Some("习近平"));
        assert_eq!(glued_title("習氏"), None);
    }
}
