//! What is particular to a language: its stemmer, its function words, what an umlaut is worth.

use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use hashbrown::HashMap;

use crate::matching::analysis::for_each_word;

/// The language a text is read in.
#[derive(Debug, Clone)]
pub struct Language {
    stemmer: Option<Algorithm>,
    /// Sorted, folded.
    stop_words: &'static [String],
    /// Whether `ü` is `ue` (German) or `u` (everywhere else).
    pub(crate) umlauts_are_digraphs: bool,
    /// Whether articles and pronouns are joined to the next word by an apostrophe: `l'économie`.
    pub(crate) elides: bool,
}

/// The languages with a stemmer, by their primary tag.
const STEMMED: [(&str, Algorithm); 18] = [
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("en", Algorithm::English),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nl", Algorithm::Dutch),
    ("no", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

/// The words of each of these that carry no meaning of their own, folded as words of texts are.
static STOP_WORDS: LazyLock<HashMap<&'static str, Vec<String>>> =
    LazyLock::new(|| STEMMED.iter().map(|(tag, _)| (*tag, stop_words(tag))).collect());

fn stop_words(tag: &str) -> Vec<String> {
    let listed = match tag {
        "en" => ENGLISH,
        "de" => GERMAN,
        _ => stop_words::lookup(tag).unwrap_or_default(),
    };
    let language = Language { stop_words: &[], ..Language::plain(tag) };
    let mut folded = Vec::new();
    for word in listed {
        for_each_word(word, &language, &mut String::new(), |word| folded.push(word.text.to_owned()));
    }
    folded.sort_unstable();
    folded.dedup();
    folded
}

impl Language {
    /// The language a BCP-47 tag names, English when it names none; a tag of a language without a stemmer is read without
    /// stemming.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let primary = match primary.as_str() {
            "" | "und" => "en",
            "nb" | "nn" => "no",
            other => other,
        };
        let stop_words = STOP_WORDS.get(primary).map_or(&[][..], Vec::as_slice);
        Self { stop_words, ..Self::plain(primary) }
    }

    /// Without stop words.
    fn plain(primary: &str) -> Self {
        let stemmer = STEMMED.iter().find(|(tag, _)| *tag == primary).map(|(_, algorithm)| *algorithm);
        let elides = matches!(primary, "fr" | "it");
        Self { stemmer, stop_words: &[], umlauts_are_digraphs: primary == "de", elides }
    }

    /// The language of a text that does not say: of those of `tags` the one whose function words it uses most, the first
    /// of them when none. The text is read in each, as folding differs.
    pub fn guess<'t>(text: &str, tags: impl IntoIterator<Item = &'t str>) -> Self {
        let mut best: Option<(usize, Self)> = None;
        for tag in tags {
            let language = Self::from_tag(tag);
            let mut used = 0;
            for_each_word(text, &language, &mut String::new(), |word| {
                used += usize::from(language.is_stop_word(word.text));
            });
            if best.as_ref().is_none_or(|(most, _)| used > *most) {
                best = Some((used, language));
            }
        }
        best.map_or_else(|| Self::from_tag(""), |(_, language)| language)
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

fn contains(sorted: &[String], word: &str) -> bool {
    word.len() <= MAX_STOP_WORD_BYTES && sorted.binary_search_by(|other| other.as_str().cmp(word)).is_ok()
}

/// Longer words are no function words.
const MAX_STOP_WORD_BYTES: usize = 24;

/// Function words, reporting verbs and the small change of speech. Apostrophes dropped as the folding drops them.
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
    fn a_language_is_told_by_its_function_words() {
        let tags = ["en", "de", "fr"];
        let german = Language::guess("Die Steuern für alle sind zu hoch und das ist nicht gut", tags);
        assert!(german.is_stop_word("nicht") && german.umlauts_are_digraphs);
        assert!(Language::guess("taxes are too high", tags).is_stop_word("are"));
        assert!(Language::guess("les impôts ne sont pas trop élevés", tags).elides);
        assert!(Language::guess("zzz", ["de", "en"]).umlauts_are_digraphs, "the first when nothing tells");
        assert!(Language::guess("die Steuern sind zu hoch", ["fr"]).elides, "of those that are there");
    }

    #[test]
    fn function_words_are_known_as_texts_are_folded() {
        assert!(Language::from_tag("fr").is_stop_word("etait") && Language::from_tag("es").is_stop_word("mas"));
        assert!(Language::from_tag("nb-NO").is_stop_word("ikke") && Language::from_tag("").is_stop_word("the"));
        assert!(!Language::from_tag("tlh").is_stop_word("the"));
    }
}
