//! Transliteration of any script into the letters a-z and digits, and how reliable it is for each writing system.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_script::{Script, UnicodeScript};

use super::table;

/// Writing systems, by how much of a word's sound their transliteration preserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WritingSystem {
    /// Latin letters, and words of digits only.
    Latin,
    /// Alphabets that transliterate reliably: Cyrillic, Greek, Armenian, Georgian.
    Alphabet,
    /// Scripts whose transliteration omits or distorts vowels: Arabic, Hebrew, Indic scripts, Khmer, Thai.
    Consonantal,
    /// One character is a syllable or a word: Han, Hangul, Kana.
    Syllabic,
}

impl WritingSystem {
    /// Whether the vowels of a transliteration from this writing system are unreliable.
    pub fn has_unreliable_vowels(self) -> bool {
        matches!(self, Self::Consonantal | Self::Syllabic)
    }

    /// The writing system of the first character of `word` that has one; Latin if none has.
    pub fn of(word: &str) -> Self {
        if word.is_ascii() {
            return Self::Latin;
        }
        word.chars()
            .find_map(|c| match c.script() {
                Script::Common | Script::Inherited => None,
                Script::Latin => Some(Self::Latin),
                Script::Cyrillic | Script::Greek | Script::Armenian | Script::Georgian => Some(Self::Alphabet),
                Script::Han | Script::Hangul | Script::Hiragana | Script::Katakana | Script::Bopomofo => {
                    Some(Self::Syllabic)
                }
                _ => Some(Self::Consonantal),
            })
            .unwrap_or(Self::Latin)
    }
}

/// Letters and pairs of letters that names spell otherwise than the general transliteration table.
static EXCEPTIONS: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    table::rows(include_str!("../../data/names/scripts.tsv"))
        .map(|[letters, latin]| (letters, if latin == "-" { "" } else { latin }))
        .collect()
});

/// The transliteration of `text`: lower-case `a-z` and `0-9` only, without diacritics (ü becomes u) and spaces.
pub(super) fn transliterate(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        if first.is_ascii_alphanumeric() {
            out.push(first.to_ascii_lowercase());
        } else if !first.is_ascii() {
            let pair = length + rest[length..].chars().next().map_or(0, char::len_utf8);
            let exception =
                [pair, length].into_iter().find_map(|length| Some((length, *EXCEPTIONS.get(&rest[..length])?)));
            let latin = match exception {
                Some((listed, latin)) => {
                    length = listed;
                    latin
                }
                None => any_ascii::any_ascii_char(first),
            };
            out.extend(latin.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
        }
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_transliterated_as_names_are_spelled() {
        for (text, latin) in [
            ("Müller", "muller"),
            ("Лавров", "lavrov"),
            ("Βαρουφάκης", "varoufakis"),
            ("习近平", "xijinping"),
            ("김정은", "gimjeongeun"),
            ("بن", "bn"),
            ("בנימין", "bnymyn"),
            ("Обама", "obama"),
            ("O.K. 2!", "ok2"),
        ] {
            assert_eq!(transliterate(text), latin);
        }
    }

    #[test]
    fn writing_systems_are_detected_by_script() {
        for (word, system) in [
            ("merkel", WritingSystem::Latin),
            ("1860", WritingSystem::Latin),
            ("путин", WritingSystem::Alphabet),
            ("محمد", WritingSystem::Consonantal),
            ("मोदी", WritingSystem::Consonantal),
            ("習近平", WritingSystem::Syllabic),
            ("김정은", WritingSystem::Syllabic),
        ] {
            assert_eq!(WritingSystem::of(word), system, "{word}");
        }
    }
}
