//! How much sharing a word says.

use crate::names::form::{Token, TokenKind};
use crate::names::lexicon;

/// The weight of words in a comparison.
pub trait TokenWeights {
    /// Weight of `token`, 0..=1: 1 for a rare word, near 0 for one that half of all names have.
    fn weight(&self, token: &Token) -> f64;
}

/// What is known before a corpus is read: the kind of the word and a short list of frequent ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct PriorWeights;

/// Weight of a letter that stands for a name.
const INITIAL: f64 = 0.4;
/// Weight of a word that identifies nobody.
const PARTICLE: f64 = 0.1;

impl TokenWeights for PriorWeights {
    fn weight(&self, token: &Token) -> f64 {
        match token.kind {
            TokenKind::Name => lexicon::prior_weight(&token.latin),
            TokenKind::Initial => INITIAL,
            TokenKind::Particle => PARTICLE,
            TokenKind::Number(_) | TokenKind::Generation(_) | TokenKind::Title | TokenKind::LegalForm(_) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::form::{NameForm, PartyKind};

    #[test]
    fn names_weigh_more_than_what_stands_around_them() {
        let form = NameForm::parse("Dr. J. von Kleist Jr.", PartyKind::Person);
        let weights: Vec<f64> = form.tokens.iter().map(|token| PriorWeights.weight(token)).collect();
        assert_eq!(weights, [0.0, INITIAL, PARTICLE, 1.0, 0.0]);
    }
}
