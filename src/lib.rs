//! claimd answers, over gRPC and from memory: who said what, about whom, where it is written, and who disagrees.
//!
//! A map of the crate, in the order of its arrows; none points back:
//!
//! - [`cli`]: commands and flags; [`config`]: what a server can be told; [`telemetry`]: logs
//! - [`server`]: sockets and drain; [`layer`]: what happens to every call; [`rpc`]: the services
//! - [`live`]: which corpus is served, and how another takes its place
//! - [`api`]: request messages to queries to response messages; [`query`]: questions put to one corpus
//! - [`source`]: where bytes come from; [`mod@format`]: bytes to records
//! - [`corpus`]: the immutable store, and the builder that checks and indexes it
//! - [`matching`]: how likely a text repeats a claim
//! - [`names`]: names of persons and organizations, taken apart and compared
//! - [`text`]: words and their keys, for search, quotes, matching and names
//! - [`error`]: the errors of calls; [`model`]: rules on single records; [`proto`]: the generated messages

pub mod api;
pub mod cli;
pub mod config;
pub mod corpus;
pub mod error;
pub mod format;
pub mod layer;
pub mod live;
pub mod matching;
pub mod model;
pub mod names;
pub mod proto;
pub mod query;
pub mod rpc;
pub mod server;
pub mod source;
pub mod telemetry;
pub mod text;
