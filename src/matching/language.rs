//! What is particular to a language: its stemmer, its function words, what an umlaut is worth.

use frostem::{Algorithm, Stemmer};

/// The language a text is read in.
#[derive(Debug, Clone)]
pub struct Language {
    stemmer: Option<Algorithm>,
    stop_words: &'static [&'static str],
    /// Whether `ü` is `ue` (German) or `u` (everywhere else).
    pub(crate) umlauts_are_digraphs: bool,
}

impl Language {
    /// The language a BCP-47 tag names; a tag of a language without a stemmer is read without stemming.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let (algorithm, stop_words) = match primary.as_str() {
            "" | "en" | "und" => (Some(Algorithm::English), ENGLISH),
            "de" => (Some(Algorithm::German), GERMAN),
            "fr" => (Some(Algorithm::French), &[][..]),
            "es" => (Some(Algorithm::Spanish), &[][..]),
            "it" => (Some(Algorithm::Italian), &[][..]),
            "nl" => (Some(Algorithm::Dutch), &[][..]),
            "pt" => (Some(Algorithm::Portuguese), &[][..]),
            _ => (None, &[][..]),
        };
        Self { stemmer: algorithm, stop_words, umlauts_are_digraphs: primary == "de" }
    }

    /// The language of a text that does not say: the one whose function words it uses most, English when none.
    pub fn guess<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let (mut english, mut german) = (0, 0);
        for word in words {
            english += usize::from(contains(ENGLISH, word));
            german += usize::from(contains(GERMAN, word));
        }
        Self::from_tag(if german > english { "de" } else { "en" })
    }

    /// Whether a folded word carries no meaning of its own.
    pub fn is_stop_word(&self, word: &str) -> bool {
        contains(self.stop_words, word)
    }

    /// Appends the stem of a folded word to `out`.
    pub fn stem_into(&self, word: &str, out: &mut String) {
        match self.stemmer {
            Some(algorithm) if !word.as_bytes().first().is_some_and(u8::is_ascii_digit) => {
                out.push_str(&Stemmer::new(algorithm).stem(word));
            }
            _ => out.push_str(word),
        }
    }
}

fn contains(sorted: &[&str], word: &str) -> bool {
    word.len() <= 10 && sorted.binary_search(&word).is_ok()
}

/// Function words, reporting verbs and the small change of speech. Sorted, apostrophes dropped as the folding drops them.
#[rustfmt::skip]
const ENGLISH: &[&str] = &[
    "a", "about", "also", "am", "an", "and", "are", "arent", "as", "at", "be", "because", "been", "being", "but",
    "by", "can", "cant", "could", "did", "didnt", "do", "does", "doesnt", "doing", "dont", "for", "from", "get", "go",
    "going", "got", "had", "has", "have", "havent", "having", "he", "her", "hes", "him", "his", "how", "i", "id",
    "if", "ill", "im", "in", "into", "is", "isnt", "it", "its", "ive", "just", "know", "lets", "me", "my", "no",
    "not", "of", "on", "or", "our", "really", "said", "say", "says", "she", "shes", "should", "so", "than", "that",
    "thats", "the", "their", "them", "then", "there", "theres", "these", "they", "theyre", "theyve", "think", "this",
    "those", "to", "too", "us", "very", "was", "wasnt", "we", "well", "were", "weve", "what", "when", "where",
    "which", "who", "will", "with", "wont", "would", "you", "your", "youre",
];

/// The German list.
#[rustfmt::skip]
const GERMAN: &[&str] = &[
    "aber", "alle", "als", "also", "am", "an", "auch", "auf", "aus", "bei", "bin", "bis", "da", "dann", "das", "dass",
    "dem", "den", "denn", "der", "des", "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses", "doch", "du",
    "durch", "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "fuer", "habe", "haben", "hat", "hatte",
    "hatten", "ich", "ihm", "ihn", "ihr", "ihre", "im", "in", "ist", "ja", "kann", "kein", "keine", "man", "mehr",
    "mit", "muss", "nach", "nicht", "noch", "nun", "nur", "ob", "oder", "sagt", "sagte", "schon", "sehr", "sei",
    "sein", "seine", "seit", "sich", "sie", "sind", "so", "soll", "sollen", "ueber", "um", "und", "uns", "unter",
    "vom", "von", "vor", "war", "waren", "was", "wegen", "weil", "wenn", "werden", "wie", "wir", "wird", "wurde",
    "wurden", "zu", "zum", "zur",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(ENGLISH.is_sorted() && GERMAN.is_sorted());
    }

    #[test]
    fn a_language_is_told_by_its_function_words() {
        let german = Language::guess("die steuern sind zu hoch und das ist nicht gut".split(' '));
        assert!(german.is_stop_word("nicht") && german.umlauts_are_digraphs);
        assert!(Language::guess("taxes are too high".split(' ')).is_stop_word("are"));
    }
}
