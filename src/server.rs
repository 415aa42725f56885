//! Sockets and connections: the only module that knows the transport.
//!
//! tonic's own server has no limit of connections, no timeout for silent peers, uses a whole core when files are short, and
//! does not stop in bounded time. Here its services are served by a loop of our own: `accept.rs` accepts connections,
//! `connection.rs` is the life of one.

mod accept;
mod admin;
mod body;
mod connection;
mod handle;
mod io;
mod listener;
mod metrics;
mod secrets;
mod streams;
mod tls;

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use self::connection::Context;
use self::listener::{BoundSocket, Listener};
use self::secrets::Secrets;
use self::tls::{Tls, TlsFiles};
use crate::config::{ConfigConflict, ListenAddress, RequestLimits, ServerConfig};
use crate::layer::{Access, Calls, Counts, Shared};
use crate::live::Live;
use crate::rpc::{Handlers, Interceptor, Phase, PhaseWatch};

pub use crate::layer::{Credentials, CredentialsError, TokenHash};
pub use admin::{Admin, AdminState};
pub use handle::{Count, Counters, ServerHandle};
pub use tls::TlsError;

/// Longest wait for the ends of connections that were cut: their tasks have only to be dropped.
const CUT: Duration = Duration::from_millis(500);

/// Why a server ended without being told to, or did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// It would listen on a remote address without TLS, and without `--insecure`.
    #[error(
        "{0} can be reached by other machines, and TLS is not configured: give --tls-cert and --tls-key, or --insecure if \
         the network is trusted"
    )]
    Insecure(ListenAddress),
    /// The certificates cannot be used.
    #[error("TLS: {0}")]
    Tls(#[from] TlsError),
    /// The file of credentials cannot be used.
    #[error("--auth-tokens: {0}")]
    Credentials(#[from] CredentialsError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: ListenAddress,
        /// The reason.
        source: std::io::Error,
    },
    /// The admin port cannot be opened.
    #[error("cannot open the admin port on {address}: {source}; choose another by --admin-listen, or off")]
    Admin {
        /// The address.
        address: SocketAddr,
        /// The reason.
        source: std::io::Error,
    },
    /// The reflection service does not accept the descriptors.
    #[error("the descriptors are invalid: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// A server whose addresses are bound, and do not listen yet: a port in use is found before a long load.
pub struct Bound {
    sockets: Vec<BoundSocket>,
    config: ServerConfig,
    tls: Option<(Arc<Tls>, TlsFiles)>,
    access: Arc<Access>,
    phase: watch::Sender<Phase>,
    handle: ServerHandle,
}

impl Bound {
    /// Every error of [`Bound::new`] at once, except those of addresses, which may be in use by then.
    pub fn conflicts(config: &ServerConfig) -> Vec<ConfigConflict> {
        let insecure = check_guarded(config).err().map(|error| ConfigConflict::new(&["listen", "insecure"], error));
        let tokens = config.auth.auth_tokens.as_deref().is_none_or(is_readable_again);
        let credentials = tokens.then(|| access(config).err()).flatten();
        let credentials = credentials.map(|error| ConfigConflict::new(&["auth_tokens"], error));
        let files = TlsFiles::of(&config.tls).filter(|files| files.paths().all(is_readable_again));
        insecure.into_iter().chain(credentials).chain(files.iter().flat_map(TlsFiles::conflicts)).collect()
    }

    /// Reads the secrets and binds the addresses.
    pub fn new(config: ServerConfig) -> Result<Self, ServerError> {
        check_guarded(&config)?;
        let access = Arc::new(access(&config)?);
        let tls = match TlsFiles::of(&config.tls) {
            Some(files) => Some((Arc::new(Tls::new(files.read()?)), files)),
            None => None,
        };
        let bind = |address: &ListenAddress| {
            BoundSocket::new(address).map_err(|source| ServerError::Listen { address: address.clone(), source })
        };
        let sockets = config.listen.iter().map(bind).collect::<Result<_, _>>()?;
        let (phase, phases) = watch::channel(Phase::Starting);
        Ok(Self { sockets, config, tls, access, phase, handle: ServerHandle::new(phases) })
    }

    /// A handle to observe the server, valid from now on.
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }

    /// Opens the ports.
    pub fn listen(self, live: Arc<Live>, limits: RequestLimits) -> Result<Server, ServerError> {
        let Self { sockets, config, tls, access, phase, handle } = self;
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        for (socket, configured) in sockets.into_iter().zip(&config.listen) {
            let listen = || {
                let listener = socket.listen()?;
                Ok((listener.address()?, listener))
            };
            let (address, listener) =
                listen().map_err(|source| ServerError::Listen { address: configured.clone(), source })?;
            addresses.push(address);
            listeners.push(listener);
        }
        handle.serve(Arc::clone(&live));
        let shared = Shared {
            live,
            calls: config.calls.clone(),
            limits,
            access: Arc::clone(&access),
            phases: handle.phases.clone(),
            counts: Arc::clone(&handle.counts),
            metrics: Arc::clone(&handle.calls),
        };
        Ok(Server { listeners, addresses, config, tls, access, phase, shared, handle, interceptor: None })
    }
}

/// An error if the server would listen on a remote address without TLS, and without `--insecure`.
fn check_guarded(config: &ServerConfig) -> Result<(), ServerError> {
    let is_guarded = config.insecure || TlsFiles::of(&config.tls).is_some();
    match config.listen.iter().find(|address| !address.is_local()) {
        Some(open) if !is_guarded => Err(ServerError::Insecure(open.clone())),
        _ => Ok(()),
    }
}

/// True if a file can be read more than once. A pipe cannot, and is left to [`Bound::new`].
fn is_readable_again(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.is_file()) || !path.exists()
}

/// Reads the credentials.
fn access(config: &ServerConfig) -> Result<Access, CredentialsError> {
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
    handle: ServerHandle,
    interceptor: Option<Interceptor>,
}

impl Server {
    /// Puts an interceptor before every handler, for tests of slow and of panicking handlers.
    #[must_use]
    pub fn intercept(mut self, interceptor: Interceptor) -> Self {
        self.interceptor = Some(interceptor);
        self
    }

    /// The addresses it listens on, in the order of the configuration.
    pub fn addresses(&self) -> &[ListenAddress] {
        &self.addresses
    }

    /// A handle to observe it.
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }

    /// Counts of its connections.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.handle.counters)
    }

    /// Counts of its refused calls.
    pub fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.handle.counts)
    }

    /// The phase of its life.
    pub fn phases(&self) -> PhaseWatch {
        self.handle.phases.clone()
    }

    /// Serves until `stop` is ready, then stops in at most the drain time. True if all open calls ended by themselves.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<bool, ServerError> {
        let Self { listeners, config, tls, access, phase, shared, handle, interceptor, .. } = self;
        let counters = handle.counters;
        let delay = config.drain_delay();
        let mut handlers = Handlers::new(&shared.live, phase.subscribe(), shared.limits)?;
        if let Some(interceptor) = interceptor {
            handlers.intercept(interceptor);
        }
        let mut secrets = Secrets::new(Arc::clone(&counters));
        if let Some((tls, files)) = &tls {
            secrets.watch_tls(Arc::clone(tls), files.clone());
        }
        if let Some(path) = config.auth.auth_tokens {
            secrets.watch_credentials(access, path);
        }
        let _watching = AbortOnDropHandle::new(tokio::spawn(secrets.run(config.auth.secrets_poll_seconds)));

        phase.send_replace(Phase::Serving);
        let context = Context {
            config: config.connections.clone(),
            tls: tls.map(|(tls, _)| tls),
            calls: Calls::new(shared, handlers),
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
        // The listening sockets are closed, and their files removed, once the accepting tasks have ended.
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
    let permits = Arc::new(Semaphore::new(accept::grant_connections(context.config.max_connections)));
    let tasks = TaskTracker::new();
    for listener in listeners {
        tasks.spawn(accept::run(listener, Arc::clone(&permits), Arc::clone(&context), connections.clone()));
    }
    tasks
}

/// Goes on serving, so that load balancers notice that the server is about to stop. Ends early when no connection is
/// open.
async fn drain_delay(delay: Duration, counters: &Counters) {
    /// Interval of checks for open connections.
    const CHECK: Duration = Duration::from_millis(20);
    let end = Instant::now() + delay;
    while Instant::now() < end && counters.open() > 0 {
        sleep(CHECK).await;
    }
}
