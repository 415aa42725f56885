//! What operators tell the server and what it tells them: configuration, metrics, logs, traces, the admin port.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod configuration;
mod program;
#[path = "../support/mod.rs"]
mod support;
