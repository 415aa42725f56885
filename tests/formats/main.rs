//! Formats through the public door: what goes in, what comes out, and that it is the same.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod arbitrary_bytes;
mod compressed;
mod convert;
mod killed;
mod manifest;
mod program;
mod shared;
#[path = "../support/mod.rs"]
mod support;
mod uniting;
