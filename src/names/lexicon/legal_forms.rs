//! Legal forms of organizations, in classes of equivalent forms.

use std::sync::LazyLock;

use rapidfuzz::distance::osa;
use rustc_hash::FxHashMap;

use crate::names::table;
use crate::names::transliteration::{WritingSystem, transliterate};

/// Words of the longest legal form.
pub const MAX_LEGAL_FORM_WORDS: usize = 6;

/// Minimum letters of a legal form that is also recognized with typos or truncated ("Aktiengesellchaft").
const MIN_FUZZY_LETTERS: usize = 12;

/// A class of equivalent legal forms, named as in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LegalClass(&'static str);

impl LegalClass {
    /// Name of the class.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Whether two forms can be the same: they are of one class, or one of them is generic ("company").
    pub fn is_compatible(self, other: Self) -> bool {
        self == other || self.0 == "any" || other.0 == "any"
    }
}

#[derive(Default)]
struct Table {
    /// By transliteration without spaces.
    forms: FxHashMap<String, LegalClass>,
    /// Forms of at least [`MIN_FUZZY_LETTERS`] letters, by first letter.
    fuzzy: FxHashMap<u8, Vec<(String, LegalClass)>>,
    /// Forms in scripts without spaces, longest first.
    suffixes: Vec<(&'static str, LegalClass)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for [class, forms] in table::rows(include_str!("../../../data/names/legal_forms.tsv")) {
        for form in table::spellings(forms) {
            let (class, key) = (LegalClass(class), transliterate(form));
            if WritingSystem::of(form) == WritingSystem::Syllabic {
                table.suffixes.push((form, class));
            }
            if key.len() >= MIN_FUZZY_LETTERS {
                table.fuzzy.entry(key.as_bytes()[0]).or_default().push((key.clone(), class));
            }
            table.forms.entry(key).or_insert(class);
        }
    }
    table.suffixes.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    table
});

/// The class of a transliterated legal form, its words joined without spaces. A form of at least 12 letters may have up to
/// two typos, but not in its first letter.
pub fn legal_form(latin: &str) -> Option<LegalClass> {
    TABLE.forms.get(latin).copied().or_else(|| fuzzy(latin))
}

fn fuzzy(latin: &str) -> Option<LegalClass> {
    if latin.len() < MIN_FUZZY_LETTERS {
        return None;
    }
    let max_typos = osa::Args::default().score_cutoff(2);
    let forms = TABLE.fuzzy.get(latin.as_bytes().first()?)?.iter();
    forms
        .filter(|(form, _)| form.len().abs_diff(latin.len()) <= 2)
        .find(|(form, _)| osa::distance_with_args(form.bytes(), latin.bytes(), &max_typos).is_some())
        .map(|&(_, class)| class)
}

/// Splits a word of a script without spaces into a name and the legal form that it ends with.
pub fn strip_legal_form(word: &str) -> Option<(&str, LegalClass)> {
    TABLE.suffixes.iter().find_map(|&(form, class)| Some((word.strip_suffix(form)?, class)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_forms_share_a_class() {
        let class = |text| legal_form(&transliterate(text)).unwrap();
        assert_eq!(class("GmbH"), class("Ltd."));
        assert_eq!(class("OOO"), class("ООО"));
        assert_eq!(class("Sp. z o.o."), class("S.A.R.L."));
        assert!(class("Inc.").is_compatible(class("AG")));
        assert!(!class("GmbH").is_compatible(class("AG")));
    }

    #[test]
    fn long_forms_may_have_typos() {
        assert_eq!(legal_form("aktiengesellchaft"), legal_form("ag"));
        assert_eq!(legal_form("publiclimitedcompan"), legal_form("jsc"));
        assert_eq!(legal_form("siemens"), None);
    }

    #[test]
    fn a_form_without_a_space_is_stripped() {
        let (front, class) = strip_legal_form("阿里巴巴集团").unwrap();
        assert_eq!((front, class.name()), ("阿里巴巴", "any"));
        assert!(strip_legal_form("阿里巴巴").is_none());
    }
}
