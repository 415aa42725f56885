//! Sockets and connections: the only place that knows the transport.
//!
//! tonic's own server has no cap on connections, waits for ever on peers that say nothing, spins when files are short,
//! and cannot end in bounded time. Here its services stand behind a loop of our own: `accept.rs` takes connections,
//! `connection.rs` is the life of one.

mod accept;
mod admin;
mod connection;
mod counters;
mod files;
mod identity;
mod listener;
mod metrics;
mod portion;
mod preface;
mod received;
mod secrets;
mod stream;
mod streams;
mod tls;
mod vitals;
mod write_deadline;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tonic::service::Routes;

use self::connection::Context;
use self::listener::{Listener, Taken};
use self::secrets::Secrets;
use self::tls::{Tls, TlsFiles};
use crate::config::{ConfigConflict, ListenAddress, RequestLimits, ServerConfig};
use crate::layer::{self, Access, Counts, Shared};
use crate::live::Live;
use crate::proto;
use crate::rpc::{self, Phase, PhaseWatch};

pub use crate::layer::{Roster, RosterError, TokenHash};
pub use admin::{Admin, Desk};
pub use counters::{Count, Counters};
pub use tls::TlsError;
pub use vitals::Vitals;

/// Longest time that ends of connections are waited for once they were cut: their tasks have only to be dropped.
const CUT: Duration = Duration::from_millis(500);

/// Why a server ended other than it was asked to, or never began.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Other machines would reach it without encryption, and nobody said that this is meant.
    #[error(
        "{0} is reached by other machines, and there is no TLS: give --tls-cert and --tls-key, or say --insecure if \
         the network is trusted"
    )]
    Insecure(ListenAddress),
    /// The certificates cannot be used.
    #[error("TLS: {0}")]
    Tls(#[from] TlsError),
    /// The list of those who may call cannot be used.
    #[error("--auth-tokens: {0}")]
    Roster(#[from] RosterError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: ListenAddress,
        /// Why.
        source: io::Error,
    },
    /// The admin port cannot be opened.
    #[error("cannot open the admin port on {address}: {source}; choose another by --admin-listen, or off")]
    Admin {
        /// The address.
        address: SocketAddr,
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
    tls: Option<(Arc<Tls>, TlsFiles)>,
    access: Arc<Access>,
    phase: watch::Sender<Phase>,
    vitals: Vitals,
}

impl Bound {
    /// What [`Bound::new`] would refuse, all at once; but for addresses, which others may take meanwhile.
    pub fn conflicts(config: &ServerConfig) -> Vec<ConfigConflict> {
        let open = check_guarded(config).err().map(|error| ConfigConflict::new(&["listen", "insecure"], error));
        let tokens = config.auth.auth_tokens.as_deref().is_none_or(is_readable_again);
        let roster = tokens.then(|| access(config).err()).flatten();
        let roster = roster.map(|error| ConfigConflict::new(&["auth_tokens"], error));
        let files = TlsFiles::of(&config.tls).filter(|files| files.paths().all(is_readable_again));
        open.into_iter().chain(roster).chain(files.iter().flat_map(TlsFiles::conflicts)).collect()
    }

    /// Reads the secrets and takes the addresses.
    pub fn new(config: ServerConfig) -> Result<Self, ServerError> {
        check_guarded(&config)?;
        let access = Arc::new(access(&config)?);
        let tls = match TlsFiles::of(&config.tls) {
            Some(files) => Some((Arc::new(Tls::new(files.read()?)), files)),
            None => None,
        };
        let take = |address: &ListenAddress| {
            Taken::new(address).map_err(|source| ServerError::Listen { address: address.clone(), source })
        };
        let taken = config.listen.iter().map(take).collect::<Result<_, _>>()?;
        let (phase, phases) = watch::channel(Phase::Starting);
        Ok(Self { taken, config, tls, access, phase, vitals: Vitals::new(phases) })
    }

    /// What can be seen of the server, from now on.
    pub fn vitals(&self) -> Vitals {
        self.vitals.clone()
    }

    /// Opens the ports.
    pub fn listen(self, live: Arc<Live>, limits: RequestLimits) -> Result<Server, ServerError> {
        let Self { taken, config, tls, access, phase, vitals } = self;
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
        vitals.serve(Arc::clone(&live));
        let shared = Shared {
            live,
            calls: config.calls.clone(),
            limits,
            access: Arc::clone(&access),
            phases: vitals.phases.clone(),
            counts: Arc::clone(&vitals.counts),
            metrics: Arc::clone(&vitals.calls),
        };
        Ok(Server { listeners, addresses, config, tls, access, phase, shared, vitals, around: None })
    }
}

/// An error if other machines would reach the server without encryption, and nobody said that this is meant.
fn check_guarded(config: &ServerConfig) -> Result<(), ServerError> {
    let is_guarded = config.insecure || TlsFiles::of(&config.tls).is_some();
    match config.listen.iter().find(|address| !address.is_local()) {
        Some(open) if !is_guarded => Err(ServerError::Insecure(open.clone())),
        _ => Ok(()),
    }
}

/// Whether a file has the same content each time it is read: a pipe has not, and only [`Bound::new`] may read it.
fn is_readable_again(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.is_file()) || !path.exists()
}

/// Who may call, as the list says now.
fn access(config: &ServerConfig) -> Result<Access, RosterError> {
    Access::new(&config.auth, config.tls.tls_client_ca.is_some())
}

/// A server whose ports are open.
pub struct Server {
    listeners: Vec<Listener>,
    addresses: Vec<ListenAddress>,
    config: ServerConfig,
    tls: Option<(Arc<Tls>, TlsFiles)>,
    access: Arc<Access>,
    phase: watch::Sender<Phase>,
    shared: Shared,
    vitals: Vitals,
    around: Option<Around>,
}

/// What is put between the layers and the services.
type Around = Box<dyn FnOnce(Routes) -> Routes + Send>;

impl Server {
    /// Puts something between the layers and the services, which the layers take for the services: so tests make
    /// handlers slow, or let them panic, and everything else is as it is.
    #[must_use]
    pub fn around(mut self, around: impl FnOnce(Routes) -> Routes + Send + 'static) -> Self {
        self.around = Some(Box::new(around));
        self
    }

    /// The addresses it listens on, in the order of the configuration.
    pub fn addresses(&self) -> &[ListenAddress] {
        &self.addresses
    }

    /// What can be seen of it.
    pub fn vitals(&self) -> Vitals {
        self.vitals.clone()
    }

    /// What happened to its connections since it began.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.vitals.counters)
    }

    /// What its layers did to calls since it began.
    pub fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.vitals.counts)
    }

    /// Where in its life it is, now and later.
    pub fn phases(&self) -> PhaseWatch {
        self.vitals.phases.clone()
    }

    /// Serves until `stop` is there, then ends in at most the drain time. True if all open calls ended by themselves.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<bool, ServerError> {
        let Self { listeners, config, tls, access, phase, shared, vitals, around, .. } = self;
        let counters = vitals.counters;
        let delay = config.drain_delay();
        let routes = rpc::routes(Arc::clone(&shared.live), shared.limits)
            .add_service(rpc::health(phase.subscribe(), Arc::clone(&shared.live)))
            .add_service(reflection().build_v1()?)
            .add_service(reflection().build_v1alpha()?);
        let routes = match around {
            Some(around) => around(routes),
            None => routes,
        };
        let mut secrets = Secrets::new(Arc::clone(&counters));
        if let Some((tls, files)) = &tls {
            secrets.watch_tls(Arc::clone(tls), files.clone());
        }
        if let Some(path) = config.auth.auth_tokens {
            secrets.watch_roster(access, path);
        }
        let _watching = AbortOnDropHandle::new(tokio::spawn(secrets.run(config.auth.secrets_poll_seconds)));

        phase.send_replace(Phase::Serving);
        let context = Context {
            config: config.connections.clone(),
            tls: tls.map(|(tls, _)| tls),
            stack: layer::stack(shared, routes.prepare()),
            phases: phase.subscribe(),
            counters: Arc::clone(&counters),
        };
        let connections = TaskTracker::new();
        let accepting = accept(listeners, context, &connections);

        stop.await;
        let end = Instant::now() + config.drain_seconds;
        phase.send_replace(Phase::Leaving);
        drain_delay(delay, &counters).await;
        phase.send_replace(Phase::Closing);
        // The sockets are closed, and their files gone, once the accepting tasks have ended.
        accepting.close();
        accepting.wait().await;
        connections.close();
        let drained = timeout_at(end, connections.wait()).await.is_ok();
        phase.send_replace(Phase::Over);
        timeout(CUT, connections.wait()).await.ok();
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

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
        // Each version describes both: a client asks one of them for everything.
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET)
}
