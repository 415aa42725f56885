//! The served corpus, and its replacement by a reload.
//!
//! A call takes the corpus once and keeps it to its end; a swap changes the corpus of later calls. A load runs on its own
//! thread beside the served corpus, one at a time. The changes of past swaps are kept for the change feed, and corpora that
//! are no longer served for the exports that began on them, both up to a bound.

mod feed;
mod history;
mod lease;
mod reload;

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;

use arc_swap::ArcSwap;
use tokio::sync::{Semaphore, watch};

use crate::config::LiveConfig;
use crate::corpus::Corpus;

pub use feed::{Feed, FeedEvent, FeedMessage};
pub use history::{Change, ChangeKind};
pub use lease::Lease;
pub use reload::{Loader, ReloadCounts, ReloadStatus, Trigger};

use history::History;
use lease::Leases;

/// The served corpus with its reloads, change feed and exports.
pub struct Live {
    config: LiveConfig,
    /// Loads the data again. None if they cannot be read again.
    loader: Option<Loader>,
    served: ArcSwap<Served>,
    status: Mutex<ReloadStatus>,
    /// Held by the running load.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// The changes of past swaps, and the served revision.
    history: RwLock<History>,
    /// Number of the last swap, for streams that wait for the next.
    swaps: watch::Sender<u64>,
    watchers: Arc<Semaphore>,
    leases: Mutex<Leases>,
    exports: Arc<Semaphore>,
}

impl Live {
    /// Serves a corpus, which `loader` loads again on a reload.
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

    /// The served corpus.
    pub fn corpus(&self) -> Arc<Served> {
        self.served.load_full()
    }

    /// The configuration.
    pub fn config(&self) -> &LiveConfig {
        &self.config
    }

    /// The outcome of past loads.
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

// === impl Served ===

/// A corpus that calls share. It is dropped on a thread of its own: that frees millions of allocations, and the call with
/// the last reference must not wait for them.
pub struct Served {
    /// Some until the drop.
    corpus: Option<Box<Corpus>>,
}

impl From<Corpus> for Served {
    fn from(corpus: Corpus) -> Self {
        Self { corpus: Some(Box::new(corpus)) }
    }
}

impl Deref for Served {
    type Target = Corpus;

    fn deref(&self) -> &Corpus {
        self.corpus.as_ref().expect("the corpus is there until the drop")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let corpus = self.corpus.take();
        // If no thread can be started, the corpus is dropped here with the closure.
        thread::Builder::new().name("corpus-drop".to_owned()).spawn(move || drop(corpus)).ok();
    }
}
