//! Where the server listens and how it ends.

use std::time::Duration;

use clap::Args;

use super::seconds::{positive_seconds, seconds};
use super::{AuthConfig, CallConfig, ConnectionConfig, ListenAddress, TlsConfig};

/// Where the server listens and how it ends.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Server")]
pub struct ServerConfig {
    /// Addresses of the gRPC port: IP address and port, or unix:/path; port 0 takes a free one, which the log names
    #[arg(long, env = "CLAIMD_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:50051", value_delimiter = ',')]
    pub listen: Vec<ListenAddress>,
    /// Listen without TLS on addresses that other machines reach: whoever is on the way can read along and answer in the
    /// server's place
    #[arg(long, env = "CLAIMD_INSECURE")]
    pub insecure: bool,
    /// How long a server that was told to stop goes on as before, but for health, which says NOT_SERVING, in seconds:
    /// balancers need that long to notice. Ends early where no connection is open; at most half of the drain time
    #[arg(long, env = "CLAIMD_DRAIN_DELAY_SECONDS", value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub drain_delay_seconds: Duration,
    /// Longest time from the signal to stop to the end, in seconds. Calls still open by then are cut. Below the 30 s
    /// that Kubernetes waits
    #[arg(long, env = "CLAIMD_DRAIN_SECONDS", value_name = "SECONDS", default_value = "20", value_parser = positive_seconds)]
    pub drain_seconds: Duration,
    /// What one connection may do, and how long it lives
    #[command(flatten)]
    pub connections: ConnectionConfig,
    /// How long calls may take, and how many there may be
    #[command(flatten)]
    pub calls: CallConfig,
    /// Encryption, and certificates of clients
    #[command(flatten)]
    pub tls: TlsConfig,
    /// Who may call
    #[command(flatten)]
    pub auth: AuthConfig,
}

impl ServerConfig {
    /// How long a server that was told to stop goes on as before.
    pub fn drain_delay(&self) -> Duration {
        self.drain_delay_seconds.min(self.drain_seconds / 2)
    }
}
