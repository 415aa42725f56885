//! What is served now, how another corpus takes its place, and what became of the ones before.
//!
//! Calls take the corpus once and keep it to their end; a swap changes what later calls take. A load runs on a thread of
//! its own beside the served corpus, one at a time. What a swap changed is kept for the change feed, and a corpus that is
//! no longer served is kept for the exports that began on it, both up to a bound.

mod change;
mod feed;
mod history;
mod lease;
mod reload;
mod served;
mod shrinkage;
mod status;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use arc_swap::ArcSwap;
use tokio::sync::{Semaphore, watch};

use crate::config::LiveConfig;
use crate::corpus::Corpus;

pub use change::{Change, ChangeKind};
pub use feed::{Feed, FeedEvent, FeedMessage};
pub use lease::Lease;
pub use reload::{Loader, Trigger};
pub use served::Served;
pub use status::{ReloadCounts, ReloadStatus};

use history::History;
use lease::Leases;

/// The corpus that is served, and everything about its changing.
pub struct Live {
    config: LiveConfig,
    /// Loads the data again. None: they cannot be read again.
    loader: Option<Loader>,
    served: ArcSwap<Served>,
    status: Mutex<ReloadStatus>,
    /// Held by the load that is running.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// What was swapped, and which revision is served.
    history: RwLock<History>,
    /// Number of the last swap, for streams that wait for one.
    swaps: watch::Sender<u64>,
    watchers: Arc<Semaphore>,
    leases: Mutex<Leases>,
    exports: Arc<Semaphore>,
}

impl Live {
    /// Begins with a corpus, which `loader` loads again when it is asked to.
    pub fn new(corpus: Corpus, config: LiveConfig, loader: Option<Loader>) -> Self {
        Self {
            status: Mutex::new(ReloadStatus::new(corpus.load_time)),
            turn: Arc::default(),
            history: RwLock::new(History::new(&corpus.revision, &config.feed)),
            swaps: watch::Sender::new(0),
            watchers: Arc::new(Semaphore::new(config.feed.max_watchers.min(Semaphore::MAX_PERMITS))),
            leases: Mutex::new(Leases::new(config.export.max_export_revisions)),
            exports: Arc::new(Semaphore::new(config.export.max_exports.min(Semaphore::MAX_PERMITS))),
            served: ArcSwap::from_pointee(corpus.into()),
            config,
            loader,
        }
    }

    /// The corpus that is served now.
    pub fn corpus(&self) -> Arc<Served> {
        self.served.load_full()
    }

    /// What it was told at the start.
    pub fn config(&self) -> &LiveConfig {
        &self.config
    }

    /// How loads went.
    pub fn status(&self) -> ReloadStatus {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Open streams of WatchCorpus.
    pub fn open_feeds(&self) -> usize {
        self.config.feed.max_watchers - self.watchers.available_permits()
    }

    /// Open streams of ExportRecords.
    pub fn open_exports(&self) -> usize {
        self.config.export.max_exports - self.exports.available_permits()
    }
}
