//! A name taken apart: what each of its words is.

mod around;
mod classify;
mod parts;
mod single;
mod token;

pub use token::{Token, TokenKind};

use crate::names::lexicon::LegalClass;
use crate::names::text::WritingSystem;
use crate::proto::v1::ActorType;

/// Whose name it is, as far as known; decides how ambiguous words are read ("van", "V", "First").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PartyKind {
    /// One human being.
    Person,
    /// A company, authority, party, medium, group, or any other body.
    Organization,
    /// Not known.
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

/// A parsed name. Made by [`NameForm::parse`], compared by [`score`](crate::names::score()).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NameForm {
    /// How the name was read: [`PartyKind::Unknown`] only if its words gave no hint either.
    pub kind: PartyKind,
    /// The words in written order, at most [`MAX_TOKENS`].
    pub tokens: Vec<Token>,
}

/// Words of a name that are kept: real names stay far below, and scoring time grows with the square.
const MAX_TOKENS: usize = 32;

impl NameForm {
    /// Takes `text` apart. Never fails: a text without letters or digits gives an empty form.
    pub fn parse(text: &str, kind: PartyKind) -> Self {
        classify::classify(text, kind)
    }

    /// Whether there is too little to know anybody by: no letters, or a single one that is no syllable.
    pub fn is_empty(&self) -> bool {
        let mut signs = self.tokens.iter().filter(|token| token.kind != TokenKind::Title).flat_map(|t| t.text.chars());
        match (signs.next(), signs.next()) {
            (None, _) => true,
            (Some(only), None) => WritingSystem::of(only.encode_utf8(&mut [0; 4])) != WritingSystem::Syllables,
            (Some(_), Some(_)) => false,
        }
    }

    /// The words that are compared one by one: names, initials and particles.
    pub fn compared(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.kind.is_compared())
    }

    /// The numbers in the name, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self
            .tokens
            .iter()
            .filter_map(|token| match token.kind {
                TokenKind::Number(number) => Some(number),
                _ => None,
            })
            .collect();
        numbers.sort_unstable();
        numbers
    }

    /// The generation suffix: 1 for Sr., 2 for Jr. and II, 3 for III, ...
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

#[cfg(test)]
mod tests;
