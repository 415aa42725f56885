//! Rating texts as they are compared: in words, without what differs between two printings of one rating.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::model::fold::{fold, words};

/// Most words of a text that are looked at: ratings that fact-checkers print are short, and a page in the place of a
/// rating is no rating.
const MAX_WORDS: usize = 64;

/// A rating text in words.
#[derive(Debug)]
pub(super) struct Phrase {
    words: Vec<PhraseWord>,
}

/// A word of a rating text.
#[derive(Debug)]
struct PhraseWord {
    text: String,
    /// What stands behind it, up to the next word.
    after: String,
}

impl Phrase {
    pub(super) fn new(text: &str) -> Self {
        let folded = fold(&without_marks(text));
        let ranges: Vec<_> = words(&folded).map(|word| word.range).take(MAX_WORDS).collect();
        let ends = ranges.iter().skip(1).map(|range| range.start).chain([folded.len()]);
        let words = ranges.iter().zip(ends).map(|(range, end)| PhraseWord {
            text: folded[range.clone()].to_owned(),
            after: folded[range.end..end].to_owned(),
        });
        Self { words: words.collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the text has no words, but at most numbers: "3", "3/5".
    pub(super) fn is_number(&self) -> bool {
        self.words().all(|word| word.chars().all(char::is_numeric))
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| word.text.as_str())
    }

    /// What a stretch of words is looked up by: themselves, without the spaces. So "Partlyfalse" is "partly false".
    pub(super) fn key(&self, words: Range<usize>) -> String {
        self.words[words].iter().map(|word| word.text.as_str()).collect()
    }

    /// What stands behind word `at`.
    pub(super) fn after(&self, at: usize) -> &str {
        &self.words[at].after
    }

    /// The words from `from` on.
    pub(super) fn rest(&self, from: usize) -> impl Iterator<Item = &str> {
        self.words().skip(from)
    }
}

/// The text without the marks that readers leave out or add at will: accents of Latin and Greek letters, vowel signs of
/// Arabic, the dot under Devanagari letters. Vowel signs of Indian scripts stay, since words differ by them.
fn without_marks(text: &str) -> String {
    text.nfkd().filter(|letter| !is_optional_mark(*letter)).map(plain_letter).collect()
}

fn is_optional_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' | '\u{93c}')
}

/// Letters that stand for another where keyboards or habits differ.
fn plain_letter(letter: char) -> char {
    match letter {
        'ø' | 'Ø' => 'o',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' => 'd',
        'ı' => 'i',
        'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' => 'ك',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        let phrase = Phrase::new(text);
        phrase.key(0..phrase.len())
    }

    #[test]
    fn case_accents_punctuation_and_spaces_do_not_count() {
        for text in ["Partly False", "partly-false!", " PARTLYFALSE ", "„Partly“ false."] {
            assert_eq!(key(text), "partlyfalse", "{text}");
        }
        assert_eq!(key("Größtenteils falsch"), key("GROSSTENTEILS FALSCH"));
        assert_eq!(key("Fałsz"), "falsz");
        assert_eq!(key("DOĞRU"), key("doğru"));
    }

    #[test]
    fn arabic_is_read_with_and_without_its_signs() {
        assert_eq!(key("مُضَلِّل"), key("مضلل"));
        assert_eq!(key("إشاعة"), key("اشاعه"));
    }

    #[test]
    fn devanagari_keeps_its_vowels_and_loses_its_dots() {
        assert_eq!(key("फ़र्ज़ी"), key("फर्जी"));
        assert_ne!(key("झूठा"), key("झूठी"));
    }

    #[test]
    fn a_word_knows_what_stands_behind_it() {
        let phrase = Phrase::new("True, but: old");
        assert_eq!((phrase.after(0).trim(), phrase.after(1).trim(), phrase.after(2)), (",", ":", ""));
    }

    #[test]
    fn numbers_are_no_words() {
        assert!(Phrase::new("3/5").is_number() && Phrase::new(" ").is_number() && !Phrase::new("3 stars").is_number());
    }

    #[test]
    fn a_long_text_is_read_to_its_64th_word() {
        assert_eq!(Phrase::new(&"no ".repeat(1000)).len(), MAX_WORDS);
    }
}
