//! A corpus that changes while it is served: reloads, the change feed, exports.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bounds;
mod export;
mod export_revisions;
mod feed;
mod health;
mod process;
mod reload;
mod soak;
#[path = "../support/mod.rs"]
mod support;
mod waiting;
