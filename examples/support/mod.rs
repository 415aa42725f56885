//! What the examples share: the labelled data, an index over it, the fit, the measures.
#![allow(missing_docs, unreachable_pub, reason = "a module of examples, not a library")]
#![allow(clippy::cast_precision_loss, reason = "counts of queries and candidates become shares")]

pub mod data;
pub mod fit;
pub mod index;
pub mod measure;
pub mod sample;
