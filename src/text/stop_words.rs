//! Words without meaning of their own, and what they tell about the language of a text.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::fold::fold;
use super::language::Language;
use super::segment::words;

/// The stop words of each row, folded.
static STOP_WORDS: LazyLock<Vec<HashSet<String>>> = LazyLock::new(|| Language::all().map(stop_words).collect());

fn stop_words(language: Language) -> HashSet<String> {
    let listed = language.code().and_then(stop_words::lookup).unwrap_or_default().iter();
    let texts = listed.chain(language.more_stop_words());
    let folded = texts.flat_map(|text| words(text).map(move |word| fold(word.text, language)));
    folded.filter(|word| !word.is_empty()).collect()
}

impl Language {
    /// Whether a folded word has no meaning of its own.
    pub fn is_stop_word(self, folded: &str) -> bool {
        STOP_WORDS[self.index()].contains(folded)
    }

    /// Whether the table lists stop words of the language.
    pub fn lists_stop_words(self) -> bool {
        !STOP_WORDS[self.index()].is_empty()
    }

    /// Of `languages` the one whose stop words a text uses most, the first of them when it uses none. The text is read in
    /// each.
    pub fn guess(text: &str, languages: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut best: Option<(usize, Self)> = None;
        for language in languages {
            let used = words(text).filter(|word| language.is_stop_word(&fold(word.text, language))).count();
            if best.is_none_or(|(most, _)| used > most) {
                best = Some((used, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_guessed_by_its_stop_words() {
        let of = Language::of;
        let three = [of("en"), of("de"), of("fr")];
        let german = "Die Steuern für alle sind zu hoch und das ist nicht gut";
        assert_eq!(Language::guess(german, three), Some(of("de")));
        assert_eq!(Language::guess("taxes are too high", three), Some(of("en")));
        assert_eq!(Language::guess("les impôts ne sont pas trop élevés", three), Some(of("fr")));
        assert_eq!(Language::guess("zzz", [of("de"), of("en")]), Some(of("de")));
        assert_eq!(Language::guess("zzz", []), None);
    }

    #[test]
    fn stop_words_are_known_as_texts_are_folded() {
        for (tag, word) in [("fr", "etait"), ("es", "mas"), ("nb-NO", "ikke"), ("en", "dont"), ("de", "uber")] {
            assert!(Language::of(tag).is_stop_word(word), "{word}");
        }
        assert!(!Language::of("tlh").is_stop_word("the") && !Language::PLAIN.lists_stop_words());
    }
}
