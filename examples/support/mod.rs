//! Shared by the examples that train and evaluate MatchClaims.
#![allow(missing_docs, unreachable_pub, reason = "a module of examples, not a library")]
#![allow(clippy::cast_precision_loss, reason = "counts of queries and candidates become shares")]

pub mod dataset;
pub mod fit;
pub mod sample;
