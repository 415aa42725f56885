//! How a word is written decides how its Latin reading may be compared.

use unicode_script::{Script, UnicodeScript};

/// Kind of writing system of one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WritingSystem {
    /// Latin letters (and words of digits only).
    Latin,
    /// Alphabets whose Latin reading is reliable: Cyrillic, Greek, Armenian, Georgian.
    Alphabet,
    /// Scripts whose Latin reading loses or garbles vowels: Arabic, Hebrew, Indic, Khmer, Thai, ...
    Consonants,
    /// A sign is a syllable or a word: Han, Hangul, Kana.
    Syllables,
}

impl WritingSystem {
    /// Whether a Latin reading of this writing says less than Latin letters do.
    pub fn loses_sounds(self) -> bool {
        matches!(self, Self::Consonants | Self::Syllables)
    }

    /// The writing system of the first letter of `word` that has one.
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
                    Some(Self::Syllables)
                }
                _ => Some(Self::Consonants),
            })
            .unwrap_or(Self::Latin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told_apart() {
        for (word, system) in [
            ("merkel", WritingSystem::Latin),
            ("1860", WritingSystem::Latin),
            ("путин", WritingSystem::Alphabet),
            ("محمد", WritingSystem::Consonants),
            ("मोदी", WritingSystem::Consonants),
            ("習近平", WritingSystem::Syllables),
            ("김정은", WritingSystem::Syllables),
        ] {
            assert_eq!(WritingSystem::of(word), system, "{word}");
        }
    }
}
