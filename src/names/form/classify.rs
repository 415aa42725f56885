//! Deciding what each word of a name is.
//!
//! The order matters: what stands around the name (titles, legal form) is found first, from the outside in,
//! then each word left over is looked at alone. Whatever happens, a name keeps at least one word to know it by.

use super::around::{mark_legal_forms, mark_titles};
use super::parts::{join_dotted_letters, parts};
use super::single::mark_single_words;
use super::{MAX_TOKENS, NameForm, PartyKind, Token, TokenKind};
use crate::names::lexicon;
use crate::names::text::{Word, WritingSystem, latin, words};

/// A word on its way to a token.
pub(super) struct Draft {
    pub word: Word,
    pub latin: String,
    /// Nothing as long as it is open what the word is; in the end that makes it a name.
    pub kind: Option<TokenKind>,
}

pub(super) fn classify(text: &str, kind: PartyKind) -> NameForm {
    let mut drafts: Vec<Draft> = words(text).into_iter().flat_map(|word| parts(word, kind)).map(Draft::new).collect();
    drafts.truncate(MAX_TOKENS);
    if kind == PartyKind::Organization {
        join_dotted_letters(&mut drafts);
    } else {
        mark_titles(&mut drafts);
    }
    mark_legal_forms(&mut drafts, kind);
    let kind = settle_kind(&drafts, kind);
    mark_single_words(&mut drafts, kind);
    drafts.retain(Draft::is_readable);
    keep_a_name(&mut drafts, kind);
    let tokens = drafts.into_iter().map(|draft| draft.into_token(kind)).collect();
    NameForm { kind, tokens }
}

impl Draft {
    fn new(word: Word) -> Self {
        Self { latin: latin(&word.text), word, kind: None }
    }

    /// Whether it says anything: an ampersand has done its work once legal forms are known.
    fn is_readable(&self) -> bool {
        !self.latin.is_empty() || WritingSystem::of(&self.word.text) != WritingSystem::Latin
    }

    fn into_token(self, kind: PartyKind) -> Token {
        let Self { word, mut latin, kind: token_kind } = self;
        let token_kind = token_kind.unwrap_or(TokenKind::Name);
        if kind == PartyKind::Organization
            && let Some(full) = lexicon::full_word(&latin)
        {
            full.clone_into(&mut latin);
        }
        Token::new(word.text, latin, token_kind, word.aside)
    }

    pub(super) fn is_open(&self) -> bool {
        self.kind.is_none()
    }
}

/// A legal form tells an organization, a title a person.
fn settle_kind(drafts: &[Draft], kind: PartyKind) -> PartyKind {
    let any = |wanted: fn(TokenKind) -> bool| drafts.iter().any(|draft| draft.kind.is_some_and(wanted));
    match kind {
        PartyKind::Unknown if any(|kind| matches!(kind, TokenKind::LegalForm(_))) => PartyKind::Organization,
        PartyKind::Unknown if any(|kind| kind == TokenKind::Title) => PartyKind::Person,
        known => known,
    }
}

/// Gives a name back its words when nothing else is left: the company "Limited", the band "The The", the
/// person "Al Gore", who is not a particle and a name.
fn keep_a_name(drafts: &mut [Draft], kind: PartyKind) {
    let names = |drafts: &[Draft]| drafts.iter().filter(|draft| draft.is_open()).count();
    if kind != PartyKind::Organization && names(drafts) == 1 {
        let first = drafts.iter_mut().find(|draft| draft.kind != Some(TokenKind::Title));
        if let Some(first) = first.filter(|draft| draft.kind == Some(TokenKind::Particle) && draft.latin.len() > 1) {
            first.kind = None;
        }
    }
    for keep in [
        |kind: TokenKind| kind == TokenKind::Particle,
        |kind: TokenKind| matches!(kind, TokenKind::Number(_) | TokenKind::Generation(_)),
        |kind: TokenKind| matches!(kind, TokenKind::LegalForm(_) | TokenKind::Title),
        |kind: TokenKind| kind == TokenKind::Initial,
    ] {
        if names(drafts) > 0 {
            return;
        }
        drafts.iter_mut().filter(|draft| draft.kind.is_some_and(keep)).for_each(|draft| draft.kind = None);
    }
}
