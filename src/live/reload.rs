//! Loading again: one load at a time, on a thread of its own, the old corpus serving until the new one is complete.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, thread};

use tokio::sync::{OwnedMutexGuard, oneshot};

use super::change::differences;
use super::shrinkage::find_shrinkage;
use super::{Live, ReloadStatus, Served};
use crate::corpus::{Corpus, LoadFailed};
use crate::error::Error;
use crate::model::Severity;

/// Least time after which it is worth to ask whether a load has ended.
const LEAST_WAIT: Duration = Duration::from_secs(1);

/// Loads the data again, from the first byte.
pub type Loader = Box<dyn Fn() -> Result<Corpus, LoadFailed> + Send + Sync>;

/// What asked for a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A call of ReloadCorpus.
    Call,
    /// SIGHUP.
    Signal,
    /// A file that changed.
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
    /// Loads the data again now, and gives what is served then. Refused where a load is running. Once begun, the load
    /// goes on to its end whether or not anybody waits for it.
    pub async fn try_reload(self: &Arc<Self>, trigger: Trigger) -> Result<Arc<Served>, Error> {
        let turn = Arc::clone(&self.turn).try_lock_owned();
        let turn = turn.map_err(|_| Error::ReloadRunning { retry: self.load_left() })?;
        self.begin(trigger, turn).await
    }

    /// Loads the data again, after the load that is running if there is one: it may have read the data before they were
    /// what they are now.
    pub async fn reload(self: &Arc<Self>, trigger: Trigger) -> Result<Arc<Served>, Error> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        self.begin(trigger, turn).await
    }

    /// How long the load that is running will go on if it takes as long as the one whose corpus is served.
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
        // A thread and not a task: the end of the process does not wait for it.
        let thread = thread::Builder::new().name("reload".to_owned()).spawn(move || {
            let result = live.load(trigger);
            // Whoever gets the answer may load again at once.
            drop(turn);
            done.send(result).ok();
        });
        if let Err(error) = thread {
            tracing::error!(%error, "no thread for a load");
            return Err(Error::ReloadPanicked);
        }
        outcome.await.unwrap_or(Err(Error::ReloadPanicked))
    }

    /// Loads, judges and swaps, on this thread.
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

    /// A corpus that may take the place of the old one.
    fn load_good(&self, old: &Corpus) -> Result<Corpus, Error> {
        let load = self.loader.as_ref().ok_or(Error::ReloadImpossible)?;
        let outcome = catch_unwind(AssertUnwindSafe(load)).map_err(|_| Error::ReloadPanicked)?;
        let corpus = outcome.map_err(|failed| Error::from(&failed))?;
        match find_shrinkage(old, &corpus, self.config.reload.min_keep_ratio) {
            Some(error) => Err(error),
            None => Ok(corpus),
        }
    }

    /// Puts a corpus in the place of the old one, and tells whoever waits for changes.
    fn swap(&self, old: &Served, corpus: Corpus) -> Arc<Served> {
        let new = Arc::new(Served::from(corpus));
        if old.revision == new.revision {
            self.replace(&new);
            return new;
        }
        let differences = differences(old, &new, self.config.feed.watch_history_bytes);
        let mut history = self.history.write().unwrap_or_else(PoisonError::into_inner);
        // Before anybody is told, so that whoever was told reads what they were told of.
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
    /// The reason of the load, with the first error, which is most often what has to be put right.
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
