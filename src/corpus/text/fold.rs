//! Folds what readers of a language write one way or another: case, diacritics, German umlauts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::language::Language;

/// A word in lower case without diacritics, but for the letters that are letters of their own in the language.
pub(super) fn fold(word: &str, language: Language) -> String {
    let lower = word.to_lowercase();
    if lower.is_ascii() && !language.is_german() {
        return lower;
    }
    let own = language.own_letters();
    let mut folded = String::with_capacity(lower.len());
    for letter in lower.nfc() {
        if own.contains(letter) {
            folded.push(letter);
            continue;
        }
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            '’' | 'ʼ' | '＇' => folded.push('\''),
            _ => folded.extend(std::iter::once(letter).nfkd().filter(|part| !is_combining_mark(*part))),
        }
    }
    if language.is_german() { without_digraphs(&folded) } else { folded }
}

/// Writes the digraphs that stand for umlauts as the folded umlauts: ueber, über and uber are one word. The `e` stays
/// where the vowel before it belongs to another sound: in `neue`, `Frauen` and `Quelle` there is no umlaut.
fn without_digraphs(word: &str) -> String {
    let mut kept = String::with_capacity(word.len());
    let (mut before, mut last) = (' ', ' ');
    for letter in word.chars() {
        let digraph = letter == 'e' && matches!(last, 'a' | 'o' | 'u');
        if digraph && !matches!(before, 'a' | 'e' | 'i' | 'o' | 'u' | 'q') {
            before = last;
            last = ' ';
            continue;
        }
        kept.push(letter);
        (before, last) = (last, letter);
    }
    kept
}

/// A German word in lower case with its digraphs written as umlauts, which is how a dictionary has it.
pub(super) fn with_umlauts(word: &str) -> String {
    let mut letters: Vec<char> = Vec::with_capacity(word.len());
    for letter in word.to_lowercase().nfc() {
        let umlaut = match letters[..] {
            [.., 'a' | 'e' | 'i' | 'o' | 'u' | 'q', _] => None,
            [.., 'a'] if letter == 'e' => Some('ä'),
            [.., 'o'] if letter == 'e' => Some('ö'),
            [.., 'u'] if letter == 'e' => Some('ü'),
            _ => None,
        };
        match (umlaut, letters.last_mut()) {
            (Some(umlaut), Some(last)) => *last = umlaut,
            _ => letters.push(letter),
        }
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_an_umlaut_are_one_word() {
        let german = Language::of("de");
        for word in ["Überprüfung", "Ueberpruefung", "UBERPRUFUNG", "u\u{308}berpru\u{308}fung"] {
            assert_eq!(fold(word, german), "uberprufung", "{word}");
        }
        assert_eq!(fold("Straße", german), fold("STRASSE", german));
    }

    #[test]
    fn vowels_that_only_meet_are_no_umlaut() {
        let german = Language::of("de");
        for (word, folded) in [("neue", "neue"), ("Frauen", "frauen"), ("Quelle", "quelle"), ("Treue", "treue")] {
            assert_eq!(fold(word, german), folded);
        }
    }

    #[test]
    fn digraphs_become_umlauts_where_a_dictionary_has_them() {
        assert_eq!(with_umlauts("Sicherheitsueberpruefung"), "sicherheitsüberprüfung");
        assert_eq!(with_umlauts("Frauenquelle"), "frauenquelle");
        assert_eq!(with_umlauts("U\u{308}berpru\u{308}fung"), "überprüfung");
    }

    #[test]
    fn marks_are_dropped_as_the_readers_of_a_language_expect() {
        assert_eq!(fold("Économie", Language::of("fr")), "economie");
        assert_eq!(fold("FÖRSLAG", Language::of("sv")), "förslag");
        assert_eq!(fold("mañana", Language::of("es")), "mañana");
        assert_eq!(fold("Çelik", Language::PLAIN), "celik");
    }
}
