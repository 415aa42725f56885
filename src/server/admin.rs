//! The admin port: probes, metrics and the like, over plain HTTP.
//!
//! It stands apart from the gRPC port so that it answers while that one is not open yet, is full, or has certificates
//! that do not work. It opens before the load: a long load is no reason to be started again.

mod connections;

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;

use super::metrics::{self, COMMIT, VERSION};
use super::{ServerError, Vitals};
use crate::rpc::Phase;
use crate::telemetry::Log;

/// Most bytes of a request: levels of the log, which are some words.
const MAX_REQUEST_BYTES: usize = 4 << 10;

/// An admin port that is open.
pub struct Admin {
    listener: tokio::net::TcpListener,
    address: SocketAddr,
}

/// What the admin port shows and changes.
pub struct Desk {
    /// The server.
    pub vitals: Vitals,
    /// The configuration that counts, as it may be shown.
    pub configuration: String,
    /// What is logged.
    pub log: Log,
}

impl Admin {
    /// Opens the port. Within a runtime.
    pub fn open(address: SocketAddr) -> Result<Self, ServerError> {
        let open = || {
            let listener = TcpListener::bind(address)?;
            listener.set_nonblocking(true)?;
            Ok(Self { address: listener.local_addr()?, listener: tokio::net::TcpListener::from_std(listener)? })
        };
        open().map_err(|source: io::Error| ServerError::Admin { address, source })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers for as long as it is polled.
    pub async fn run(self, desk: Desk) -> Infallible {
        let Desk { vitals, configuration, log } = desk;
        let registry = metrics::registry(&vitals, &log);
        let shown = Arc::new(Shown { vitals, registry, configuration, log });
        connections::run(self.listener, routes(shown)).await
    }
}

struct Shown {
    vitals: Vitals,
    registry: Registry,
    configuration: String,
    log: Log,
}

fn routes(shown: Arc<Shown>) -> Router {
    Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(show_metrics))
        .route("/version", get(version))
        .route("/config", get(configuration))
        .route("/log", get(levels).put(set_levels))
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .with_state(shown)
}

async fn ready(State(shown): State<Arc<Shown>>) -> (StatusCode, &'static str) {
    match *shown.vitals.phases.borrow() {
        Phase::Starting => (StatusCode::SERVICE_UNAVAILABLE, "loading\n"),
        Phase::Serving => (StatusCode::OK, "ready\n"),
        Phase::Leaving | Phase::Closing | Phase::Over => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
    }
}

async fn show_metrics(State(shown): State<Arc<Shown>>) -> impl IntoResponse {
    let mut text = String::new();
    prometheus_text::encode(&mut text, &shown.registry).expect("a string takes any text");
    ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text)
}

async fn version(State(shown): State<Arc<Shown>>) -> impl IntoResponse {
    let revision = shown.vitals.live().map(|live| live.corpus().revision.clone());
    let version = serde_json::json!({ "name": "claimd", "version": VERSION, "commit": COMMIT, "revision": revision });
    ([(CONTENT_TYPE, "application/json")], format!("{version}\n"))
}

async fn configuration(State(shown): State<Arc<Shown>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/toml")], shown.configuration.clone())
}

async fn levels(State(shown): State<Arc<Shown>>) -> String {
    format!("{}\n", shown.log.levels())
}

async fn set_levels(
    State(shown): State<Arc<Shown>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    levels: String,
) -> (StatusCode, String) {
    if !may_change(peer.ip()) {
        return (StatusCode::FORBIDDEN, "only from this machine\n".to_owned());
    }
    let levels = levels.trim();
    if levels.is_empty() {
        return (StatusCode::BAD_REQUEST, "say a level, or levels by module: claimd=debug,info\n".to_owned());
    }
    match shown.log.set_levels(levels) {
        Ok(()) => {
            tracing::warn!(%peer, levels, "the log was told to log this from now on");
            (StatusCode::OK, format!("{}\n", shown.log.levels()))
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{levels:?}: {error}\n")),
    }
}

/// Anybody who reaches the port may look; only who is on this machine may change something.
fn may_change(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_change_something() {
        for yes in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"] {
            assert!(may_change(yes.parse().unwrap()), "{yes}");
        }
        for no in ["10.0.0.1", "192.168.0.1", "::", "0.0.0.0", "fe80::1", "::ffff:10.0.0.1"] {
            assert!(!may_change(no.parse().unwrap()), "{no}");
        }
    }
}
