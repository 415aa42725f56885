//! What to ask a server for its health by.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::ListenAddress;
use super::seconds::positive_seconds;

/// What to ask a server for its health by.
#[derive(Args, Clone, Debug)]
pub struct HealthcheckConfig {
    /// Address of the server: IP address and port, or unix:/path. Of several the first counts, and an address that
    /// stands for all of a machine means this one, so that what the server is told to listen on will do
    #[arg(long, env = "CLAIMD_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:50051", value_parser = reachable)]
    pub address: ListenAddress,
    /// Service to ask for, as claimd.v1.ClaimService; by default the server as a whole
    #[arg(long, value_name = "NAME", default_value = "")]
    pub service: String,
    /// Longest time for connection and answer, in seconds. Below the timeout of whoever runs the check
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = positive_seconds)]
    pub timeout_seconds: Duration,
    /// Certificates of the authorities that the server's certificate is signed by, in PEM; the connection is encrypted
    /// if this is given
    #[arg(long, value_name = "FILE")]
    pub tls_ca: Option<PathBuf>,
    /// Name that the server's certificate is made out to
    #[arg(long, value_name = "NAME", default_value = "localhost", requires = "tls_ca")]
    pub tls_name: String,
    /// Certificate to show to the server, in PEM
    #[arg(long, value_name = "FILE", requires_all = ["tls_ca", "tls_key"])]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate to show, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// Reads the first address of a list, as one to connect to.
fn reachable(text: &str) -> Result<ListenAddress, String> {
    let first = text.split(',').next().unwrap_or_default();
    Ok(match first.parse()? {
        ListenAddress::Tcp(address) if address.ip().is_unspecified() => {
            let loopback: IpAddr =
                if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
            SocketAddr::from((loopback, address.port())).into()
        }
        address => address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_listens_on_is_what_can_be_asked() {
        let read = |text: &str| reachable(text).unwrap().to_string();
        assert_eq!(read("0.0.0.0:7"), "127.0.0.1:7");
        assert_eq!(read("[::]:7,unix:/s"), "[::1]:7");
        assert_eq!(read("unix:/s,0.0.0.0:7"), "unix:/s");
        assert_eq!(read("192.0.2.1:7"), "192.0.2.1:7");
        assert!(reachable("").is_err());
    }
}
