//! `claimd healthcheck`: asks a server how it is, for containers that have nothing else to ask with.

use std::io;
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;

use clap::Args;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

use super::FAILED;
use crate::config::{HealthcheckConfig, ListenAddress};
use crate::proto::health::HealthCheckRequest;
use crate::proto::health::health_check_response::ServingStatus;
use crate::proto::health::health_client::HealthClient;

#[derive(Args, Debug)]
pub(super) struct Healthcheck {
    #[command(flatten)]
    config: HealthcheckConfig,
}

/// Why it is not known that the server is well.
#[derive(Debug, thiserror::Error)]
enum NotWell {
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
        match self.config.check() {
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
}

impl HealthcheckConfig {
    fn check(&self) -> Result<(), NotWell> {
        let endpoint = self.endpoint()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(NotWell::Start)?;
        runtime.block_on(async {
            let seconds = self.timeout_seconds.as_secs_f64();
            let late = |_| NotWell::Late { address: self.address.clone(), seconds };
            tokio::time::timeout(self.timeout_seconds, self.ask(endpoint)).await.map_err(late)?
        })
    }

    async fn ask(&self, endpoint: Endpoint) -> Result<(), NotWell> {
        let channel = endpoint.connect().await.map_err(|source| self.unreachable(source))?;
        let request = HealthCheckRequest { service: self.service.clone() };
        let answer = HealthClient::new(channel).check(request).await;
        let answer = answer.map_err(|status| NotWell::Refused(status.code(), status.message().to_owned()))?;
        match answer.into_inner().status() {
            ServingStatus::Serving => Ok(()),
            other => Err(NotWell::NotServing(other.as_str_name())),
        }
    }

    fn endpoint(&self) -> Result<Endpoint, NotWell> {
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

    fn unreachable(&self, source: tonic::transport::Error) -> NotWell {
        NotWell::Unreachable { address: self.address.clone(), source }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, NotWell> {
    std::fs::read(path).map_err(|source| NotWell::File { path: path.to_owned(), source })
}

/// What the transport says is "transport error"; what it means is at the bottom.
fn innermost(error: &tonic::transport::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
