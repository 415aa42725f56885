//! The ranking core of MatchClaims: has this been claimed before?
//!
//! A text goes through `query_text` (links, tags, signature), `query_words` (words the corpus knows) and `query` (weighted
//! stems); `candidates` asks the index for claims worth comparing, `contest` compares them one at a time: `comparison` lays the
//! query beside each, `related` words too, `features` measures. `model` weighs, `rank` puts them in order.
#![allow(clippy::cast_precision_loss, reason = "counts of words and claims become scores of 24 bits on purpose")]

pub mod alignment;
pub mod analysis;
pub mod candidates;
pub mod comparison;
pub mod contest;
pub mod corpus;
pub mod features;
pub mod grams;
pub mod language;
pub mod lexicon;
pub mod model;
pub mod query;
pub mod query_text;
mod query_words;
pub mod rank;
pub mod related;
pub mod scan;
pub mod word_vectors;
