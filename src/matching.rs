//! The ranking of MatchClaims: has this been claimed before?
//!
//! A text passes through these steps:
//!
//! 1. [`query_text`] removes links, splits hashtags and detaches the signature of a quoted tweet.
//! 2. [`query`] turns the rest into terms, weighted by the inverse document frequencies of [`term_statistics`].
//! 3. [`scorer`] retrieves candidates through a [`claim_index`] by BM25 and compares the query with one at a time:
//!    [`scan`] finds the terms in a text and aligns them, [`ngrams`] compares spellings, [`features`] makes a feature
//!    vector of both.
//! 4. [`model`], a calibrated logistic regression, turns feature vectors into probabilities and ranks the candidates.
#![allow(clippy::cast_precision_loss, reason = "counts of words and claims become scores with 24 bits of precision")]

pub mod claim_index;
pub mod features;
pub mod model;
pub mod ngrams;
pub mod query;
pub mod query_text;
pub mod scan;
pub mod scorer;
pub mod term_statistics;
