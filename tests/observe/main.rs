//! What operators tell the server and what it tells them: configuration, metrics, logs, traces, the admin port.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::float_cmp, reason = "what metrics count is whole")]

mod access_log;
mod admin;
mod calls;
mod configuration;
mod healthcheck;
mod http;
mod metrics;
mod operations;

mod program;
mod request_ids;
mod serving;
#[path = "../support/mod.rs"]
mod support;
mod traces;
