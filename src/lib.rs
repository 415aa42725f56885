//! claimd answers from memory who said what, about whom, where it is written, and who disagrees.
//!
//! Most users run the program `claimd` and call it over gRPC. As a library, the crate has three uses, each with a cargo
//! feature:
//!
//! - `embed`: load a corpus into a program of your own and ask it questions without a server; see `examples/embed.rs`.
//! - `client`: generated clients with plain messages; see `examples/client.rs`.
//! - `server` (default): the program. `dna` (default) reads databases of the Discourse Network Analyzer and builds SQLite.
//!
//! # Map
//!
//! A request passes through the modules from top to bottom. No module uses one above it.
//!
//! | module | content |
//! |---|---|
//! | `cli` | commands and flags |
//! | `config`, `telemetry` | settings of the server; logs, traces and metrics |
//! | `server` | ports, connections, TLS, drain, admin port |
//! | `layer` | what happens to every call: authentication, admission, deadline, observation |
//! | `rpc` | the gRPC services, errors to status codes |
//! | `live` | the served corpus, reloads, the change feed, exports |
//! | `error` | why a call failed: reason, metadata, retry delay |
//! | `api` | the methods of the API without transport: a request message to a query to a response message |
//! | `query` | questions put to one corpus |
//! | `source` | where data come from: files, folders, manifests, standard input, the built-in demo |
//! | `format` | file formats: bytes to records and back |
//! | `corpus` | the immutable store with its indexes, and the builder that checks records |
//! | `matching` | the probability that a text repeats a claim |
//! | `names` | parsing and comparing names of persons and organizations |
//! | `model` | rules on single records: names, spans, times, ratings |
//! | `text` | segmentation, folding, languages, stems, compounds |
//! | `limits` | limits on loads and requests |
//! | `proto` | generated messages and services |

#[cfg(feature = "embed")]
pub mod api;
#[cfg(feature = "server")]
pub mod cli;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "embed")]
pub mod corpus;
#[cfg(feature = "embed")]
mod embed;
#[cfg(feature = "embed")]
pub mod error;
#[cfg(feature = "embed")]
pub mod format;
#[cfg(feature = "server")]
pub mod layer;
#[cfg(feature = "embed")]
pub mod limits;
#[cfg(feature = "server")]
pub mod live;
#[cfg(feature = "embed")]
pub mod matching;
#[cfg(feature = "embed")]
pub mod model;
#[cfg(feature = "embed")]
pub mod names;
pub mod proto;
#[cfg(feature = "embed")]
pub mod query;
#[cfg(feature = "server")]
pub mod rpc;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "embed")]
pub mod source;
#[cfg(feature = "server")]
pub mod telemetry;
#[cfg(feature = "embed")]
pub mod text;

#[cfg(feature = "embed")]
pub use embed::Corpus;
#[cfg(feature = "embed")]
pub use limits::{LoadLimits, RequestLimits};
#[cfg(feature = "embed")]
pub use source::LoadOptions;
