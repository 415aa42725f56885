//! The integration tests: claims about behaviour through the public door, one module for each part of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod aggregates;
mod arrows;
mod bad_requests;
mod claim_review;
mod cli;
mod docs;
mod encoding;
mod filters;
mod formats;
mod imports;
mod listing;
mod live;
mod loading;
mod match_claims;
mod network;
mod observe;
mod protocol;
mod quote_places;
mod reads;
mod resolve;
mod search;
mod server;
mod support;
mod threads;
mod typo_recall;
mod verify_quote;
