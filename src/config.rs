//! What a server can be told. One struct per concern; each field says its default and the reason for it.

mod limits;
mod log;
mod server;

pub use limits::{LoadLimits, RequestLimits};
pub use log::{LogConfig, LogFormat};
pub use server::ServerConfig;
