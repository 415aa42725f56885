//! Sockets and connections: the only place that knows the transport.
//!
//! tonic's own server has no cap on connections, waits for ever on peers that say nothing, spins when files are short,
//! and cannot end in bounded time. Here its services stand behind a loop of our own: `accept.rs` takes connections,
//! `connection.rs` is the life of one.

mod accept;
mod connection;
mod counters;
mod files;
mod listener;
mod portion;
mod preface;
mod stream;
mod streams;
mod write_deadline;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::task::TaskTracker;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use self::connection::Context;
use self::listener::{Listener, Taken};
use crate::config::{ListenAddress, RequestLimits, ServerConfig};
use crate::live::Live;
use crate::rpc::Phase;
use crate::{layer, proto, rpc};

pub use counters::{Count, Counters};

/// Longest time that ends of connections are waited for once they were cut: their tasks have only to be dropped.
const CUT: Duration = Duration::from_millis(500);

/// Why a server ended other than it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: ListenAddress,
        /// Why.
        source: io::Error,
    },
    /// The reflection service does not take the descriptors.
    #[error("the descriptors are not in order: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Addresses that are taken and not yet listened on, so that a port in use is found out before a long load.
pub struct Bound {
    taken: Vec<Taken>,
    config: ServerConfig,
}

impl Bound {
    /// Takes the addresses.
    pub fn new(config: ServerConfig) -> Result<Self, ServerError> {
        let take = |address: &ListenAddress| {
            Taken::new(address).map_err(|source| ServerError::Listen { address: address.clone(), source })
        };
        let taken = config.listen.iter().map(take).collect::<Result<_, _>>()?;
        Ok(Self { taken, config })
    }

    /// Opens the ports.
    pub fn listen(self, live: Arc<Live>, limits: RequestLimits) -> Result<Server, ServerError> {
        let Self { taken, config } = self;
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        for (taken, asked) in taken.into_iter().zip(&config.listen) {
            let listen = || {
                let listener = taken.listen()?;
                Ok((listener.address()?, listener))
            };
            let (address, listener) =
                listen().map_err(|source| ServerError::Listen { address: asked.clone(), source })?;
            addresses.push(address);
            listeners.push(listener);
        }
        Ok(Server { listeners, addresses, config, live, limits, counters: Arc::default() })
    }
}

/// A server whose ports are open.
pub struct Server {
    listeners: Vec<Listener>,
    addresses: Vec<ListenAddress>,
    config: ServerConfig,
    live: Arc<Live>,
    limits: RequestLimits,
    counters: Arc<Counters>,
}

impl Server {
    /// The addresses it listens on, in the order of the configuration.
    pub fn addresses(&self) -> &[ListenAddress] {
        &self.addresses
    }

    /// What happened to its connections since it began.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Serves until `stop` is there, then lets open calls go on for the drain time. True if they all ended by themselves.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<bool, ServerError> {
        let Self { listeners, config, live, limits, counters, .. } = self;
        let (health, health_service) = tonic_health::server::health_reporter();
        set_serving(&health, ServingStatus::Serving).await;
        let routes = rpc::routes(limits)
            .add_service(health_service)
            .add_service(reflection().build_v1()?)
            .add_service(reflection().build_v1alpha()?);
        let (phase, phases) = watch::channel(Phase::Serving);
        let stack = layer::stack(live, routes.prepare());
        let context = Context { config: config.connections.clone(), stack, phases, counters: Arc::clone(&counters) };
        let connections = TaskTracker::new();
        let accepting = accept(listeners, context, &connections);

        stop.await;
        let end = Instant::now() + config.drain_seconds;
        phase.send_replace(Phase::Leaving);
        set_serving(&health, ServingStatus::NotServing).await;
        drain_delay(config.drain_delay(), &counters).await;
        phase.send_replace(Phase::Closing);
        // The sockets are closed, and their files gone, once the accepting tasks have ended.
        accepting.close();
        accepting.wait().await;
        connections.close();
        let drained = timeout_at(end, connections.wait()).await.is_ok();
        phase.send_replace(Phase::Over);
        tokio::time::timeout(CUT, connections.wait()).await.ok();
        Ok(drained)
    }
}

/// Starts a task for each listener.
fn accept(listeners: Vec<Listener>, context: Context, connections: &TaskTracker) -> TaskTracker {
    let context = Arc::new(context);
    let permits = Arc::new(Semaphore::new(files::connections(context.config.max_connections)));
    let tasks = TaskTracker::new();
    for listener in listeners {
        tasks.spawn(accept::run(listener, Arc::clone(&permits), Arc::clone(&context), connections.clone()));
    }
    tasks
}

/// Goes on as before, so that balancers notice that the server is about to end. Where nobody is connected, nobody
/// would.
async fn drain_delay(delay: Duration, counters: &Counters) {
    /// How often it is looked whether anybody is still connected.
    const LOOK: Duration = Duration::from_millis(20);
    let end = Instant::now() + delay;
    while Instant::now() < end && counters.open() > 0 {
        sleep(LOOK).await;
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
