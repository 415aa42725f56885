//! Configuration of the server. One struct per concern; the documentation of a field is the help of its flag.
//!
//! The structs are clap's, and the only list of settings: every flag with an environment variable is also a key of the
//! configuration file. A flag overrides a variable, a variable overrides the file, the file overrides the default.

mod calls;
mod effective;
mod file;
mod key;
mod live;
mod problem;
mod resolution;
mod server;
mod telemetry;
mod value;

pub use calls::{CallConfig, QuotaConfig, limit_conflicts};
pub use effective::{Effective, Origin};
pub use key::flags_only;
pub use live::{ExportLimits, FeedLimits, LiveConfig, ReloadConfig};
pub use problem::{ConfigConflict, Problem, Problems, UnknownEnvVar};
pub use resolution::Resolution;
pub use server::{
    AdminAddress, AdminConfig, AuthConfig, ClientAuth, ConnectionConfig, ListenAddress, ServerConfig, TlsConfig,
};
pub use telemetry::{LogConfig, LogFormat, Secret, TraceConfig};
pub(crate) use value::positive_seconds;

pub use crate::limits::{LoadLimits, RequestLimits};
