//! Segmentation: the words of a text, as slices of it.

use std::ops::Range;

use super::chars::{self, Kind};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'t> {
    /// The word as written.
    pub text: &'t str,
    /// Its bytes in the text.
    pub bytes: Range<usize>,
    /// Whether it is a whole word or part of a run without spaces.
    pub part: Part,
}

/// How a word relates to the run of characters that it was cut from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole run.
    Whole,
    /// Two neighbouring characters of a run in a script without spaces.
    Pair,
    /// The last character of such a run. The pair before it contains it too, so a query of several characters skips it.
    Last,
}

/// The words of a text in order: runs of letters, digits and marks, with apostrophes and invisible characters inside.
///
/// A number keeps its thousands separators and its decimal point (`1,000`, `2.5`), and a percent sign behind a number is
/// a word. A run in a script without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) gives each pair of neighbouring
/// characters and then its last character, so a run of n characters gives n words.
pub fn words(text: &str) -> Words<'_> {
    Words { text, at: 0, run: None }
}

/// Iterator of [`words`].
#[derive(Clone, Debug)]
pub struct Words<'t> {
    text: &'t str,
    at: usize,
    /// The next character of a run without spaces, and whether a pair with it was given already.
    run: Option<(Range<usize>, bool)>,
}

/// Role of a character in segmentation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Letter or digit of a script with spaces.
    Letter,
    /// Letter of a script without spaces.
    Unspaced,
    /// Combining mark or invisible character: belongs to the character before it.
    Joined,
    /// Anything else.
    Separator,
}

fn class(letter: char) -> Class {
    if letter.is_ascii() {
        return if letter.is_ascii_alphanumeric() { Class::Letter } else { Class::Separator };
    }
    match chars::kind(letter) {
        Kind::Mark | Kind::Ignored => Class::Joined,
        Kind::Single if letter.is_alphabetic() => Class::Unspaced,
        // Iteration mark and zero of Chinese and Japanese.
        _ if matches!(letter, '々' | '〆' | '〇') => Class::Unspaced,
        Kind::Word | Kind::Single if letter.is_alphanumeric() => Class::Letter,
        _ => Class::Separator,
    }
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        if let Some((unit, paired)) = self.run.take() {
            return Some(self.next_in_run(unit, paired));
        }
        loop {
            let first = self.skip_separators()?;
            let start = self.at;
            if first == '%' {
                self.at += 1;
                if follows_number(&self.text[..start]) {
                    return Some(self.word(start..self.at, Part::Whole));
                }
                continue;
            }
            if class(first) == Class::Unspaced {
                let end = self.unit_end(start);
                return Some(self.next_in_run(start..end, false));
            }
            self.at = word_end(self.text, start);
            return Some(self.word(start..self.at, Part::Whole));
        }
    }
}

impl<'t> Words<'t> {
    fn word(&self, bytes: Range<usize>, part: Part) -> Word<'t> {
        Word { text: &self.text[bytes.clone()], bytes, part }
    }

    /// Moves to the next character that a word can begin with, and returns it.
    fn skip_separators(&mut self) -> Option<char> {
        let bytes = self.text.as_bytes();
        loop {
            while let Some(byte) = bytes.get(self.at).filter(|byte| byte.is_ascii()) {
                if byte.is_ascii_alphanumeric() || *byte == b'%' {
                    return Some(char::from(*byte));
                }
                self.at += 1;
            }
            let letter = self.text[self.at..].chars().next()?;
            if matches!(class(letter), Class::Letter | Class::Unspaced) {
                return Some(letter);
            }
            self.at += letter.len_utf8();
        }
    }

    /// The word that begins with a character of a run without spaces.
    fn next_in_run(&mut self, unit: Range<usize>, paired: bool) -> Word<'t> {
        self.at = unit.end;
        let next = self.text[unit.end..].chars().next();
        if next.is_some_and(|letter| class(letter) == Class::Unspaced) {
            let end = self.unit_end(unit.end);
            self.run = Some((unit.end..end, true));
            return self.word(unit.start..end, Part::Pair);
        }
        self.word(unit, if paired { Part::Last } else { Part::Whole })
    }

    /// Where the character at `start` ends, its marks included.
    fn unit_end(&self, start: usize) -> usize {
        let mut letters = self.text[start..].char_indices();
        letters.next();
        letters.find(|(_, letter)| class(*letter) != Class::Joined).map_or(self.text.len(), |(at, _)| start + at)
    }
}

/// Where the word that begins at `start` ends.
fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    // Of `12.03.2020` no part is a decimal number.
    let behind_point = start > 1 && bytes[start - 1] == b'.' && bytes[start - 2].is_ascii_digit();
    let mut is_number = bytes[start].is_ascii_digit() && !behind_point;
    loop {
        let from = at;
        while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
        }
        is_number &= bytes[from..at].iter().all(u8::is_ascii_digit);
        let Some(next) = bytes.get(at) else { return at };
        match next {
            b',' if is_number && groups_thousands(bytes, at) => at += 1,
            b'.' if is_number => match decimal_end(bytes, at) {
                Some(end) => return end,
                None => return at,
            },
            b'\'' | b'"' if joins(text, start, at, char::from(*next)) => at += 1,
            byte if byte.is_ascii() => return at,
            _ => {
                let Some(letter) = text[at..].chars().next() else { return at };
                match class(letter) {
                    Class::Letter | Class::Joined => is_number = false,
                    _ if joins(text, start, at, letter) => {}
                    _ => return at,
                }
                at += letter.len_utf8();
            }
        }
    }
}

/// Whether the mark at `at` is an apostrophe within a word, or the mark of a Hebrew abbreviation.
fn joins(text: &str, start: usize, at: usize, mark: char) -> bool {
    let Some(next) = text[at + mark.len_utf8()..].chars().next() else { return false };
    let is_hebrew = |letter: char| ('\u{5d0}'..='\u{5ea}').contains(&letter);
    match mark {
        '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '\u{ff07}' | '\u{5f3}' => class(next) == Class::Letter,
        '"' | '\u{5f4}' | '\u{201d}' => is_hebrew(next) && text[start..at].chars().next_back().is_some_and(is_hebrew),
        _ => false,
    }
}

/// Whether the comma at `at` groups digits: a digit before it, exactly three behind it.
fn groups_thousands(bytes: &[u8], at: usize) -> bool {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (1..=3).all(|ahead| digit(at + ahead)) && !digit(at + 4)
}

/// Where the number with the decimal point at `at` ends. None where the point parts something else: a date, a version.
fn decimal_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = at + 1 + digits(at + 1);
    let goes_on = match bytes.get(end) {
        Some(b'.') => digits(end + 1) > 0,
        Some(byte) => byte.is_ascii_alphanumeric() || !byte.is_ascii(),
        None => false,
    };
    (end > at + 1 && !goes_on).then_some(end)
}

/// Whether a text ends with a number, with at most one space behind it.
fn follows_number(text: &str) -> bool {
    let text = text.strip_suffix([' ', '\u{a0}', '\u{202f}']).unwrap_or(text);
    text.ends_with(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        words(text).map(|word| word.text).collect()
    }

    #[test]
    fn words_keep_inner_apostrophes_and_marks() {
        assert_eq!(
            split("Don't, 'quote' e\u{301}t\u{e9} US-Geschäft rock’n’roll dogs' צה\"ל"),
            ["Don't", "quote", "e\u{301}t\u{e9}", "US", "Geschäft", "rock’n’roll", "dogs", "צה\"ל"]
        );
        assert_eq!(split("字'节"), ["字", "节"]);
    }

    #[test]
    fn numbers_keep_their_separators_and_dates_are_split() {
        assert_eq!(
            split("$1,000,000 is 2.5% of 3,5. 12.03.2020, 1,2345 50 % %x 3.5kg"),
            [
                "1,000,000",
                "is",
                "2.5",
                "%",
                "of",
                "3",
                "5",
                "12",
                "03",
                "2020",
                "1",
                "2345",
                "50",
                "%",
                "x",
                "3",
                "5kg"
            ]
        );
    }

    #[test]
    fn scripts_without_spaces_give_overlapping_pairs() {
        assert_eq!(split("字节跳动 app"), ["字节", "节跳", "跳动", "动", "app"]);
        assert_eq!(split("人々・学A級"), ["人々", "々", "学", "A", "級"]);
        assert_eq!(split("น้ำใจ"), ["น้ำ", "ำใ", "ใจ", "จ"]);
        let parts: Vec<Part> = words("北京市 学").map(|word| word.part).collect();
        assert_eq!(parts, [Part::Pair, Part::Pair, Part::Last, Part::Whole]);
    }

    proptest! {
        #[test]
        fn words_are_slices_in_order(text in "(\\PC|[a-z0-9.,'’% 字节ก็あ\u{301}\u{ad}א\"]){0,60}") {
            let (mut start, mut end) = (0, 0);
            for word in words(&text) {
                prop_assert_eq!(&text[word.bytes.clone()], word.text);
                prop_assert!(!word.text.is_empty());
                prop_assert!(word.bytes.start >= start && word.bytes.end >= end);
                // Only words of one run overlap.
                prop_assert!(word.part != Part::Whole || word.bytes.start >= end);
                (start, end) = (word.bytes.start, word.bytes.end);
            }
        }
    }
}
