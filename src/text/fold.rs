//! Folding words for search: the key that two spellings of one word share.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

use super::language::Language;
use super::{chars, german, han, korean};

/// Most characters of a word that are read. No language has longer words; data in texts can be.
const MAX_CHARS: usize = 64;
/// Most letters before an apostrophe that are an elided article or pronoun: Italian `quell'`, French `jusqu'`.
const MAX_ELIDED: usize = 6;
/// Fewest letters that are left when an article before an apostrophe or an ending behind it is taken off. The `t` of
/// `can't` and the `O` of `O'Neill` are no words.
const MIN_WITHOUT_AFFIX: usize = 2;

/// The search key of a word: lower case, in compatibility form, without diacritics (but for letters of their own in the
/// language), apostrophes, genitive `'s`, elided articles, invisible characters, Arabic and Hebrew vowel signs, Korean
/// particles and thousands separators, with one form of each Han character, and `%` as the language's word for it.
///
/// In German an umlaut, its digraph and the bare vowel have one key. May be empty for words of nothing but marks.
/// Costs time linear in the length of the word, of which the first 64 characters are read.
pub fn fold(word: &str, language: Language) -> String {
    key(lower(word, language), language, false)
}

/// The key of the beginning of a word: every word that begins with it has a key that begins with this one.
pub(super) fn fold_beginning(word: &str, language: Language) -> String {
    key(lower(word, language), language, true)
}

/// The key of a word with its umlauts written as digraphs, if it has any and the language does not give both spellings one
/// key anyway.
pub(super) fn fold_digraphs(word: &str, language: Language) -> Option<String> {
    if word.is_ascii() || language.is_german() {
        return None;
    }
    let lower = lower(word, language);
    if !lower.contains(['ä', 'ö', 'ü', 'ø', 'å']) {
        return None;
    }
    let mut spelled = String::with_capacity(lower.len() + 4);
    for letter in lower.chars() {
        match letter {
            'ä' => spelled.push_str("ae"),
            'ö' | 'ø' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            'å' => spelled.push_str("aa"),
            other => spelled.push(other),
        }
    }
    Some(key(spelled, language, false))
}

/// The key of a word without the marks of letters that are letters of their own in the language.
pub(super) fn fold_own_letters(word: &str, language: Language) -> Option<String> {
    let is_dotless = language.is_turkic() && word.contains('I');
    let has_own = !language.own_letters().is_empty() && !word.is_ascii();
    (has_own || is_dotless).then(|| key(lower(word, language), Language::PLAIN, false))
}

/// A German word in lower case with its umlauts, as a dictionary has it.
pub(super) fn dictionary_form(word: &str, language: Language) -> String {
    german::with_umlauts(&lower(word, language), false)
}

/// A word in lower case and compatibility form, composed, without invisible characters, with one kind of apostrophe.
fn lower(word: &str, language: Language) -> String {
    if word == "%" {
        return language.percent().to_owned();
    }
    let turkic = language.is_turkic();
    if word.is_ascii() && word.len() <= MAX_CHARS {
        return if turkic { word.replace('I', "ı").to_ascii_lowercase() } else { word.to_ascii_lowercase() };
    }
    let mut out = String::with_capacity(word.len());
    for letter in word.chars().filter(|letter| !chars::is_ignored(*letter)).take(MAX_CHARS).nfkc() {
        match letter {
            'I' if turkic => out.push('ı'),
            'İ' => out.push('i'),
            '\'' | '"' => out.push('\''),
            _ if chars::is_quote_mark(letter) => out.push('\''),
            'ς' => out.push('σ'),
            _ => out.extend(letter.to_lowercase()),
        }
    }
    out
}

fn key(mut word: String, language: Language, is_beginning: bool) -> String {
    if word.contains('\'') {
        word = without_apostrophes(&word, language);
    }
    if word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        word.retain(|letter| letter != ',');
    }
    if language.is_german() {
        word = german::with_umlauts(&word, is_beginning);
    }
    if word.is_ascii() {
        return word;
    }
    let mut out = String::with_capacity(word.len());
    for letter in word.chars() {
        push_plain(letter, language, &mut out);
    }
    if korean::is_hangul(&out) {
        out.truncate(korean::without_particles(&out).len());
    }
    out
}

fn without_apostrophes(word: &str, language: Language) -> String {
    if let Some((before, behind)) = word.split_once('\'') {
        let is_long = |rest: &str| rest.chars().count() >= MIN_WITHOUT_AFFIX;
        if language.elides() && before.chars().count() <= MAX_ELIDED && is_long(behind) {
            return behind.replace('\'', "");
        }
        // Turkish separates the endings of names.
        if language.is_turkic() && is_long(before) {
            return before.to_owned();
        }
    }
    word.strip_suffix("'s").unwrap_or(word).replace('\'', "")
}

/// Appends the plain form of a letter in lower case.
fn push_plain(letter: char, language: Language, out: &mut String) {
    if letter.is_ascii() || language.own_letters().contains(letter) {
        out.push(letter);
        return;
    }
    match letter {
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'þ' => out.push_str("th"),
        // A letter of its own in every language that writes it.
        'й' => out.push('й'),
        // Hangul syllables and kana have no marks that readers leave out.
        '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}' => out.push(letter),
        _ => decompose_canonical(han::simplified(letter), |part| {
            if let Some(plain) = chars::plain_letter(part).filter(|plain| chars::is_word(*plain)) {
                out.push(digit(plain));
            }
        }),
    }
}

/// A decimal digit of Arabic, Persian, Devanagari, Bengali or Thai as the digit of ASCII.
fn digit(letter: char) -> char {
    const ZEROS: [u32; 5] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];
    let value = ZEROS.iter().find_map(|zero| (letter as u32).checked_sub(*zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(word: &str, tag: &str) -> String {
        fold(word, Language::of(tag))
    }

    #[test]
    fn the_spellings_of_an_umlaut_are_one_word_in_german() {
        for word in ["Überprüfung", "Ueberpruefung", "UBERPRUFUNG", "Ueberprüfung", "u\u{308}berpru\u{308}fung"] {
            assert_eq!(of(word, "de"), "uberprufung", "{word}");
        }
        assert_eq!(of("baeuerliche", "de"), of("bäuerliche", "de"));
        assert_eq!(of("Straße", "de"), of("STRASSE", "de"));
        assert_eq!(fold_beginning("Mue", Language::of("de")), "mu");
    }

    #[test]
    fn elsewhere_an_umlaut_has_a_second_key() {
        assert_eq!(of("Müller", "en"), "muller");
        assert_eq!(fold_digraphs("Müller", Language::of("en")).as_deref(), Some("mueller"));
        assert_eq!(fold_digraphs("Müller", Language::of("de")), None);
        assert_eq!(fold_own_letters("FÖRSLAG", Language::of("sv")).as_deref(), Some("forslag"));
    }

    #[test]
    fn marks_are_dropped_as_the_readers_of_a_language_expect() {
        for (word, tag, key) in [
            ("Économie", "fr", "economie"),
            ("FÖRSLAG", "sv", "förslag"),
            ("mañana", "es", "mañana"),
            ("Çelik", "und", "celik"),
            ("ΑΘΗΝΑ", "el", "αθηνα"),
            ("Αθήνα", "el", "αθηνα"),
            ("οδός", "el", "οδοσ"),
            ("Соловьёв", "ru", "соловьев"),
            ("Йод", "uk", "йод"),
            ("हिन्दी", "hi", "हिन्दी"),
            ("がっこう", "ja", "がっこう"),
        ] {
            assert_eq!(of(word, tag), key, "{word}");
        }
    }

    #[test]
    fn turkish_has_its_own_case() {
        assert_eq!((of("İSTANBUL'DA", "tr"), of("istanbul’da", "tr")), ("istanbul".into(), "istanbul".into()));
        assert_eq!((of("IŞIK", "tr"), of("ışık", "tr")), ("ışık".into(), "ışık".into()));
        assert_eq!(of("İstanbul", "en"), "istanbul");
        assert_eq!(fold_own_letters("Isparta", Language::of("tr")).as_deref(), Some("isparta"));
    }

    #[test]
    fn arabic_and_hebrew_lose_their_vowel_signs_and_variants() {
        for (a, b) in [
            ("أَحْمَدُ", "احمد"),
            ("المدرسةَ", "المدرسه"),
            ("مصطفى", "مصطفي"),
            ("آسفي", "اسفي"),
            ("كتـــاب", "كتاب"),
            ("کتاب", "كتاب"),
        ] {
            assert_eq!(of(a, "ar"), of(b, "ar"), "{a} {b}");
        }
        assert_eq!(of("שָׁלוֹם", "he"), of("שלום", "he"));
    }

    #[test]
    fn apostrophes_join_and_genitives_fall_away() {
        for (word, tag, key) in [
            ("Trump’s", "en", "trump"),
            ("don't", "en", "dont"),
            ("L’économie", "fr", "economie"),
            ("aujourd'hui", "fr", "aujourdhui"),
            ("dell'Unione", "it", "unione"),
            ("can't", "fr", "cant"),
            ("O'Neill", "tr", "oneill"),
            ("o'clock", "en", "oclock"),
            ("צה\"ל", "he", "צהל"),
        ] {
            assert_eq!(of(word, tag), key, "{word}");
        }
    }

    #[test]
    fn numbers_and_percent_signs_have_one_spelling() {
        assert_eq!((of("1,000,000", "en"), of("2.5", "en")), ("1000000".into(), "2.5".into()));
        assert_eq!((of("%", "en"), of("%", "de")), ("percent".into(), "prozent".into()));
        assert_eq!(of("٢٠٢٤", "ar"), "2024");
    }

    #[test]
    fn han_characters_and_korean_nouns_have_one_form() {
        assert_eq!(of("學費", "zh"), of("学费", "zh"));
        assert_eq!(of("정부는", "ko"), of("정부의", "ko"));
        assert_eq!(of("ｸﾘﾆｯｸ", "ja"), "クリニック");
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_never_fails(word in "\\PC{0,20}|[a-zäöüßIİı'’éñ]{1,12}|[가-힣]{1,6}|[ء-ي\u{64b}-\u{652}]{1,8}") {
            for language in Language::all() {
                let once = fold(&word, language);
                // A key may end like a word with an ending that folds away: only letters are compared.
                if !word.contains(['\'', '’']) && !language.is_german() {
                    prop_assert_eq!(fold(&once, language), once);
                }
            }
        }
    }
}
