//! What a server can be told. One struct per concern; each field says its default and the reason for it.

mod connections;
mod limits;
mod listen;
mod log;
mod seconds;
mod server;

pub use connections::ConnectionConfig;
pub use limits::{LoadLimits, RequestLimits};
pub use listen::ListenAddress;
pub use log::{LogConfig, LogFormat};
pub use server::ServerConfig;
