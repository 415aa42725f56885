//! The admin port: probes, metrics, version, configuration and log levels over plain HTTP.
//!
//! It is separate from the gRPC port, so that it answers while that one is not open yet, is full, or has invalid
//! certificates. It opens before the load, so that orchestrators do not restart the process during a long one.

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
use super::{ServerError, ServerHandle};
use crate::rpc::Phase;
use crate::telemetry::Log;

/// Most bytes of a request body: levels of the log.
const MAX_REQUEST_BYTES: usize = 4 << 10;

/// An open admin port.
pub struct Admin {
    listener: tokio::net::TcpListener,
    address: SocketAddr,
}

/// State that the admin port shows and changes.
pub struct AdminState {
    /// The server to observe.
    pub server: ServerHandle,
    /// The effective configuration, without secrets.
    pub configuration: String,
    /// The log, whose levels can be changed.
    pub log: Log,
}

impl Admin {
    /// Opens the port. Needs a runtime.
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

    /// Serves for as long as it is polled.
    pub async fn run(self, state: AdminState) -> Infallible {
        let AdminState { server, configuration, log } = state;
        let registry = metrics::registry(&server, &log);
        let shown = Arc::new(Shown { server, registry, configuration, log });
        connections::run(self.listener, routes(shown)).await
    }
}

struct Shown {
    server: ServerHandle,
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
    match *shown.server.phases.borrow() {
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
    let revision = shown.server.live().map(|live| live.corpus().revision.clone());
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
        return (StatusCode::BAD_REQUEST, "give a level, or levels by module: claimd=debug,info\n".to_owned());
    }
    match shown.log.set_levels(levels) {
        Ok(()) => {
            tracing::warn!(%peer, levels, "log levels changed");
            (StatusCode::OK, format!("{}\n", shown.log.levels()))
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{levels:?}: {error}\n")),
    }
}

/// Every peer may read; local ones may change.
fn may_change(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_peers_may_change_something() {
        for yes in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"] {
            assert!(may_change(yes.parse().unwrap()), "{yes}");
        }
        for no in ["10.0.0.1", "192.168.0.1", "::", "0.0.0.0", "fe80::1", "::ffff:10.0.0.1"] {
            assert!(!may_change(no.parse().unwrap()), "{no}");
        }
    }
}
