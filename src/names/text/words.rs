//! Cutting a text into words, with what the writing around a word says about it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

use super::clean::clean;
use crate::names::lexicon::table;

/// Words of a text that are looked at; the rest is ignored.
const MAX_WORDS: usize = 40;

/// Letters of a word that are looked at; the rest is ignored.
const MAX_LETTERS: usize = 40;

/// One word as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(in crate::names) struct Word {
    /// Lower-case, in its own script.
    pub text: String,
    /// A full stop follows: `Dr.`, `J.`.
    pub dotted: bool,
    /// First word of the text or of a part after a comma.
    pub starts_part: bool,
    /// Stands in brackets or after a slash: an addition to the name rather than the name.
    pub aside: bool,
}

/// Letters of other alphabets that look Latin.
static LOOKALIKES: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    table::rows(include_str!("../../../data/names/lookalikes.tsv"))
        .filter_map(|[letter, latin]| Some((letter.chars().next()?, latin.chars().next()?)))
        .collect()
});

/// Traditional and Japanese forms of Han characters and their simplified form.
static HAN_VARIANTS: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    table::rows(include_str!("../../../data/names/han_variants.tsv"))
        .filter_map(|[variant, simplified]| Some((variant.chars().next()?, simplified.chars().next()?)))
        .collect()
});

/// The words of `text`, cleaned; at most 40.
pub(in crate::names) fn words(text: &str) -> Vec<Word> {
    let mut cutter = Cutter::default();
    for c in clean(text).chars() {
        cutter.read(c);
        if cutter.words.len() > MAX_WORDS {
            break;
        }
    }
    cutter.end_word();
    cutter.words.truncate(MAX_WORDS);
    cutter.words
}

/// Collects the word being read; its state is what a later character says about the next word.
struct Cutter {
    words: Vec<Word>,
    /// The word being read, in its own case.
    word: String,
    starts_part: bool,
    aside: bool,
    /// An ampersand was read right after one or two letters: "R&D" is one word.
    ampersand: bool,
}

impl Default for Cutter {
    fn default() -> Self {
        Self { words: Vec::new(), word: String::new(), starts_part: true, aside: false, ampersand: false }
    }
}

impl Cutter {
    fn read(&mut self, c: char) {
        if c.is_alphanumeric() || (is_combining_mark(c) && !self.word.is_empty()) {
            self.ampersand = false;
            self.word.push(c);
            return;
        }
        if c == '&' && !self.ampersand && matches!(self.word.chars().count(), 1 | 2) {
            self.ampersand = true;
            return;
        }
        self.end_word();
        match c {
            '.' => {
                if let Some(last) = self.words.last_mut() {
                    last.dotted = true;
                }
            }
            '&' => self.push("&"),
            ',' | ';' => self.starts_part = true,
            '(' | '[' | '{' | '/' | '|' => self.aside = true,
            ')' | ']' | '}' => self.aside = false,
            _ => {}
        }
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word.is_empty() {
            return;
        }
        let (front, tail) = split_capital_tail(&word);
        for part in [front, tail].into_iter().filter(|part| !part.is_empty()) {
            self.push(part);
        }
        if std::mem::take(&mut self.ampersand) {
            self.push("&");
        }
    }

    fn push(&mut self, part: &str) {
        self.words.push(Word {
            text: lower(part),
            dotted: false,
            starts_part: std::mem::take(&mut self.starts_part),
            // A text that opens with a bracket has its name in it.
            aside: self.aside && !self.words.is_empty(),
        });
    }
}

/// Cuts `RheinbauAG` before its capitals: a legal form that lost its space.
fn split_capital_tail(word: &str) -> (&str, &str) {
    let tail: usize = word.chars().rev().take_while(|c| c.is_uppercase()).map(char::len_utf8).sum();
    let front = &word[..word.len() - tail];
    let long_enough = front.chars().count() >= 3 && word[front.len()..].chars().count() >= 2;
    let ends_small = front.chars().next_back().is_some_and(char::is_lowercase);
    if long_enough && ends_small { word.split_at(front.len()) } else { (word, "") }
}

/// Lower case, bounded, Han characters in one form, letters of another alphabet that only look Latin read as Latin.
fn lower(word: &str) -> String {
    if word.is_ascii() {
        return word.chars().take(MAX_LETTERS).map(|c| c.to_ascii_lowercase()).collect();
    }
    let has_latin = word.chars().any(|c| c.script() == Script::Latin);
    word.chars()
        .flat_map(char::to_lowercase)
        .take(MAX_LETTERS)
        .map(|c| match c.script() {
            Script::Latin | Script::Common => c,
            Script::Han => HAN_VARIANTS.get(&c).copied().unwrap_or(c),
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
    fn punctuation_parts_words() {
        assert_eq!(texts("Hale, Walter K."), ["hale", "walter", "k"]);
        assert_eq!(texts("H.-D. Klimt"), ["h", "d", "klimt"]);
        assert_eq!(texts("罗伯特·舒曼"), ["罗伯特", "舒曼"]);
    }

    #[test]
    fn capitals_at_the_end_are_a_word() {
        assert_eq!(texts("RheinbauAG"), ["rheinbau", "ag"]);
        assert_eq!(texts("JPMorgan McKinsey"), ["jpmorgan", "mckinsey"]);
    }

    #[test]
    fn lookalikes_are_read_as_latin_in_latin_words_only() {
        assert_eq!(texts("Аngеla Путин"), ["angela", "путин"]);
    }

    #[test]
    fn brackets_and_slashes_mark_additions() {
        let aside: Vec<bool> = words("Rheinbau Tief (Tirol) AG").iter().map(|word| word.aside).collect();
        assert_eq!(aside, [false, false, true, false]);
    }

    #[test]
    fn letters_joined_by_an_ampersand_are_a_word() {
        assert_eq!(texts("AT&T R&D"), ["att", "rd"]);
        assert_eq!(texts("Harper&Lowell M & K R& D"), ["harper", "&", "lowell", "m", "&", "k", "r", "&", "d"]);
    }

    #[test]
    fn han_characters_have_one_form() {
        assert_eq!(texts("習近平"), texts("习近平"));
    }

    #[test]
    fn emoji_are_no_words() {
        assert!(words("🙂🙃 \u{200B} …!").is_empty());
    }
}
