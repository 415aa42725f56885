//! What one connection may do, and how long it lives.

use std::time::Duration;

use clap::Args;

use super::seconds::positive_seconds;

/// What one connection may do, and how long it lives.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connections")]
pub struct ConnectionConfig {
    /// Most connections open at once; more wait to be accepted. Lowered to four fifths of the open files that the
    /// system grants, so that connections do not take the last
    #[arg(long, env = "CLAIMD_MAX_CONNECTIONS", value_name = "COUNT", default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    /// Most calls that one connection has open at once. Enough for any client; a peer that wants more opens another
    #[arg(long, env = "CLAIMD_MAX_STREAMS", value_name = "COUNT", default_value_t = 256,
        value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub max_streams: u32,
    /// Most bytes of a call's headers, as clients are told when they connect; a call with more is refused with HTTP status
    /// 431, before gRPC sees it. Most clients call that UNKNOWN
    #[arg(long, env = "CLAIMD_MAX_HEADER_BYTES", value_name = "BYTES", default_value_t = 16 << 10,
        value_parser = clap::value_parser!(u32).range(1024..=1 << 20))]
    pub max_header_bytes: u32,
    /// Most streams of a connection that may fail by the peer's faults, or be given up by it beyond those it lets
    /// finish, before the connection is closed. Left to the peer, each costs work and none ends anything
    #[arg(long, env = "CLAIMD_MAX_RESETS", value_name = "COUNT", default_value_t = 1024,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub max_resets: u32,
    /// Longest time from accepting a connection to its TLS handshake and first 24 bytes of HTTP/2, in seconds
    #[arg(long, env = "CLAIMD_HANDSHAKE_SECONDS", value_name = "SECONDS", default_value = "10", value_parser = positive_seconds)]
    pub handshake_seconds: Duration,
    /// How often a connection is asked whether its peer is still there, in seconds. Below the idle time of most
    /// balancers and address translators
    #[arg(long, env = "CLAIMD_KEEPALIVE_SECONDS", value_name = "SECONDS", default_value = "60", value_parser = positive_seconds)]
    pub keepalive_seconds: Duration,
    /// How long the peer has to say that it is there, in seconds
    #[arg(long, env = "CLAIMD_KEEPALIVE_TIMEOUT_SECONDS", value_name = "SECONDS", default_value = "20", value_parser = positive_seconds)]
    pub keepalive_timeout_seconds: Duration,
    /// Age at which a connection is asked to end, give or take a tenth, in seconds: clients come back to a balancer,
    /// which may send them elsewhere
    #[arg(long, env = "CLAIMD_CONNECTION_AGE_SECONDS", value_name = "SECONDS", default_value = "1800", value_parser = positive_seconds)]
    pub connection_age_seconds: Duration,
    /// How long the open calls of a connection that was asked to end may go on before it is cut, in seconds
    #[arg(long, env = "CLAIMD_CONNECTION_GRACE_SECONDS", value_name = "SECONDS", default_value = "30", value_parser = positive_seconds)]
    pub connection_grace_seconds: Duration,
    /// How long a connection without calls stays open, in seconds
    #[arg(long, env = "CLAIMD_CONNECTION_IDLE_SECONDS", value_name = "SECONDS", default_value = "300", value_parser = positive_seconds)]
    pub connection_idle_seconds: Duration,
    /// How long a peer may leave a piece of an answer (at most 32 KiB) untaken before it is cut off, in seconds
    #[arg(long, env = "CLAIMD_WRITE_SECONDS", value_name = "SECONDS", default_value = "20", value_parser = positive_seconds)]
    pub write_seconds: Duration,
}
