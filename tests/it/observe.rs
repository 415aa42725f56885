//! What operators tell the server and what it tells them: configuration, metrics, logs, traces, the admin port.

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
mod traces;
