//! Names of persons and organizations: taken apart, and compared.
//!
//! Knows two names and nothing of a corpus. Reading order, which is also the way of a name:
//! 1. [`text`]: cleaning, reading other scripts in Latin letters, coding sounds.
//! 2. [`lexicon`]: what is known about words (titles, legal forms, given names, ...), from `data/names/*.tsv`.
//! 3. [`form`]: a name taken apart, [`NameForm`].
//! 4. [`score`](mod@score): two names compared, [`Match`] with its reasons.

#[cfg(test)]
pub(crate) mod arbitrary;
mod form;
pub mod lexicon;
#[cfg(test)]
mod properties;
mod score;
mod text;
mod weights;

pub use form::{NameForm, PartyKind, Token, TokenKind};
pub use lexicon::Given;
pub use score::{Feature, Match, score};
pub use text::{MAX_CHARS, WritingSystem, skeleton};
pub use weights::{PriorWeights, TokenWeights};
