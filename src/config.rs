//! What a server can be told. One struct per concern; each field says its default and the reason for it.
//!
//! The structs are clap's, and the only list of what there is: every flag with an environment variable is a key of the
//! configuration file too. A flag counts before a variable, a variable before the file, the file before the default.

mod admin;
mod auth;
mod calls;
mod connections;
mod dna;
mod effective;
mod file;
mod healthcheck;
mod key;
mod limits;
mod listen;
mod live;
mod log;
mod origin;
mod problem;
mod reload;
mod resolution;
mod seconds;
mod secret;
mod server;
mod stray;
mod streams;
mod tls;
mod traces;

pub use admin::{AdminAddress, AdminConfig};
pub use auth::AuthConfig;
pub use calls::{CallConfig, QuotaConfig};
pub use connections::ConnectionConfig;
pub use dna::DnaNames;
pub use effective::Effective;
use effective::Setting;
pub use healthcheck::HealthcheckConfig;
pub use key::flags_only;
pub use limits::{LoadLimits, RequestLimits};
pub use listen::ListenAddress;
pub use live::LiveConfig;
pub use log::{LogConfig, LogFormat};
pub use origin::Origin;
pub use problem::{Misfit, Problem, Problems};
pub use reload::ReloadConfig;
pub use resolution::Resolution;
pub use secret::Secret;
pub use server::ServerConfig;
pub use stray::Stray;
pub use streams::{ExportLimits, FeedLimits};
pub use tls::{ClientAuth, TlsConfig};
pub use traces::TraceConfig;
