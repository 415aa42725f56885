//! Name matching: names of persons and organizations are parsed and compared.
//!
//! Compares two names and knows no corpus. In the order in which a name passes through the files:
//! 1. `tokenizer` normalizes a text and splits it into words.
//! 2. `transliteration` writes a word of any script in Latin letters, `phonetic` computes phonetic keys of it.
//! 3. [`lexicon`] knows titles, legal forms, given names, particles and number words, from `data/names/*.tsv`.
//! 4. `parser` classifies each word; the result is a [`ParsedName`] (`form`).
//! 5. `alignment` pairs the tokens of two names by the `similarity` of tokens.
//! 6. [`score`](mod@score) turns the alignment and the `qualifiers` into a [`Match`]: a score with its explanation.

mod alignment;
mod form;
pub mod lexicon;
mod parser;
mod phonetic;
mod qualifiers;
mod score;
mod similarity;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod tokenizer;
mod transliteration;

pub use form::{ParsedName, PartyKind, Token, TokenKind};
pub use phonetic::consonant_key;
pub use score::{Match, PriorWeights, TokenWeights, score};
pub use similarity::Feature;
pub use tokenizer::MAX_CHARS;
