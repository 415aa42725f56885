//! What happened to connections since the start, for whoever watches the server.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// One more.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many there were.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What happened to connections and secrets since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Connections accepted.
    pub accepted: Count,
    /// Connections that have ended, however they did. Accepted less ended are open.
    pub ended: Count,
    /// Times that accepting waited because as many connections were open as may be.
    pub full: Count,
    /// Times that the system gave no connection, for want of files for example.
    pub accept_errors: Count,
    /// Connections whose TLS handshake or first bytes of HTTP/2 were wrong, or late.
    pub handshake_failures: Count,
    /// Connections that were asked to end since they were old.
    pub aged: Count,
    /// Connections that were asked to end since they had no calls.
    pub idle: Count,
    /// Connections that were cut off when their calls outlasted the grace.
    pub outlasted: Count,
    /// Connections that were cut off for giving up too many calls.
    pub reset_floods: Count,
    /// Connections that were cut off since the peer broke the rules of HTTP/2, by floods for example.
    pub breaches: Count,
    /// Connections that were cut off since the peer did not read.
    pub stalled_connections: Count,
    /// Streams that were cut off since the peer did not take the answer.
    pub stalled_streams: Count,
    /// Times that changed certificates were taken up.
    pub tls_reloads: Count,
    /// Times that changed certificates could not be used.
    pub tls_reload_failures: Count,
    /// Times that a changed list of those who may call was taken up.
    pub roster_reloads: Count,
    /// Times that a changed list of those who may call could not be used.
    pub roster_reload_failures: Count,
}

impl Counters {
    /// Connections open now.
    pub fn open(&self) -> u64 {
        // In this order: what ends in between is at worst counted as open.
        let ended = self.ended.get();
        self.accepted.get().saturating_sub(ended)
    }
}
