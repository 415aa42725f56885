//! `claimd healthcheck`: asks a running server for its health, for containers without other tools.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

use super::FAILED;
use crate::config::{ListenAddress, positive_seconds};
use crate::proto::health::HealthCheckRequest;
use crate::proto::health::health_check_response::ServingStatus;
use crate::proto::health::health_client::HealthClient;

#[derive(Args, Debug)]
pub(super) struct Healthcheck {
    /// Address of the server: IP address and port, or unix:/path. The first of a list is used, and 0.0.0.0 or [::] stands
    /// for this machine, so that the value of the server's --listen can be used
    #[arg(long, env = "CLAIMD_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:50051", value_parser = reachable)]
    address: ListenAddress,
    /// Service to ask for, such as claimd.v1.ClaimService. Default: the server as a whole
    #[arg(long, value_name = "NAME", default_value = "")]
    service: String,
    /// Timeout for connection and response, in seconds. Keep it below the timeout of the orchestrator that runs the check
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = positive_seconds)]
    timeout_seconds: Duration,
    /// PEM file with the authorities that the server's certificate is verified against. The connection uses TLS if this is
    /// set
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// Name in the server's certificate
    #[arg(long, value_name = "NAME", default_value = "localhost", requires = "tls_ca")]
    tls_name: String,
    /// PEM file with the client certificate
    #[arg(long, value_name = "FILE", requires_all = ["tls_ca", "tls_key"])]
    tls_cert: Option<PathBuf>,
    /// PEM file with the private key of the client certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

/// Why the server is not known to be healthy.
#[derive(Debug, thiserror::Error)]
enum NotHealthy {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("cannot start: {0}")]
    Start(io::Error),
    #[error("cannot reach {address}: {}", innermost(source))]
    Unreachable { address: ListenAddress, source: tonic::transport::Error },
    #[error("{address} did not answer within {seconds} s")]
    Late { address: ListenAddress, seconds: f64 },
    #[error("{0:?}: {1}")]
    Refused(tonic::Code, String),
    #[error("{0}")]
    NotServing(&'static str),
}

impl Healthcheck {
    pub(super) fn run(self) -> ExitCode {
        match self.check() {
            Ok(()) => {
                println!("SERVING");
                ExitCode::SUCCESS
            }
            Err(reason) => {
                eprintln!("error: {reason}");
                FAILED.into()
            }
        }
    }

    fn check(&self) -> Result<(), NotHealthy> {
        let endpoint = self.endpoint()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(NotHealthy::Start)?;
        runtime.block_on(async {
            let seconds = self.timeout_seconds.as_secs_f64();
            let late = |_| NotHealthy::Late { address: self.address.clone(), seconds };
            tokio::time::timeout(self.timeout_seconds, self.ask(endpoint)).await.map_err(late)?
        })
    }

    async fn ask(&self, endpoint: Endpoint) -> Result<(), NotHealthy> {
        let channel = endpoint.connect().await.map_err(|source| self.unreachable(source))?;
        let request = HealthCheckRequest { service: self.service.clone() };
        let answer = HealthClient::new(channel).check(request).await;
        let answer = answer.map_err(|status| NotHealthy::Refused(status.code(), status.message().to_owned()))?;
        match answer.into_inner().status() {
            ServingStatus::Serving => Ok(()),
            other => Err(NotHealthy::NotServing(other.as_str_name())),
        }
    }

    fn endpoint(&self) -> Result<Endpoint, NotHealthy> {
        let scheme = if self.tls_ca.is_some() { "https" } else { "http" };
        let url = match &self.address {
            ListenAddress::Tcp(address) => format!("{scheme}://{address}"),
            ListenAddress::Unix(path) => format!("unix:{}", absolute(path).unwrap_or_else(|_| path.clone()).display()),
        };
        let endpoint = Endpoint::from_shared(url).map_err(|source| self.unreachable(source))?;
        let Some(authorities) = &self.tls_ca else { return Ok(endpoint) };
        let authorities = Certificate::from_pem(read(authorities)?);
        let mut tls = ClientTlsConfig::new().ca_certificate(authorities).domain_name(&self.tls_name);
        if let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) {
            tls = tls.identity(Identity::from_pem(read(certificate)?, read(key)?));
        }
        endpoint.tls_config(tls).map_err(|source| self.unreachable(source))
    }

    fn unreachable(&self, source: tonic::transport::Error) -> NotHealthy {
        NotHealthy::Unreachable { address: self.address.clone(), source }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, NotHealthy> {
    std::fs::read(path).map_err(|source| NotHealthy::File { path: path.to_owned(), source })
}

/// The message of the root cause. The transport's own message is only "transport error".
fn innermost(error: &tonic::transport::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Parses the first address of a list and replaces an unspecified address by the loopback address.
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
    fn a_listen_address_becomes_an_address_to_connect_to() {
        let read = |text: &str| reachable(text).unwrap().to_string();
        assert_eq!(read("0.0.0.0:7"), "127.0.0.1:7");
        assert_eq!(read("[::]:7,unix:/s"), "[::1]:7");
        assert_eq!(read("unix:/s,0.0.0.0:7"), "unix:/s");
        assert_eq!(read("192.0.2.1:7"), "192.0.2.1:7");
        assert!(reachable("").is_err());
    }
}
