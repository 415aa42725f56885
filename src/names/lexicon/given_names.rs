//! Given names with their spellings and pet forms.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::table;
use crate::names::text::latin;

/// One reading of a word as a given name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Number of the name (its line in the table): equal for all spellings and pet forms.
    pub name: u16,
    /// A pet or short form rather than a spelling of the full name.
    pub short: bool,
}

#[derive(Default)]
struct Table {
    readings: FxHashMap<String, Vec<Given>>,
    /// Latin readings of each name, full spellings first.
    spellings: Vec<Vec<String>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for (name, [canonical, full, short]) in (0..).zip(table::rows(include_str!("../../../data/names/given_names.tsv")))
    {
        let listed = |column: &'static str| column.split_whitespace().filter(|&word| word != "-");
        let full = std::iter::once(canonical).chain(listed(full)).map(|word| (latin(word), false));
        let mut spellings = Vec::new();
        for (word, short) in full.chain(listed(short).map(|word| (latin(word), true))) {
            if !spellings.contains(&word) {
                table.readings.entry(word.clone()).or_default().push(Given { name, short });
                spellings.push(word);
            }
        }
        table.spellings.push(spellings);
    }
    table
});

/// The given names that the word with this Latin reading can be; empty for other words.
pub fn given_names(latin: &str) -> &'static [Given] {
    TABLE.readings.get(latin).map_or(&[], Vec::as_slice)
}

/// All spellings and pet forms (Latin readings) of the given name number `name`.
pub fn spellings(name: u16) -> &'static [String] {
    TABLE.spellings.get(usize::from(name)).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(one: &str, other: &str) -> bool {
        given_names(one).iter().any(|a| given_names(other).iter().any(|b| a.name == b.name))
    }

    #[test]
    fn spellings_and_pet_forms_share_a_name() {
        assert!(share("aleksandr", "alexander"));
        assert!(share("ted", "theodore"));
        assert!(share("sasha", "alexandra"));
        assert!(share("mohammed", "mehmet"));
        assert!(!share("marta", "marco"));
    }

    #[test]
    fn spellings_lists_the_whole_name() {
        let name = given_names("bill")[0].name;
        assert!(spellings(name).iter().any(|word| word == "william"));
    }
}
