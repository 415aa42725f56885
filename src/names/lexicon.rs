//! Lookup of known words by transliteration, read once from the tables in `data/names`.

mod legal_forms;
mod titles;

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::table;
use super::transliteration::transliterate;
pub use legal_forms::{LegalClass, MAX_LEGAL_FORM_WORDS, legal_form, strip_legal_form};
pub use titles::{MAX_TITLE_WORDS, TitlePosition, is_compound_title, is_title, is_title_suffix, strip_title};

// === Given names

/// A given name that a word can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenName {
    /// Number of the name, its row in the table: equal for all its spellings and short forms.
    pub id: u16,
    /// Whether the word is a short or pet form rather than a spelling of the full name.
    pub is_short_form: bool,
}

#[derive(Default)]
struct GivenNames {
    by_word: FxHashMap<String, Vec<GivenName>>,
    /// Transliterated spellings of each name, full forms first.
    spellings: Vec<Vec<String>>,
}

static GIVEN_NAMES: LazyLock<GivenNames> = LazyLock::new(|| {
    let mut names = GivenNames::default();
    for (id, [canonical, full, short]) in (0..).zip(table::rows(include_str!("../../data/names/given_names.tsv"))) {
        let listed = |column: &'static str| column.split_whitespace().filter(|&word| word != "-");
        let full = std::iter::once(canonical).chain(listed(full)).map(|word| (transliterate(word), false));
        let mut spellings = Vec::new();
        for (word, is_short_form) in full.chain(listed(short).map(|word| (transliterate(word), true))) {
            if !spellings.contains(&word) {
                names.by_word.entry(word.clone()).or_default().push(GivenName { id, is_short_form });
                spellings.push(word);
            }
        }
        names.spellings.push(spellings);
    }
    names
});

/// The given names that a transliterated word can stand for; empty for other words.
pub fn given_names(latin: &str) -> &'static [GivenName] {
    GIVEN_NAMES.by_word.get(latin).map_or(&[], Vec::as_slice)
}

/// All transliterated spellings and short forms of the given name `id`, full forms first.
pub fn given_name_spellings(id: u16) -> &'static [String] {
    GIVEN_NAMES.spellings.get(usize::from(id)).map_or(&[], Vec::as_slice)
}

// === Abbreviations

static ABBREVIATIONS: LazyLock<FxHashMap<String, String>> = LazyLock::new(|| {
    table::rows(include_str!("../../data/names/abbreviations.tsv"))
        .flat_map(|[word, abbreviations]| {
            table::spellings(abbreviations).map(move |short| (transliterate(short), transliterate(word)))
        })
        .collect()
});

/// The full word that a transliterated abbreviation stands for in the name of an organization.
pub fn expand_abbreviation(latin: &str) -> Option<&'static str> {
    ABBREVIATIONS.get(latin).map(String::as_str)
}

// === Common words

static COMMON_WORDS: LazyLock<FxHashMap<String, f64>> = LazyLock::new(|| {
    let mut weights = FxHashMap::default();
    for [weight, words] in table::rows(include_str!("../../data/names/common_words.tsv")) {
        let weight: f64 = weight.parse().unwrap_or(1.0);
        for word in words.split_whitespace() {
            let word = transliterate(word);
            let full = expand_abbreviation(&word).map(str::to_owned);
            for word in full.into_iter().chain([word]) {
                weights.entry(word).or_insert(weight);
            }
        }
    }
    weights
});

/// The prior weight of a transliterated word, 0..=1: 1 for words that are not known to be frequent in names.
pub fn prior_weight(latin: &str) -> f64 {
    COMMON_WORDS.get(latin).copied().unwrap_or(1.0)
}

// === Particles

static PERSONAL_PARTICLES: LazyLock<FxHashSet<String>> = LazyLock::new(|| particles_of("person"));
static ORGANIZATION_PARTICLES: LazyLock<FxHashSet<String>> = LazyLock::new(|| particles_of("organization"));

fn particles_of(kind: &str) -> FxHashSet<String> {
    table::rows(include_str!("../../data/names/particles.tsv"))
        .filter(|[row_kind, _]| *row_kind == kind)
        .flat_map(|[_, words]| table::spellings(words).map(transliterate))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether a transliterated word is a particle of personal names: von, bin, de la.
pub fn is_personal_particle(latin: &str) -> bool {
    PERSONAL_PARTICLES.contains(latin)
}

/// Whether a transliterated word is a function word in names of organizations: the, of, und.
pub fn is_organization_particle(latin: &str) -> bool {
    ORGANIZATION_PARTICLES.contains(latin)
}

// === Numbers

static NUMBER_WORDS: LazyLock<FxHashMap<String, u32>> = LazyLock::new(|| {
    table::rows(include_str!("../../data/names/number_words.tsv"))
        .filter_map(|[number, words]| Some((number.parse().ok()?, words)))
        .flat_map(|(number, words): (u32, _)| table::spellings(words).map(move |word| (transliterate(word), number)))
        .collect()
});

/// The value of a transliterated number word, cardinal or ordinal.
pub fn number_word(latin: &str) -> Option<u32> {
    NUMBER_WORDS.get(latin).copied()
}

/// The value of a lower-case Roman numeral in its standard form, 1 to 39.
pub fn roman_numeral(latin: &str) -> Option<u32> {
    const ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = latin.bytes().take_while(|&b| b == b'x').count();
    let ones = ONES.iter().position(|&ones| ones == &latin[tens..])?;
    let value = u32::try_from(tens * 10 + ones).ok()?;
    (1..40).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp, reason = "the same constants, computed the same way")]

    use super::*;

    fn share_a_given_name(one: &str, other: &str) -> bool {
        given_names(one).iter().any(|a| given_names(other).iter().any(|b| a.id == b.id))
    }

    #[test]
    fn spellings_and_short_forms_share_a_given_name() {
        assert!(share_a_given_name("aleksandr", "alexander"));
        assert!(share_a_given_name("ted", "theodore"));
        assert!(share_a_given_name("sasha", "alexandra"));
        assert!(share_a_given_name("mohammed", "mehmet"));
        assert!(!share_a_given_name("marta", "marco"));
    }

    #[test]
    fn spellings_of_a_given_name_include_the_full_form() {
        let id = given_names("bill")[0].id;
        assert!(given_name_spellings(id).iter().any(|word| word == "william"));
    }

    #[test]
    fn abbreviations_have_a_full_word() {
        assert_eq!(expand_abbreviation("intl"), Some("international"));
        assert_eq!(expand_abbreviation("organisation"), Some("organization"));
        assert_eq!(expand_abbreviation("siemens"), None);
    }

    #[test]
    fn frequent_words_weigh_less() {
        assert!(prior_weight("bank") < prior_weight("kim"));
        assert!(prior_weight("kim") < prior_weight("gaddafi"));
        assert_eq!(prior_weight("group"), 0.35);
    }

    #[test]
    fn particles_depend_on_the_kind_of_name() {
        assert!(is_personal_particle("bin") && !is_organization_particle("bin"));
        assert!(is_organization_particle("for") && !is_personal_particle("for"));
    }

    #[test]
    fn number_words_have_a_value() {
        assert_eq!(number_word("three"), Some(3));
        assert_eq!(number_word("erste"), Some(1));
        assert_eq!(number_word("siemens"), None);
    }

    #[test]
    fn roman_numerals_are_in_standard_form() {
        for (text, value) in
            [("i", Some(1)), ("iv", Some(4)), ("xix", Some(19)), ("iix", None), ("", None), ("vx", None)]
        {
            assert_eq!(roman_numeral(text), value, "{text}");
        }
    }
}
