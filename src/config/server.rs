//! Ports, connections, TLS and access.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::CallConfig;
use super::value::{positive_seconds, seconds};

/// The gRPC port.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Server")]
pub struct ServerConfig {
    /// Addresses of the gRPC port: IP address and port, or unix:/path. Port 0 picks a free port, which is logged
    #[arg(long, env = "CLAIMD_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:50051", value_delimiter = ',')]
    pub listen: Vec<ListenAddress>,
    /// Allow addresses that other machines can reach without TLS. Anyone on the network path can then read and forge
    /// responses
    #[arg(long, env = "CLAIMD_INSECURE")]
    pub insecure: bool,
    /// Time between the stop signal and the start of the drain, in seconds. Health reports NOT_SERVING and calls are still
    /// accepted, because load balancers need this long to notice. Ends early when no connection is open; at most half of
    /// --drain-seconds
    #[arg(long, env = "CLAIMD_DRAIN_DELAY_SECONDS", value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub drain_delay_seconds: Duration,
    /// Longest time from the stop signal to the end of the process, in seconds. Calls that are still open by then are
    /// aborted. Below the 30 s that Kubernetes waits
    #[arg(long, env = "CLAIMD_DRAIN_SECONDS", value_name = "SECONDS", default_value = "20", value_parser = positive_seconds)]
    pub drain_seconds: Duration,
    /// Limits and lifetime of connections.
    #[command(flatten)]
    pub connections: ConnectionConfig,
    /// Deadlines, concurrency and quotas of calls.
    #[command(flatten)]
    pub calls: CallConfig,
    /// TLS.
    #[command(flatten)]
    pub tls: TlsConfig,
    /// Authentication and roles.
    #[command(flatten)]
    pub auth: AuthConfig,
}

impl ServerConfig {
    /// Time between the stop signal and the start of the drain.
    pub fn drain_delay(&self) -> Duration {
        self.drain_delay_seconds.min(self.drain_seconds / 2)
    }
}

/// An address to listen on: an IP address with a port, or `unix:` and the path of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// An IP address and a port; port 0 picks a free port.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl ListenAddress {
    /// Whether only processes on the same machine can connect.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix(_) => true,
        }
    }
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("unix:") {
            Some("") => Err("has no path after unix:".to_owned()),
            Some(path) => Ok(Self::Unix(path.into())),
            None => {
                let advice = "is neither an IP address with a port (127.0.0.1:50051, [::1]:50051) nor unix:/path";
                text.parse().map(Self::Tcp).map_err(|_| advice.to_owned())
            }
        }
    }
}

impl From<SocketAddr> for ListenAddress {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// Limits and lifetime of connections.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connections")]
pub struct ConnectionConfig {
    /// Most open connections; further ones wait to be accepted. Lowered to four fifths of the limit on open files, so that
    /// files can still be opened
    #[arg(long, env = "CLAIMD_MAX_CONNECTIONS", value_name = "COUNT", default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    /// Most concurrent calls (HTTP/2 streams) per connection. A client that needs more opens another connection
    #[arg(long, env = "CLAIMD_MAX_STREAMS", value_name = "COUNT", default_value_t = 256,
        value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub max_streams: u32,
    /// Most bytes of the headers of a call, announced to clients as SETTINGS_MAX_HEADER_LIST_SIZE. A call with more is
    /// refused with HTTP status 431 before it reaches gRPC; most clients report UNKNOWN
    #[arg(long, env = "CLAIMD_MAX_HEADER_BYTES", value_name = "BYTES", default_value_t = 16 << 10,
        value_parser = clap::value_parser!(u32).range(1024..=1 << 20))]
    pub max_header_bytes: u32,
    /// Most stream resets per connection before it is closed: streams that fail by an error of the peer, and streams that
    /// the peer cancels beyond the number that it lets finish. Without a limit a peer can cause work at no cost (HTTP/2
    /// rapid reset)
    #[arg(long, env = "CLAIMD_MAX_RESETS", value_name = "COUNT", default_value_t = 1024,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub max_resets: u32,
    /// Timeout from accepting a connection to the end of its TLS handshake and HTTP/2 preface, in seconds
    #[arg(long, env = "CLAIMD_HANDSHAKE_SECONDS", value_name = "SECONDS", default_value = "10", value_parser = positive_seconds)]
    pub handshake_seconds: Duration,
    /// Interval of HTTP/2 keepalive pings, in seconds. Below the idle timeout of most load balancers and NAT gateways
    #[arg(long, env = "CLAIMD_KEEPALIVE_SECONDS", value_name = "SECONDS", default_value = "60", value_parser = positive_seconds)]
    pub keepalive_seconds: Duration,
    /// Time that the peer has to answer a keepalive ping, in seconds
    #[arg(long, env = "CLAIMD_KEEPALIVE_TIMEOUT_SECONDS", value_name = "SECONDS", default_value = "20", value_parser = positive_seconds)]
    pub keepalive_timeout_seconds: Duration,
    /// Age at which a connection is sent GOAWAY, in seconds, plus or minus a tenth. Clients then reconnect, and a load
    /// balancer may choose another server
    #[arg(long, env = "CLAIMD_CONNECTION_AGE_SECONDS", value_name = "SECONDS", default_value = "1800", value_parser = positive_seconds)]
    pub connection_age_seconds: Duration,
    /// Time that the open calls of a connection have after GOAWAY before it is closed, in seconds
    #[arg(long, env = "CLAIMD_CONNECTION_GRACE_SECONDS", value_name = "SECONDS", default_value = "30", value_parser = positive_seconds)]
    pub connection_grace_seconds: Duration,
    /// Time after which a connection without calls is closed, in seconds
    #[arg(long, env = "CLAIMD_CONNECTION_IDLE_SECONDS", value_name = "SECONDS", default_value = "300", value_parser = positive_seconds)]
    pub connection_idle_seconds: Duration,
    /// Time that a peer may take to receive a chunk of a response (at most 32 KiB) before its connection is closed, in
    /// seconds
    #[arg(long, env = "CLAIMD_WRITE_SECONDS", value_name = "SECONDS", default_value = "20", value_parser = positive_seconds)]
    pub write_seconds: Duration,
}

/// TLS. The files are read again when they change; see [`AuthConfig::secrets_poll_seconds`].
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "TLS")]
pub struct TlsConfig {
    /// PEM file with the certificate chain of the server, without the root. Default: no TLS. Unix sockets never use TLS
    #[arg(long, env = "CLAIMD_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the private key of the server's certificate
    #[arg(long, env = "CLAIMD_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// PEM file with the authorities that client certificates are verified against. Default: no client certificates
    #[arg(long, env = "CLAIMD_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
    /// Whether clients have to present a certificate. `optional` lets clients use a token instead
    #[arg(long, env = "CLAIMD_TLS_CLIENT_AUTH", value_enum, default_value_t = ClientAuth::Required)]
    pub tls_client_auth: ClientAuth,
}

/// Whether clients have to present a certificate, where client certificates are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClientAuth {
    /// A connection without a certificate is refused.
    Required,
    /// A client without a certificate may use a token.
    Optional,
}

/// Authentication and roles.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Access")]
pub struct AuthConfig {
    /// TOML file that lists who may call: hashes of tokens and subjects of client certificates, each with a name and a
    /// role. `claimd token` writes entries. Default: every client may read, and clients on the same machine may reload
    #[arg(long, env = "CLAIMD_AUTH_TOKENS", value_name = "FILE")]
    pub auth_tokens: Option<PathBuf>,
    /// Answer health checks without credentials. Probes of orchestrators have no tokens
    #[arg(long, env = "CLAIMD_AUTH_EXEMPT_HEALTH", value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub auth_exempt_health: bool,
    /// Answer reflection without credentials
    #[arg(long, env = "CLAIMD_AUTH_EXEMPT_REFLECTION", value_name = "BOOL", default_value_t = false, action = clap::ArgAction::Set)]
    pub auth_exempt_reflection: bool,
    /// Interval at which the files of certificates, keys and tokens are checked for changes, in seconds
    #[arg(long, env = "CLAIMD_SECRETS_POLL_SECONDS", value_name = "SECONDS", default_value = "5", value_parser = positive_seconds)]
    pub secrets_poll_seconds: Duration,
}

/// The admin port.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Admin port")]
pub struct AdminConfig {
    /// Address of the admin port: probes, metrics, the effective configuration, the log level. Port 0 picks a free port,
    /// which is logged; off disables the port. It has no authentication: expose it to trusted machines only
    #[arg(long, env = "CLAIMD_ADMIN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:9464")]
    pub admin_listen: AdminAddress,
}

/// Address of the admin port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminAddress {
    /// No admin port.
    Off,
    /// This address.
    At(SocketAddr),
}

impl FromStr for AdminAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" | "none" => Ok(Self::Off),
            _ => {
                text.parse().map(Self::At).map_err(|_| "is neither an IP address with a port (127.0.0.1:9464) nor off")
            }
        }
    }
}

impl fmt::Display for AdminAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::At(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listen_address_is_displayed_as_it_is_written() {
        for text in ["127.0.0.1:50051", "[::1]:0", "unix:/run/claimd.sock", "unix:claimd.sock"] {
            assert_eq!(text.parse::<ListenAddress>().unwrap().to_string(), text);
        }
        for text in ["", "localhost:50051", "50051", "127.0.0.1", "unix:"] {
            assert!(text.parse::<ListenAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn loopback_addresses_and_unix_sockets_are_local() {
        let local = |text: &str| text.parse::<ListenAddress>().unwrap().is_local();
        assert!(local("127.0.0.1:1") && local("127.8.0.1:1") && local("[::1]:1") && local("unix:/s"));
        assert!(local("[::ffff:127.0.0.1]:1"));
        assert!(!local("0.0.0.0:1") && !local("[::]:1") && !local("192.0.2.1:1"));
    }
}
