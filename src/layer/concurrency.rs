//! Caps concurrent calls and sheds the rest at once, while their clients still have time to call elsewhere.
//!
//! A call holds its permit until the last byte of its response was handed over, or until it is given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::Counts;
use crate::config::CallConfig;
use crate::error::Error;
use crate::rpc::{Group, Method};

/// Retry delay of a call that was shed. Calls take milliseconds: by then most have ended, and no client hammers.
const RETRY: Duration = Duration::from_millis(100);

/// The limits of a server. Each kind of call has its own, so that none takes from another.
pub(super) struct ConcurrencyLimits {
    calls: Arc<Limit>,
    /// Streams from the corpus.
    streams: Arc<Limit>,
    /// Streams of health and reflection.
    probes: Arc<Limit>,
}

struct Limit {
    most: u32,
    open: AtomicU32,
}

/// A place among the concurrent calls, free again when this is dropped.
pub(super) struct Permit(Arc<Limit>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Release);
    }
}

impl Limit {
    fn new(most: u32) -> Arc<Self> {
        Arc::new(Self { most, open: AtomicU32::new(0) })
    }

    fn try_acquire(self: &Arc<Self>) -> Option<Permit> {
        let one_more = |open: u32| (open < self.most).then_some(open + 1);
        self.open.fetch_update(Ordering::Acquire, Ordering::Relaxed, one_more).is_ok().then(|| Permit(Arc::clone(self)))
    }
}

impl ConcurrencyLimits {
    pub(super) fn new(config: &CallConfig) -> Self {
        Self {
            calls: Limit::new(config.max_in_flight),
            streams: Limit::new(config.max_open_streams),
            probes: Limit::new(config.max_open_streams),
        }
    }

    /// The limit of a method. Unary calls of health have none: they cost nothing, and have to be answered when all else
    /// is full.
    fn of(&self, method: Option<&Method>) -> Option<&Arc<Limit>> {
        match method {
            Some(Method { group: Group::Corpus, is_stream: true, .. }) => Some(&self.streams),
            Some(Method { group: Group::Health | Group::Reflection, is_stream: true, .. }) => Some(&self.probes),
            Some(Method { group: Group::Health | Group::Reflection, .. }) => None,
            _ => Some(&self.calls),
        }
    }

    /// Takes a permit for a call of this method; nothing if it needs none. An error if as many calls of its kind are open
    /// as may be.
    pub(super) fn take_permit(&self, method: Option<&Method>, counts: &Counts) -> Result<Option<Permit>, Error> {
        let Some(limit) = self.of(method) else { return Ok(None) };
        let permit = limit.try_acquire().ok_or_else(|| {
            counts.add_shed();
            Error::Overloaded { limit: limit.most, retry: RETRY }
        })?;
        Ok(Some(permit))
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;

    fn limits() -> ConcurrencyLimits {
        let arguments = ["test", "--max-in-flight", "2", "--max-open-streams", "1"];
        let matches = CallConfig::augment_args(clap::Command::new("test")).get_matches_from(arguments);
        ConcurrencyLimits::new(&CallConfig::from_arg_matches(&matches).unwrap())
    }

    fn acquire(limits: &ConcurrencyLimits, path: &str) -> Option<Permit> {
        limits.of(Method::find(path)).unwrap().try_acquire()
    }

    #[test]
    fn a_permit_is_free_again_when_it_is_dropped() {
        let limits = limits();
        let first = acquire(&limits, "/claimd.v1.ClaimService/GetClaim").unwrap();
        let _second = acquire(&limits, "/no.such.Method").unwrap();
        assert!(acquire(&limits, "/claimd.v1.ClaimService/GetClaim").is_none());
        drop(first);
        assert!(acquire(&limits, "/claimd.v1.ClaimService/GetClaim").is_some());
    }

    #[test]
    fn streams_probes_and_calls_have_permits_of_their_own_and_health_needs_none() {
        let limits = limits();
        let _open = [
            "/claimd.v1.CorpusService/WatchCorpus",
            "/grpc.health.v1.Health/Watch",
            "/claimd.v1.ClaimService/GetClaim",
            "/claimd.v1.ClaimService/ListClaims",
        ]
        .map(|path| acquire(&limits, path).unwrap());
        for full in [
            "/claimd.v1.CorpusService/ExportRecords",
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/claimd.v1.ActorService/GetActor",
        ] {
            assert!(acquire(&limits, full).is_none(), "{full}");
        }
        for path in ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/List"] {
            assert!(limits.of(Method::find(path)).is_none(), "{path}");
        }
    }
}
