//! One word of a name.

use crate::names::lexicon::{self, Given, LegalClass};
use crate::names::text::{self, WritingSystem};

/// What a word is in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word that tells actors apart.
    Name,
    /// One letter that stands for a name.
    Initial,
    /// A small word that identifies nobody: von, bin, the, of.
    Particle,
    /// A number, in digits, words or Roman letters.
    Number(u32),
    /// 1 for Sr., 2 for Jr. and II, 3 for III, ...
    Generation(u32),
    /// A title or honorific.
    Title,
    /// The legal form of an organization.
    LegalForm(LegalClass),
}

impl TokenKind {
    /// Whether words of this kind are paired with words of the other name.
    pub fn is_compared(self) -> bool {
        matches!(self, Self::Name | Self::Initial | Self::Particle)
    }
}

/// One word of a name with the codes it is compared by.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Lower-case, in its own script.
    pub text: String,
    /// Latin reading, `a-z0-9`; for organizations the full word of an abbreviation.
    pub latin: String,
    /// Sound code of the Latin reading.
    pub sound: String,
    /// Consonant classes of the Latin reading.
    pub skeleton: String,
    /// Script of the text.
    pub writing: WritingSystem,
    /// What the word is.
    pub kind: TokenKind,
    /// The given names it can be.
    pub given: &'static [Given],
    /// Stands in brackets or after a slash.
    pub aside: bool,
}

impl Token {
    /// A word with the Latin reading `latin`.
    pub(crate) fn new(text: String, latin: String, kind: TokenKind, aside: bool) -> Self {
        let (sound, skeleton) = text::codes(&latin);
        Self {
            sound,
            skeleton,
            writing: WritingSystem::of(&text),
            given: lexicon::given_names(&latin),
            text,
            latin,
            kind,
            aside,
        }
    }

    /// The words of `tokens` written as one: what somebody wrote who lost a space.
    pub(crate) fn joined(tokens: &[&Self]) -> Self {
        let text = tokens.iter().map(|token| token.text.as_str()).collect();
        let latin = tokens.iter().map(|token| token.latin.as_str()).collect();
        Self::new(text, latin, TokenKind::Name, tokens.iter().all(|token| token.aside))
    }
}
