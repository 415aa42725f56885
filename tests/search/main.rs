//! Full-text search: which claims and articles answer a query, in which order, and where its words stand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod arbitrary;
mod asking;
mod german;
mod highlights;
mod languages;
mod pages;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod words;
