//! Reloads: one load at a time, on its own thread, while the old corpus is served.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use std::{fmt, thread};

use tokio::sync::{OwnedMutexGuard, oneshot};

use super::history::differences;
use super::{Live, Served};
use crate::corpus::{Corpus, LoadFailed};
use crate::error::Error;
use crate::model::Severity;

/// Least retry delay while a load is running.
const LEAST_WAIT: Duration = Duration::from_secs(1);

/// Loads the data again, from the first byte.
pub type Loader = Box<dyn Fn() -> Result<Corpus, LoadFailed> + Send + Sync>;

/// The cause of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A call of ReloadCorpus.
    Call,
    /// SIGHUP.
    Signal,
    /// A changed file.
    Files,
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Call => "ReloadCorpus",
            Self::Signal => "SIGHUP",
            Self::Files => "--watch",
        })
    }
}

impl Live {
    /// Loads the data again now, and returns the corpus that is then served. Fails if a load is running. A load runs to its
    /// end even if the caller stops waiting.
    pub async fn try_reload(self: &Arc<Self>, trigger: Trigger) -> Result<Arc<Served>, Error> {
        let turn = Arc::clone(&self.turn).try_lock_owned();
        let turn = turn.map_err(|_| Error::ReloadRunning { retry: self.load_left() })?;
        self.begin(trigger, turn).await
    }

    /// Loads the data again, after the running load if there is one: it may have read the data before they changed.
    pub async fn reload(self: &Arc<Self>, trigger: Trigger) -> Result<Arc<Served>, Error> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        self.begin(trigger, turn).await
    }

    /// Expected rest of the running load, if it takes as long as the load of the served corpus.
    fn load_left(&self) -> Duration {
        let gone = self.status().running_since.and_then(|start| start.elapsed().ok()).unwrap_or_default();
        self.corpus().load_duration.saturating_sub(gone).max(LEAST_WAIT)
    }

    async fn begin(self: &Arc<Self>, trigger: Trigger, turn: OwnedMutexGuard<()>) -> Result<Arc<Served>, Error> {
        if self.loader.is_none() {
            tracing::warn!(%trigger, error = %Error::ReloadImpossible, "reload refused, the corpus is served on");
            return Err(Error::ReloadImpossible);
        }
        let (done, outcome) = oneshot::channel();
        let live = Arc::clone(self);
        // A thread and not a task, since shutdown must not wait for it.
        let thread = thread::Builder::new().name("reload".to_owned()).spawn(move || {
            let result = live.load(trigger);
            // Released before the answer, so that its receiver can load again at once.
            drop(turn);
            done.send(result).ok();
        });
        if let Err(error) = thread {
            tracing::error!(%error, "no thread for a load");
            return Err(Error::ReloadPanicked);
        }
        outcome.await.unwrap_or(Err(Error::ReloadPanicked))
    }

    /// Loads, checks and swaps on this thread.
    fn load(&self, trigger: Trigger) -> Result<Arc<Served>, Error> {
        tracing::info!(%trigger, "reloading");
        self.status_mut().begin();
        let old = self.corpus();
        let loaded = self.load_good(&old).map(|corpus| (old.revision != corpus.revision, self.swap(&old, corpus)));
        match loaded {
            Ok((changed, corpus)) => {
                self.status_mut().succeed(changed);
                let (revision, seconds) = (&*corpus.revision, corpus.load_duration.as_secs_f64());
                tracing::info!(%trigger, revision, changed, seconds, "reloaded");
                Ok(corpus)
            }
            Err(error) => {
                self.status_mut().fail(&error);
                tracing::error!(%trigger, %error, revision = old.revision, "reload failed, the old corpus is served on");
                Err(error)
            }
        }
    }

    /// Loads a corpus that may replace the old one.
    fn load_good(&self, old: &Corpus) -> Result<Corpus, Error> {
        let load = self.loader.as_ref().ok_or(Error::ReloadImpossible)?;
        let outcome = catch_unwind(AssertUnwindSafe(load)).map_err(|_| Error::ReloadPanicked)?;
        let corpus = outcome.map_err(|failed| Error::from(&failed))?;
        match find_shrinkage(old, &corpus, self.config.reload.min_keep_ratio) {
            Some(error) => Err(error),
            None => Ok(corpus),
        }
    }

    /// Replaces the served corpus and wakes the change feeds.
    fn swap(&self, old: &Served, corpus: Corpus) -> Arc<Served> {
        let new = Arc::new(Served::from(corpus));
        if old.revision == new.revision {
            self.replace(&new);
            return new;
        }
        let differences = differences(old, &new, self.config.feed.watch_history_bytes);
        let mut history = self.history.write().unwrap_or_else(PoisonError::into_inner);
        // Before the feeds are woken, so that their clients read the new corpus.
        self.replace(&new);
        history.push(&new.revision, differences);
        let number = history.now();
        drop(history);
        self.swaps.send_replace(number);
        new
    }

    fn status_mut(&self) -> MutexGuard<'_, ReloadStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<&LoadFailed> for Error {
    /// The reason with the first error of the report, which is most often the one to fix.
    fn from(LoadFailed { reason, report }: &LoadFailed) -> Self {
        let first = report.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
        let reason = match first {
            Some(first) if !first.file.is_empty() => {
                format!("{reason}; first error: {}:{}: {}", first.file, first.line, first.message)
            }
            _ => reason.clone(),
        };
        Self::ReloadFailed { message: reason, errors: report.errors, warnings: report.warnings }
    }
}

// === ReloadStatus ===

/// The outcome of loads since the start.
#[derive(Clone, Debug, PartialEq)]
pub struct ReloadStatus {
    /// Start of the running load.
    pub running_since: Option<SystemTime>,
    /// Why the last load failed; none if it did not.
    pub last_error: Option<Error>,
    /// End of the last load that was served, including the one at the start.
    pub last_success: SystemTime,
    /// End of the last load that failed.
    pub last_failure: Option<SystemTime>,
    /// Number of loads by outcome, without the one at the start.
    pub counts: ReloadCounts,
}

/// Number of loads by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReloadCounts {
    /// Another revision, now served.
    pub changed: u64,
    /// The same revision.
    pub unchanged: u64,
    /// Failed to load.
    pub failed: u64,
    /// Rejected for lost records.
    pub shrunk: u64,
}

impl ReloadCounts {
    /// Loads that were served.
    pub fn successes(&self) -> u64 {
        self.changed + self.unchanged
    }

    /// Loads that failed or were rejected.
    pub fn failures(&self) -> u64 {
        self.failed + self.shrunk
    }
}

impl ReloadStatus {
    pub(super) fn new(loaded: SystemTime) -> Self {
        Self {
            running_since: None,
            last_error: None,
            last_success: loaded,
            last_failure: None,
            counts: ReloadCounts::default(),
        }
    }

    pub(super) fn begin(&mut self) {
        self.running_since = Some(SystemTime::now());
    }

    pub(super) fn succeed(&mut self, changed: bool) {
        self.running_since = None;
        self.last_error = None;
        self.last_success = SystemTime::now();
        let count = if changed { &mut self.counts.changed } else { &mut self.counts.unchanged };
        *count += 1;
    }

    pub(super) fn fail(&mut self, error: &Error) {
        self.running_since = None;
        self.last_error = Some(error.clone());
        self.last_failure = Some(SystemTime::now());
        let count =
            if matches!(error, Error::ReloadShrunk { .. }) { &mut self.counts.shrunk } else { &mut self.counts.failed };
        *count += 1;
    }

    /// The outcome of the last load that ended: `ok`, `failed` or `shrunk`.
    pub fn last_load(&self) -> &'static str {
        match self.last_error {
            None => "ok",
            Some(Error::ReloadShrunk { .. }) => "shrunk",
            Some(_) => "failed",
        }
    }
}

// === Lost records ===

/// Resources with fewer records are not checked by themselves: half of a handful is soon lost for good reasons. They still
/// count among all records.
const FEW: u32 = 10;

/// The error of a load that has less than `min_keep_ratio` of the served records, of all or of a resource.
#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
pub(super) fn find_shrinkage(served: &Corpus, loaded: &Corpus, min_keep_ratio: f64) -> Option<Error> {
    let (before, after) = (counts(served), counts(loaded));
    let all = |counts: [(&'static str, u32); 3]| counts.iter().map(|(_, count)| u64::from(*count)).sum();
    let resources = before.into_iter().zip(after).filter(|((_, served), _)| *served >= FEW);
    let each = resources.map(|((records, served), (_, loaded))| (records, loaded.into(), served.into()));
    let mut counts = std::iter::once(("records", all(after), all(before))).chain(each);
    let (records, loaded, served) =
        counts.find(|(_, loaded, served)| (*loaded as f64) < *served as f64 * min_keep_ratio)?;
    Some(Error::ReloadShrunk { records, loaded, served, min_keep_ratio })
}

fn counts(corpus: &Corpus) -> [(&'static str, u32); 3] {
    [
        ("articles", corpus.articles.table.len()),
        ("actors", corpus.actors.table.len()),
        ("claims", corpus.claims.table.len()),
    ]
}
