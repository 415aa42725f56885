//! Leases: revisions that stay in memory for running exports.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::OwnedSemaphorePermit;

use super::{Live, Served};
use crate::error::Error;

/// The leased revisions, and the corpora kept for them beside the served one.
pub(super) struct Leases {
    /// Number of leases by revision.
    leased: HashMap<String, usize>,
    /// Corpora no longer served, oldest first.
    kept: VecDeque<Arc<Served>>,
    most_kept: usize,
}

impl Leases {
    pub(super) fn new(most_kept: usize) -> Self {
        Self { leased: HashMap::new(), kept: VecDeque::new(), most_kept }
    }

    /// Keeps a corpus that is no longer served, if it is leased, and drops the oldest ones beyond the limit: their leases
    /// fail from then on.
    fn retire(&mut self, corpus: Arc<Served>) {
        if self.leased.contains_key(&corpus.revision) {
            self.kept.push_back(corpus);
        }
        while self.kept.len() > self.most_kept {
            self.kept.pop_front();
        }
    }

    fn kept(&self, revision: &str) -> Option<Arc<Served>> {
        self.kept.iter().find(|corpus| corpus.revision == revision).cloned()
    }

    fn end(&mut self, revision: &str) {
        let Some(leased) = self.leased.get_mut(revision) else { return };
        *leased -= 1;
        if *leased == 0 {
            self.leased.remove(revision);
            self.kept.retain(|corpus| corpus.revision != revision);
        }
    }
}

/// A lease of a revision. The corpus is looked up anew for each batch, so that a client that stopped reading keeps no
/// corpus in memory beyond the limit.
pub struct Lease {
    live: Arc<Live>,
    revision: String,
    _permit: OwnedSemaphorePermit,
}

impl Live {
    /// Leases a revision: the served one if none is given.
    pub fn lease(self: &Arc<Self>, revision: Option<&str>) -> Result<Lease, Error> {
        let limit = self.config.export.max_exports;
        let permit = Arc::clone(&self.exports)
            .try_acquire_owned()
            .map_err(|_| Error::TooManyStreams { method: "ExportRecords", limit })?;
        let mut leases = self.leases();
        let corpus = find(&leases, &self.served, revision)?;
        *leases.leased.entry(corpus.revision.clone()).or_default() += 1;
        drop(leases);
        Ok(Lease { live: Arc::clone(self), revision: corpus.revision.clone(), _permit: permit })
    }

    /// Replaces the served corpus, which is kept if it is leased.
    pub(super) fn replace(&self, corpus: &Arc<Served>) {
        let mut leases = self.leases();
        let old = self.served.swap(Arc::clone(corpus));
        // Leases of the same revision continue with the new corpus.
        leases.kept.retain(|kept| kept.revision != corpus.revision);
        if old.revision != corpus.revision {
            leases.retire(old);
        }
    }

    fn leases(&self) -> MutexGuard<'_, Leases> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// The revision.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The corpus of the revision, for one batch.
    pub fn corpus(&self) -> Result<Arc<Served>, Error> {
        find(&self.live.leases(), &self.live.served, Some(&self.revision))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.live.leases().end(&self.revision);
    }
}

fn find(leases: &Leases, served: &ArcSwap<Served>, revision: Option<&str>) -> Result<Arc<Served>, Error> {
    let current = served.load_full();
    match revision {
        Some(revision) if revision != current.revision => {
            leases.kept(revision).ok_or_else(|| Error::ExportRevisionGone { revision: revision.to_owned() })
        }
        _ => Ok(current),
    }
}
