//! Revisions that stay in memory for whoever reads them through.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::OwnedSemaphorePermit;

use super::{Live, Served};
use crate::error::Error;

/// Who reads which revision, and the corpora that are kept for that beside the served one.
pub(super) struct Leases {
    /// Number of readers by revision.
    readers: HashMap<String, usize>,
    /// Corpora no longer served, oldest first.
    kept: VecDeque<Arc<Served>>,
    most_kept: usize,
}

impl Leases {
    pub(super) fn new(most_kept: usize) -> Self {
        Self { readers: HashMap::new(), kept: VecDeque::new(), most_kept }
    }

    /// Keeps a corpus that is no longer served, if somebody reads it, and lets go of the oldest ones that are too many:
    /// whoever reads those finds them gone.
    fn retire(&mut self, corpus: Arc<Served>) {
        if self.readers.contains_key(&corpus.revision) {
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
        let Some(readers) = self.readers.get_mut(revision) else { return };
        *readers -= 1;
        if *readers == 0 {
            self.readers.remove(revision);
            self.kept.retain(|corpus| corpus.revision != revision);
        }
    }
}

/// A revision that somebody reads through, piece by piece. It is looked up anew for each piece, so that a reader who
/// stopped reading keeps nothing in memory beyond what is allowed.
pub struct Lease {
    live: Arc<Live>,
    revision: String,
    _permit: OwnedSemaphorePermit,
}

impl Live {
    /// Begins to read a revision through, or goes on with it: the served one if none is given.
    pub fn lease(self: &Arc<Self>, revision: Option<&str>) -> Result<Lease, Error> {
        let limit = self.config.export.max_exports;
        let permit = Arc::clone(&self.exports)
            .try_acquire_owned()
            .map_err(|_| Error::TooManyStreams { method: "ExportRecords", limit })?;
        let mut leases = self.leases();
        let corpus = find(&leases, &self.served, revision)?;
        *leases.readers.entry(corpus.revision.clone()).or_default() += 1;
        drop(leases);
        Ok(Lease { live: Arc::clone(self), revision: corpus.revision.clone(), _permit: permit })
    }

    /// Puts a corpus in the place of the served one, which is kept if somebody reads it.
    pub(super) fn replace(&self, corpus: &Arc<Served>) {
        let mut leases = self.leases();
        let old = self.served.swap(Arc::clone(corpus));
        // Readers of the same revision go on with the new one.
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

    /// The corpus of that revision, for one piece of it.
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
