//! Normalizes a text and splits it into words, keeping what the punctuation around a word tells about it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

use super::table;
use crate::text::{is_dash, is_ignored, simplified};

/// Characters of a text that are read; the rest is ignored. The longest real name in sanctions lists has some 250
/// characters, and this bound limits the work of every later step.
pub const MAX_CHARS: usize = 512;

/// Words of a text that are kept; the rest is ignored.
const MAX_WORDS: usize = 40;

/// Letters of a word that are kept; the rest is ignored.
const MAX_LETTERS: usize = 40;

/// One word as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Word {
    /// Lower-case, in its own script.
    pub text: String,
    /// A full stop follows: `Dr.`, `J.`.
    pub has_full_stop: bool,
    /// First word of the text, or after a comma or semicolon.
    pub starts_part: bool,
    /// In brackets or after a slash: an addition to the name rather than the name.
    pub is_parenthetical: bool,
}

/// Letters of other alphabets that look like a Latin letter.
static LOOKALIKES: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    table::rows(include_str!("../../data/names/lookalikes.tsv"))
        .filter_map(|[letter, latin]| Some((letter.chars().next()?, latin.chars().next()?)))
        .collect()
});

/// The words of `text`, normalized; at most [`MAX_WORDS`].
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut tokenizer = Tokenizer::default();
    for c in normalize(text).chars() {
        tokenizer.read(c);
        if tokenizer.words.len() > MAX_WORDS {
            break;
        }
    }
    tokenizer.end_word();
    tokenizer.words.truncate(MAX_WORDS);
    tokenizer.words
}

/// Converts `text` to NFKC (full-width letters, ligatures, combining marks), at most [`MAX_CHARS`] long, removes
/// invisible characters and apostrophes, and replaces every dash by `-`.
fn normalize(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().take(MAX_CHARS).filter(|&c| !is_apostrophe(c)).collect();
    }
    text.chars()
        .filter(|&c| !is_invisible(c))
        .take(MAX_CHARS)
        .nfkc()
        .filter(|&c| !is_apostrophe(c))
        .take(MAX_CHARS)
        .map(|c| if is_dash(c) { '-' } else { c })
        .collect()
}

/// Invisible characters, interlinear annotation marks and replacement characters.
fn is_invisible(c: char) -> bool {
    is_ignored(c) || matches!(c, '\u{FFF9}'..='\u{FFFD}')
}

/// Apostrophes are removed because spellings differ in them: Qa'ida and Qaida, O'Neill and ONeill.
fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '\u{00B4}' | '\u{02B9}'..='\u{02BF}' | '\u{02C8}' | '\u{02CA}' | '\u{02CB}'
            | '\u{055A}' | '\u{05F3}' | '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{A78C}' | '\u{FF07}'
    )
}

/// Collects words character by character.
struct Tokenizer {
    words: Vec<Word>,
    /// The letters of the unfinished word, in their own case.
    word: String,
    /// Whether the next word starts a part.
    starts_part: bool,
    /// Whether the next word is parenthetical.
    is_parenthetical: bool,
    /// The previous character is an ampersand after one or two letters: "R&D" is one word.
    has_ampersand: bool,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            word: String::new(),
            starts_part: true,
            is_parenthetical: false,
            has_ampersand: false,
        }
    }
}

impl Tokenizer {
    fn read(&mut self, c: char) {
        if c.is_alphanumeric() || (is_combining_mark(c) && !self.word.is_empty()) {
            self.has_ampersand = false;
            self.word.push(c);
            return;
        }
        if c == '&' && !self.has_ampersand && matches!(self.word.chars().count(), 1 | 2) {
            self.has_ampersand = true;
            return;
        }
        self.end_word();
        match c {
            '.' => {
                if let Some(last) = self.words.last_mut() {
                    last.has_full_stop = true;
                }
            }
            '&' => self.push("&"),
            ',' | ';' => self.starts_part = true,
            '(' | '[' | '{' | '/' | '|' => self.is_parenthetical = true,
            ')' | ']' | '}' => self.is_parenthetical = false,
            _ => {}
        }
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word.is_empty() {
            return;
        }
        let (front, suffix) = split_upper_case_suffix(&word);
        for part in [front, suffix].into_iter().filter(|part| !part.is_empty()) {
            self.push(part);
        }
        if std::mem::take(&mut self.has_ampersand) {
            self.push("&");
        }
    }

    fn push(&mut self, part: &str) {
        self.words.push(Word {
            text: fold(part),
            has_full_stop: false,
            starts_part: std::mem::take(&mut self.starts_part),
            // The first word is part of the name even if the text starts with a bracket.
            is_parenthetical: self.is_parenthetical && !self.words.is_empty(),
        });
    }
}

/// Splits `RheinbauAG` before its upper-case suffix: a legal form written without a space.
fn split_upper_case_suffix(word: &str) -> (&str, &str) {
    let suffix: usize = word.chars().rev().take_while(|c| c.is_uppercase()).map(char::len_utf8).sum();
    let front = &word[..word.len() - suffix];
    let long_enough = front.chars().count() >= 3 && word[front.len()..].chars().count() >= 2;
    let ends_small = front.chars().next_back().is_some_and(char::is_lowercase);
    if long_enough && ends_small { word.split_at(front.len()) } else { (word, "") }
}

/// Lower-cases `word`, cuts it to [`MAX_LETTERS`], simplifies Han characters, and in a word that has Latin letters replaces
/// letters of other alphabets by the Latin letters that they look like.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.chars().take(MAX_LETTERS).map(|c| c.to_ascii_lowercase()).collect();
    }
    let has_latin = word.chars().any(|c| c.script() == Script::Latin);
    word.chars()
        .flat_map(char::to_lowercase)
        .take(MAX_LETTERS)
        .map(|c| match c.script() {
            Script::Latin | Script::Common => c,
            Script::Han => simplified(c),
            _ if has_latin => LOOKALIKES.get(&c).copied().unwrap_or(c),
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn punctuation_separates_words() {
        assert_eq!(texts("Hale, Walter K."), ["hale", "walter", "k"]);
        assert_eq!(texts("H.-D. Klimt"), ["h", "d", "klimt"]);
        assert_eq!(texts("罗伯特·舒曼"), ["罗伯特", "舒曼"]);
    }

    #[test]
    fn an_upper_case_suffix_is_a_word() {
        assert_eq!(texts("RheinbauAG"), ["rheinbau", "ag"]);
        assert_eq!(texts("JPMorgan McKinsey"), ["jpmorgan", "mckinsey"]);
    }

    #[test]
    fn lookalikes_become_latin_in_latin_words_only() {
        assert_eq!(texts("Аngеla Путин"), ["angela", "путин"]);
    }

    #[test]
    fn words_in_brackets_are_parenthetical() {
        let words = words("Rheinbau Tief (Tirol) AG");
        let parenthetical: Vec<bool> = words.iter().map(|word| word.is_parenthetical).collect();
        assert_eq!(parenthetical, [false, false, true, false]);
    }

    #[test]
    fn letters_joined_by_an_ampersand_are_one_word() {
        assert_eq!(texts("AT&T R&D"), ["att", "rd"]);
        assert_eq!(texts("Harper&Lowell M & K R& D"), ["harper", "&", "lowell", "m", "&", "k", "r", "&", "d"]);
    }

    #[test]
    fn han_characters_are_simplified() {
        assert_eq!(texts("習近平"), texts("习近平"));
    }

    #[test]
    fn emoji_are_not_words() {
        assert!(words("🙂🙃 \u{200B} …!").is_empty());
    }

    #[test]
    fn invisible_characters_are_removed() {
        assert_eq!(normalize("He\u{200B}lene\u{202E} \u{FEFF}Wei\u{00AD}gel"), "Helene Weigel");
    }

    #[test]
    fn full_width_and_combining_characters_are_composed() {
        assert_eq!(normalize("Ａｎｇｅｌａ"), "Angela");
        assert_eq!(normalize("e\u{301}"), "é");
    }

    #[test]
    fn apostrophes_are_removed_and_hyphens_unified() {
        assert_eq!(normalize("Qa’ida O`Neill Jean‑Claude"), "Qaida ONeill Jean-Claude");
    }

    #[test]
    fn length_is_bounded() {
        assert_eq!(normalize(&"ﷺ".repeat(9_000)).chars().count(), MAX_CHARS);
    }
}
