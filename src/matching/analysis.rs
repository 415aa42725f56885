//! From text to folded words: lower case, no diacritics, no apostrophes, numbers in one spelling.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use crate::matching::language::Language;

/// One word of a text, folded.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    /// Lower case, without diacritics and apostrophes; `1,000` is `1000`, `%` is `percent`.
    pub text: &'a str,
    /// How many words stand before it.
    pub position: u32,
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset behind its last character.
    pub end: usize,
    /// Whether it begins with a capital letter.
    pub is_capital: bool,
}

/// Visits every word of `text` in order. `buffer` is scratch space, so that a caller of many texts allocates once.
/// Returns how many words there are.
pub fn for_each_word(text: &str, language: &Language, buffer: &mut String, visit: impl FnMut(Word<'_>)) -> u32 {
    for_each_word_where(text, language, buffer, |_| true, visit)
}

/// Visits the words whose beginning `is_wanted`, and counts the others: most words of a long text are not worth folding.
/// The question is put of the text from the word on, as it is written.
pub fn for_each_word_where(
    text: &str,
    language: &Language,
    buffer: &mut String,
    is_wanted: impl Fn(&[u8]) -> bool,
    mut visit: impl FnMut(Word<'_>),
) -> u32 {
    let bytes = text.as_bytes();
    let mut position = 0;
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        let start = at;
        if !may_begin(*first) {
            at += 1;
            continue;
        }
        if !is_wanted(&bytes[start..])
            && let Some(end) = plain_word(bytes, start)
        {
            at = end;
            position += 1;
            continue;
        }
        buffer.clear();
        if *first == b'%' {
            buffer.push_str("percent");
            at += 1;
        } else {
            at = read_word(text, at, language, buffer);
        }
        if buffer.is_empty() {
            at = start + text[start..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let is_capital =
            if first.is_ascii() { first.is_ascii_uppercase() } else { starts_with_capital(&text[start..]) };
        visit(Word { text: buffer, position, start, end: at, is_capital });
        position += 1;
    }
    position
}

/// Whether a word may begin with this byte: a letter, a digit, `%`, or a letter outside ASCII.
fn may_begin(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'%' || !byte.is_ascii()
}

/// Where the word at `start` ends, when nothing about it needs a closer look.
fn plain_word(bytes: &[u8], start: usize) -> Option<usize> {
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let next = bytes.get(start + length).copied().unwrap_or(b' ');
    (length > 0 && next.is_ascii() && !matches!(next, b'\'' | b',' | b'.')).then_some(start + length)
}

fn starts_with_capital(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_uppercase)
}

/// Reads the word that begins at `start` into `word` and returns where it ends; leaves `word` empty when none begins there.
fn read_word(text: &str, start: usize, language: &Language, word: &mut String) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        let plain = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        word.push_str(&text[at..at + plain]);
        at += plain;
        let next = match bytes.get(at) {
            None => None,
            Some(byte) if byte.is_ascii() => step_over(bytes, at, *byte, language, word),
            Some(_) => step_over_letter(text, at, language, word),
        };
        match next {
            Some(Step::Go(next)) => at = next,
            Some(Step::End(end)) => return finish(word, end),
            None => return finish(word, at),
        }
    }
}

fn finish(word: &mut str, end: usize) -> usize {
    word.make_ascii_lowercase();
    end
}

/// What follows a mark inside a word.
enum Step {
    /// The word goes on at this offset.
    Go(usize),
    /// The word is over, and what belongs to it ends at this offset.
    End(usize),
}

/// A mark of ASCII that may stand inside a word: an apostrophe, the comma or point of a number.
fn step_over(bytes: &[u8], at: usize, mark: u8, language: &Language, word: &mut String) -> Option<Step> {
    match mark {
        b'\'' if !word.is_empty() && begins_letter(bytes, at + 1) => Some(apostrophe(bytes, at + 1, language, word)),
        b',' if is_thousands(bytes, at) => Some(Step::Go(at + 1)),
        b'.' if word.as_bytes().first().is_some_and(u8::is_ascii_digit) && is_digit(bytes, at + 1) => {
            word.push('.');
            Some(Step::Go(at + 1))
        }
        _ => None,
    }
}

/// A letter outside ASCII, or a mark outside it that may stand inside a word.
fn step_over_letter(text: &str, at: usize, language: &Language, word: &mut String) -> Option<Step> {
    let character = text[at..].chars().next()?;
    let next = at + character.len_utf8();
    match character {
        '\u{2019}' | '\u{2018}' | '\u{2bc}' if !word.is_empty() && begins_letter(text.as_bytes(), next) => {
            Some(apostrophe(text.as_bytes(), next, language, word))
        }
        '\u{ad}' if !word.is_empty() => Some(Step::Go(next)),
        _ if !word.is_empty() && is_combining_mark(character) => Some(Step::Go(next)),
        _ if character.is_alphanumeric() => {
            fold(character, language, word);
            Some(Step::Go(next))
        }
        _ => None,
    }
}

/// The `'s` of a genitive is dropped; in `don't` the letters on both sides are one word; where articles are elided, what
/// stands before is dropped. `next` is the letter behind.
fn apostrophe(bytes: &[u8], next: usize, language: &Language, word: &mut String) -> Step {
    if language.elides {
        if word.len() <= MAX_ELIDED_BYTES {
            word.clear();
        }
        return Step::Go(next);
    }
    let is_genitive = bytes[next].eq_ignore_ascii_case(&b's') && !is_letter(bytes, next + 1);
    if is_genitive { Step::End(next + 1) } else { Step::Go(next) }
}

/// The longest that is elided: Italian `quell'`, French `jusqu'`.
const MAX_ELIDED_BYTES: usize = 6;

/// Whether a letter begins there; one outside ASCII only where it may follow an apostrophe within a word, which is for
/// the caller's language to say.
fn begins_letter(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || (0xc3..=0xcf).contains(byte))
}

fn is_letter(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_alphabetic)
}

fn is_digit(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_digit)
}

/// Whether the comma at `at` groups digits: one digit before it, exactly three behind.
fn is_thousands(bytes: &[u8], at: usize) -> bool {
    at > 0 && is_digit(bytes, at - 1) && (1..=3).all(|ahead| is_digit(bytes, at + ahead)) && !is_digit(bytes, at + 4)
}

/// Appends the plain spelling of a letter or digit outside ASCII.
fn fold(character: char, language: &Language, out: &mut String) {
    let digraph = match character {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' => "d",
        'ä' | 'Ä' if language.umlauts_are_digraphs => "ae",
        'ö' | 'Ö' if language.umlauts_are_digraphs => "oe",
        'ü' | 'Ü' if language.umlauts_are_digraphs => "ue",
        _ => "",
    };
    if !digraph.is_empty() {
        out.push_str(digraph);
        return;
    }
    decompose_compatible(character, |part| {
        if part.is_alphanumeric() {
            out.extend(part.to_lowercase());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, tag: &str) -> Vec<String> {
        let mut words = Vec::new();
        for_each_word(text, &Language::from_tag(tag), &mut String::new(), |word| words.push(word.text.to_owned()));
        words
    }

    #[test]
    fn apostrophes_join_and_genitives_fall_away() {
        assert_eq!(
            words("Trump’s don't 'quoted' rock'n'roll dogs'", "en"),
            ["trump", "dont", "quoted", "rocknroll", "dogs"]
        );
    }

    #[test]
    fn elided_articles_fall_away_where_they_are_elided() {
        assert_eq!(words("L’économie d'aujourd'hui, l'État", "fr"), ["economie", "aujourdhui", "etat"]);
        assert_eq!(words("dell'Unione", "it"), ["unione"]);
        assert_eq!(words("o'clock", "en"), ["oclock"]);
    }

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(
            words("$1,000,000 is 2.5% of 3,5. End.", "en"),
            ["1000000", "is", "2.5", "percent", "of", "3", "5", "end"]
        );
    }

    #[test]
    fn letters_are_folded_as_the_language_expects() {
        assert_eq!(words("Müller CAFÉ 𝐁𝐑𝐄𝐀𝐊 straße", "de"), ["mueller", "cafe", "break", "strasse"]);
        assert_eq!(words("Müller", "en"), ["muller"]);
    }

    #[test]
    fn positions_and_offsets_are_those_of_the_text() {
        let mut seen = Vec::new();
        let text = "— Éire, Ok 🔥go";
        for_each_word(text, &Language::from_tag("en"), &mut String::new(), |word| {
            seen.push((word.position, text[word.start..word.end].to_owned(), word.is_capital));
        });
        assert_eq!(seen, [(0, "Éire".to_owned(), true), (1, "Ok".to_owned(), true), (2, "go".to_owned(), false)]);
    }
}
