//! Sockets and connections: the only place that knows tonic's transport.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::config::{RequestLimits, ServerConfig};
use crate::live::Live;
use crate::{layer, proto, rpc};

/// Connections that wait to be accepted. The kernel's own cap is lower on most machines.
const BACKLOG: u32 = 4096;
/// Streams that a peer may have reset by its own faults before it is cut off. Left unset, tonic takes away h2's default,
/// and a peer could go on for ever (RUSTSEC-2024-0003).
const MAX_ERROR_RESETS: usize = 1024;
/// Most bytes of a call's headers.
const MAX_HEADER_BYTES: u32 = 16 << 10;

/// Why a server ended other than it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The transport failed.
    #[error("the transport failed: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// The reflection service does not take the descriptors.
    #[error("the descriptors are not in order: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// An address that is taken and not yet listened on, so that a port in use is found out before a long load.
pub struct Bound {
    socket: TcpSocket,
    config: ServerConfig,
}

impl Bound {
    /// Takes the address.
    pub fn new(config: ServerConfig) -> Result<Self, ServerError> {
        let address = config.listen;
        let bind = || {
            let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            // A restart must not wait for the connections of the process before.
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            Ok(socket)
        };
        bind().map(|socket| Self { socket, config }).map_err(|source| ServerError::Listen { address, source })
    }

    /// Opens the port.
    pub fn listen(self, live: Arc<Live>, limits: RequestLimits) -> Result<Server, ServerError> {
        let Self { socket, config } = self;
        let listen = || {
            let listener = socket.listen(BACKLOG)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        let address = config.listen;
        let (listener, address) = listen().map_err(|source| ServerError::Listen { address, source })?;
        Ok(Server { listener, address, config, live, limits })
    }
}

/// A server whose port is open.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    config: ServerConfig,
    live: Arc<Live>,
    limits: RequestLimits,
}

impl Server {
    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is there, then lets open calls go on for the drain time. True if they all ended by themselves.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<bool, ServerError> {
        let Self { listener, config, live, limits, .. } = self;
        let (health, health_service) = tonic_health::server::health_reporter();
        set_serving(&health, ServingStatus::Serving).await;
        let routes = rpc::routes(limits)
            .add_service(health_service)
            .add_service(reflection().build_v1()?)
            .add_service(reflection().build_v1alpha()?);
        let service = layer::stack(live, routes.prepare());

        // tonic leaves Nagle's algorithm on for listeners it did not make; it costs 40 ms a call.
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let (drain, drained) = oneshot::channel::<()>();
        let serving = tonic::transport::Server::builder()
            .max_concurrent_streams(config.max_streams)
            .http2_max_local_error_reset_streams(Some(MAX_ERROR_RESETS))
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .serve_with_incoming_shutdown(service, incoming, async {
                drained.await.ok();
            });
        tokio::pin!(serving, stop);
        tokio::select! {
            ended = &mut serving => return ended.map(|()| true).map_err(Into::into),
            () = &mut stop => {}
        }
        set_serving(&health, ServingStatus::NotServing).await;
        drop(drain);
        match tokio::time::timeout(config.drain(), serving).await {
            Ok(ended) => ended.map(|()| true).map_err(Into::into),
            Err(_) => Ok(false),
        }
    }
}

/// Sets the status of the server as a whole and of every service.
async fn set_serving(health: &HealthReporter, status: ServingStatus) {
    for service in rpc::SERVICES.into_iter().chain([""]) {
        health.set_service_status(service, status).await;
    }
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
}
