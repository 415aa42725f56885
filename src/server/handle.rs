//! What can be observed of a server: its phase, its corpus, and counts of calls and connections.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::layer::{CallMetrics, Counts};
use crate::live::Live;
use crate::rpc::PhaseWatch;

/// Observes a server from outside of its calls, from before it has a corpus. Clones observe the same server.
#[derive(Clone)]
pub struct ServerHandle {
    /// The phase of its life.
    pub phases: PhaseWatch,
    /// Counts of its connections and of reloads of secrets.
    pub counters: Arc<Counters>,
    /// Counts of refused calls.
    pub counts: Arc<Counts>,
    /// Metrics of its calls.
    pub calls: Arc<CallMetrics>,
    live: Arc<OnceLock<Arc<Live>>>,
}

impl ServerHandle {
    pub(super) fn new(phases: PhaseWatch) -> Self {
        Self { phases, counters: Arc::default(), counts: Arc::default(), calls: Arc::default(), live: Arc::default() }
    }

    /// The corpus it serves, once there is one.
    pub fn live(&self) -> Option<&Live> {
        self.live.get().map(|live| &**live)
    }

    pub(super) fn serve(&self, live: Arc<Live>) {
        self.live.set(live).ok();
    }
}

/// A count that only grows.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Adds one.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// The count.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts of connections and of reloads of secrets, since the start of the server.
#[derive(Debug, Default)]
pub struct Counters {
    /// Connections accepted.
    pub accepted: Count,
    /// Connections that have ended in any way. Accepted less ended are open.
    pub ended: Count,
    /// Times that accepting waited because max_connections was reached.
    pub full: Count,
    /// Times that accepting failed, for want of files for example.
    pub accept_errors: Count,
    /// Connections whose TLS handshake or HTTP/2 preface was invalid or late.
    pub handshake_failures: Count,
    /// Connections ended gracefully at their maximum age.
    pub aged: Count,
    /// Connections ended gracefully since they had no calls.
    pub idle: Count,
    /// Connections cut since their calls exceeded the grace period.
    pub outlasted: Count,
    /// Connections cut since the peer reset too many calls.
    pub reset_floods: Count,
    /// Connections cut since the peer broke the HTTP/2 protocol, by floods for example.
    pub breaches: Count,
    /// Connections cut since the peer did not read.
    pub stalled_connections: Count,
    /// Streams cut since the peer did not take the response.
    pub stalled_streams: Count,
    /// Reloads of changed certificates.
    pub tls_reloads: Count,
    /// Reloads of certificates that failed.
    pub tls_reload_failures: Count,
    /// Reloads of changed credentials.
    pub credentials_reloads: Count,
    /// Reloads of credentials that failed.
    pub credentials_reload_failures: Count,
}

impl Counters {
    /// Open connections.
    pub fn open(&self) -> u64 {
        // In this order: a connection that ends in between is at worst counted as open.
        let ended = self.ended.get();
        self.accepted.get().saturating_sub(ended)
    }
}
