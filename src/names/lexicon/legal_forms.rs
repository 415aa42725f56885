//! Legal forms of organizations in classes of equivalents.

use std::sync::LazyLock;

use rapidfuzz::distance::osa;
use rustc_hash::FxHashMap;

use super::table;
use crate::names::text::{WritingSystem, latin};

/// Words of the longest legal form.
pub const MAX_LEGAL_WORDS: usize = 6;

/// Letters from which a legal form may be written with a slip or cut off ("Aktiengesellchaft").
const MIN_INEXACT: usize = 12;

/// Class of equivalent legal forms, named as in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LegalClass(&'static str);

impl LegalClass {
    /// Name of the class.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Whether two forms can be one and the same: equal, or one of them says only "a company".
    pub fn agrees(self, other: Self) -> bool {
        self == other || self.0 == "any" || other.0 == "any"
    }
}

#[derive(Default)]
struct Table {
    /// By Latin reading without spaces.
    forms: FxHashMap<String, LegalClass>,
    /// Forms of at least [`MIN_INEXACT`] letters, by first letter.
    long: FxHashMap<u8, Vec<(String, LegalClass)>>,
    /// Forms in scripts that write no spaces, longest first.
    glued: Vec<(&'static str, LegalClass)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for [class, forms] in table::rows(include_str!("../../../data/names/legal_forms.tsv")) {
        for form in table::spellings(forms) {
            let (class, key) = (LegalClass(class), latin(form));
            if WritingSystem::of(form) == WritingSystem::Syllables {
                table.glued.push((form, class));
            }
            if key.len() >= MIN_INEXACT {
                table.long.entry(key.as_bytes()[0]).or_default().push((key.clone(), class));
            }
            table.forms.entry(key).or_insert(class);
        }
    }
    table.glued.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    table
});

/// The class of the legal form with this Latin reading (words joined without spaces). A long one may have up to
/// two slips, not in its first letter.
pub fn legal_form(latin: &str) -> Option<LegalClass> {
    TABLE.forms.get(latin).copied().or_else(|| inexact(latin))
}

fn inexact(latin: &str) -> Option<LegalClass> {
    if latin.len() < MIN_INEXACT {
        return None;
    }
    let slips = osa::Args::default().score_cutoff(2);
    let long = TABLE.long.get(latin.as_bytes().first()?)?.iter();
    long.filter(|(form, _)| form.len().abs_diff(latin.len()) <= 2)
        .find(|(form, _)| osa::distance_with_args(form.bytes(), latin.bytes(), &slips).is_some())
        .map(|&(_, class)| class)
}

/// The legal form that a word without spaces ends with, and the word before it.
pub fn glued_legal_form(word: &str) -> Option<(&str, LegalClass)> {
    TABLE.glued.iter().find_map(|&(form, class)| Some((word.strip_suffix(form)?, class)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalents_agree_and_others_do_not() {
        let class = |text| legal_form(&latin(text)).unwrap();
        assert_eq!(class("GmbH"), class("Ltd."));
        assert_eq!(class("OOO"), class("ООО"));
        assert_eq!(class("Sp. z o.o."), class("S.A.R.L."));
        assert!(class("Inc.").agrees(class("AG")));
        assert!(!class("GmbH").agrees(class("AG")));
    }

    #[test]
    fn long_forms_forgive_a_slip() {
        assert_eq!(legal_form("aktiengesellchaft"), legal_form("ag"));
        assert_eq!(legal_form("publiclimitedcompan"), legal_form("jsc"));
        assert_eq!(legal_form("siemens"), None);
    }

    #[test]
    fn glued_forms_are_cut_off() {
        let (front, class) = glued_legal_form("阿里巴巴集团").unwrap();
        assert_eq!((front, class.name()), ("阿里巴巴", "any"));
        assert!(glued_legal_form("阿里巴巴").is_none());
    }
}
