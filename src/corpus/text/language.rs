//! The languages whose words are reduced to stems.

use std::collections::HashSet;

use frostem::Algorithm;

/// English words that speech is full of, and that NLTK does not list.
const ENGLISH_SPEECH: [&str; 15] = [
    "also", "could", "get", "go", "going", "got", "know", "lets", "really", "said", "say", "says", "think", "well",
    "would",
];

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

    /// The words that say nothing alone, in lower case, as NLTK lists them.
    pub(super) fn stop_words(self) -> HashSet<&'static str> {
        let code = match self.algorithm {
            Some(Algorithm::Arabic) => "ar",
            Some(Algorithm::Danish) => "da",
            Some(Algorithm::Dutch) => "nl",
            Some(Algorithm::English) => "en",
            Some(Algorithm::Finnish) => "fi",
            Some(Algorithm::French) => "fr",
            Some(Algorithm::German) => "de",
            Some(Algorithm::Greek) => "el",
            Some(Algorithm::Hungarian) => "hu",
            Some(Algorithm::Italian) => "it",
            Some(Algorithm::Norwegian) => "no",
            Some(Algorithm::Portuguese) => "pt",
            Some(Algorithm::Romanian) => "ro",
            Some(Algorithm::Russian) => "ru",
            Some(Algorithm::Spanish) => "es",
            Some(Algorithm::Swedish) => "sv",
            Some(Algorithm::Turkish) => "tr",
            _ => return HashSet::new(),
        };
        let mut words: HashSet<_> = stop_words::lookup(code).unwrap_or_default().iter().copied().collect();
        if code == "en" {
            words.extend(ENGLISH_SPEECH);
        }
        words
    }
}
