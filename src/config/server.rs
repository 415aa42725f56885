//! Where the server listens and how it ends.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;

/// Where the server listens and how it ends.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Server")]
pub struct ServerConfig {
    /// Address of the gRPC port. Port 0 takes a free one, which the log names
    #[arg(long, env = "CLAIMD_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:50051")]
    pub listen: SocketAddr,
    /// Most calls that one connection has open at once. Enough for any client; a peer that wants more opens another
    #[arg(long, env = "CLAIMD_MAX_STREAMS", value_name = "COUNT", default_value_t = 256)]
    pub max_streams: u32,
    /// How long open calls may go on after the signal to stop, in seconds
    #[arg(long, env = "CLAIMD_DRAIN_SECONDS", value_name = "SECONDS", default_value_t = 20)]
    pub drain_seconds: u32,
}

impl ServerConfig {
    /// How long open calls may go on after the signal to stop.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds.into())
    }
}
