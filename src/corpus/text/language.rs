//! The languages whose words are reduced to stems.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use frostem::Algorithm;

/// English words that speech is full of, and that NLTK does not list.
const ENGLISH_SPEECH: [&str; 15] = [
    "also", "could", "get", "go", "going", "got", "know", "lets", "really", "said", "say", "says", "think", "well",
    "would",
];

/// Codes of the languages whose words that say nothing alone are listed.
const STOP_WORD_LISTS: [(Algorithm, &str); 17] = [
    (Algorithm::Arabic, "ar"),
    (Algorithm::Danish, "da"),
    (Algorithm::Dutch, "nl"),
    (Algorithm::English, "en"),
    (Algorithm::Finnish, "fi"),
    (Algorithm::French, "fr"),
    (Algorithm::German, "de"),
    (Algorithm::Greek, "el"),
    (Algorithm::Hungarian, "hu"),
    (Algorithm::Italian, "it"),
    (Algorithm::Norwegian, "no"),
    (Algorithm::Portuguese, "pt"),
    (Algorithm::Romanian, "ro"),
    (Algorithm::Russian, "ru"),
    (Algorithm::Spanish, "es"),
    (Algorithm::Swedish, "sv"),
    (Algorithm::Turkish, "tr"),
];

/// The lists, in lower case, as NLTK has them. Made once: a question asks in each language of the corpus.
static STOP_WORDS: LazyLock<HashMap<Algorithm, HashSet<&str>>> = LazyLock::new(|| {
    let words = |code| stop_words::lookup(code).unwrap_or_default().iter().copied().collect();
    let mut lists: HashMap<_, HashSet<_>> =
        STOP_WORD_LISTS.into_iter().map(|(algorithm, code)| (algorithm, words(code))).collect();
    lists.entry(Algorithm::English).or_default().extend(ENGLISH_SPEECH);
    lists
});

/// How words of a language are read. Languages without a stemmer, and texts of unknown language, are [`Self::PLAIN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language {
    algorithm: Option<Algorithm>,
}

impl Language {
    /// Words as they are, but for case and diacritics.
    pub const PLAIN: Self = Self { algorithm: None };

    /// The language of a BCP-47 tag.
    pub fn of(tag: &str) -> Self {
        let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let algorithm = match primary.as_str() {
            "ar" => Algorithm::Arabic,
            "da" => Algorithm::Danish,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "en" => Algorithm::English,
            "es" => Algorithm::Spanish,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "hu" => Algorithm::Hungarian,
            "it" => Algorithm::Italian,
            "nb" | "nn" | "no" => Algorithm::Norwegian,
            "nl" => Algorithm::Dutch,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            _ => return Self::PLAIN,
        };
        Self { algorithm: Some(algorithm) }
    }

    /// The stemmer, if there is one.
    pub(super) fn stemmer(self) -> Option<frostem::Stemmer> {
        self.algorithm.map(frostem::Stemmer::new)
    }

    /// Whether words are written together without limit.
    pub(super) fn is_german(self) -> bool {
        self.algorithm == Some(Algorithm::German)
    }

    /// Whether articles and pronouns are joined to the next word by an apostrophe (`l'économie`, `dell'Unione`).
    pub(super) fn elides(self) -> bool {
        matches!(self.algorithm, Some(Algorithm::French | Algorithm::Italian))
    }

    /// Letters with a mark that are letters of their own to those who read the language: `å` is no `a` in Swedish.
    pub(super) fn own_letters(self) -> &'static str {
        match self.algorithm {
            Some(Algorithm::Swedish | Algorithm::Finnish) => "åäö",
            Some(Algorithm::Danish | Algorithm::Norwegian) => "åæø",
            Some(Algorithm::Spanish) => "ñ",
            Some(Algorithm::Turkish) => "çğıöşü",
            Some(Algorithm::Russian) => "й",
            _ => "",
        }
    }

    /// The words that say nothing alone.
    pub(super) fn stop_words(self) -> &'static HashSet<&'static str> {
        static NONE: LazyLock<HashSet<&str>> = LazyLock::new(HashSet::new);
        let list = self.algorithm.and_then(|algorithm| STOP_WORDS.get(&algorithm));
        list.unwrap_or(&NONE)
    }
}
