//! A parsed name: its words, classified.

use super::lexicon::{self, GivenName, LegalClass};
use super::phonetic;
use super::transliteration::WritingSystem;
use crate::proto::v1::ActorType;

/// The kind of party that bears a name; decides how ambiguous words are parsed ("van", "V", "First").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PartyKind {
    /// One human being.
    Person,
    /// A company, authority, party, media outlet or any other body.
    Organization,
    /// Unknown.
    #[default]
    Unknown,
}

impl From<ActorType> for PartyKind {
    fn from(actor_type: ActorType) -> Self {
        match actor_type {
            ActorType::Person => Self::Person,
            ActorType::Organization
            | ActorType::Company
            | ActorType::Government
            | ActorType::PublicBody
            | ActorType::PoliticalParty
            | ActorType::MediaOutlet
            | ActorType::InternationalBody => Self::Organization,
            ActorType::Unspecified
            | ActorType::Group
            | ActorType::Anonymous
            | ActorType::Document
            | ActorType::Product
            | ActorType::Other => Self::Unknown,
        }
    }
}

/// The class of a word in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word that distinguishes names.
    Name,
    /// One letter that abbreviates a name.
    Initial,
    /// A function word or name particle: von, bin, the, of.
    Particle,
    /// A number in digits, words or Roman numerals.
    Number(u32),
    /// A generational suffix: 1 for Sr., 2 for Jr. and II, 3 for III and so on.
    Generation(u32),
    /// A title or honorific.
    Title,
    /// The legal form of an organization.
    LegalForm(LegalClass),
}

impl TokenKind {
    /// Whether tokens of this kind are aligned with tokens of the other name.
    pub fn is_aligned(self) -> bool {
        matches!(self, Self::Name | Self::Initial | Self::Particle)
    }
}

/// One word of a name, with the keys that it is compared by.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Lower-case, in its own script.
    pub text: String,
    /// Transliteration, `a-z0-9`; in names of organizations abbreviations are expanded.
    pub latin: String,
    /// Phonetic key of the transliteration.
    pub phonetic_key: String,
    /// Consonant key of the transliteration.
    pub consonant_key: String,
    /// Writing system of the text.
    pub writing_system: WritingSystem,
    /// Class of the word.
    pub kind: TokenKind,
    /// The given names that the word can stand for.
    pub given_names: &'static [GivenName],
    /// In brackets or after a slash.
    pub is_parenthetical: bool,
}

impl Token {
    /// A token with the transliteration `latin`.
    pub(super) fn new(text: String, latin: String, kind: TokenKind, is_parenthetical: bool) -> Self {
        let (phonetic_key, consonant_key) = phonetic::keys(&latin);
        Self {
            phonetic_key,
            consonant_key,
            writing_system: WritingSystem::of(&text),
            given_names: lexicon::given_names(&latin),
            text,
            latin,
            kind,
            is_parenthetical,
        }
    }

    /// The words of `tokens` written as one word.
    pub(super) fn concatenated(tokens: &[&Self]) -> Self {
        let text = tokens.iter().map(|token| token.text.as_str()).collect();
        let latin = tokens.iter().map(|token| token.latin.as_str()).collect();
        Self::new(text, latin, TokenKind::Name, tokens.iter().all(|token| token.is_parenthetical))
    }
}

/// A parsed name. Made by [`ParsedName::parse`], compared by [`score`](crate::names::score()).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedName {
    /// The given kind, else the kind that a title or legal form tells, else [`PartyKind::Unknown`].
    pub kind: PartyKind,
    /// The words in written order, at most 32.
    pub tokens: Vec<Token>,
}

impl ParsedName {
    /// Whether the name is too short to identify anybody: no letters, or a single one that is not a syllable.
    pub fn is_empty(&self) -> bool {
        let mut letters =
            self.tokens.iter().filter(|token| token.kind != TokenKind::Title).flat_map(|token| token.text.chars());
        match (letters.next(), letters.next()) {
            (None, _) => true,
            (Some(only), None) => WritingSystem::of(only.encode_utf8(&mut [0; 4])) != WritingSystem::Syllabic,
            (Some(_), Some(_)) => false,
        }
    }

    /// The tokens that are aligned one by one: names, initials and particles.
    pub fn aligned_tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.kind.is_aligned())
    }

    /// The numbers in the name, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        let number = |token: &Token| match token.kind {
            TokenKind::Number(number) => Some(number),
            _ => None,
        };
        let mut numbers: Vec<u32> = self.tokens.iter().filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// The generational suffix: 1 for Sr., 2 for Jr. and II, 3 for III and so on.
    pub fn generation(&self) -> Option<u32> {
        self.tokens.iter().find_map(|token| match token.kind {
            TokenKind::Generation(number) => Some(number),
            _ => None,
        })
    }

    /// The legal forms in the name.
    pub fn legal_forms(&self) -> impl Iterator<Item = LegalClass> {
        self.tokens.iter().filter_map(|token| match token.kind {
            TokenKind::LegalForm(class) => Some(class),
            _ => None,
        })
    }
}
