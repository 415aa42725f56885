//! The change feed: what each swap changed, for one subscriber.
//!
//! A subscriber holds two numbers and a name, no changes: each message is made from the history when it is asked for. One
//! that comes so late that the history has moved on is told to read everything again.

use std::sync::{Arc, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use super::history::History;
use super::{Change, Live};
use crate::error::Error;

/// What a subscriber is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedMessage {
    /// The revision it knows with this.
    pub revision: String,
    /// What happened.
    pub event: FeedEvent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEvent {
    /// These records changed; none for a heartbeat, or where the subscriber is up to date.
    Changes {
        /// The changes, by name.
        changes: Vec<Change>,
        /// Whether further changes are to come before the revision is another.
        more: bool,
    },
    /// Nobody knows any more what changed.
    Reset,
}

/// Where a subscriber stands.
enum Place {
    /// It knows the revision of a number.
    At(u64),
    /// It is being told what changed between two numbers, up to a name.
    Between { from: u64, to: u64, after: Box<str> },
    /// What it knows is known to nobody.
    Lost,
}

/// The changes as one subscriber is told of them.
pub struct Feed {
    live: Arc<Live>,
    place: Place,
    /// Whether it still waits for its first message, which comes at once.
    first: bool,
    swaps: watch::Receiver<u64>,
    told: Instant,
    _permit: OwnedSemaphorePermit,
}

impl Live {
    /// Begins to tell what changes: first of all what changed since a revision, if one is given.
    pub fn feed(self: &Arc<Self>, since_revision: &str) -> Result<Feed, Error> {
        let limit = self.config.feed.max_watchers;
        let permit = Arc::clone(&self.watchers)
            .try_acquire_owned()
            .map_err(|_| Error::TooManyStreams { method: "WatchCorpus", limit })?;
        let history = self.history.read().unwrap_or_else(PoisonError::into_inner);
        let now = history.now();
        let known = if since_revision.is_empty() { Some(now) } else { history.number(since_revision) };
        let place = match known {
            Some(number) if number == now => Place::At(now),
            Some(from) => Place::Between { from, to: now, after: "".into() },
            None => Place::Lost,
        };
        drop(history);
        Ok(Feed {
            live: Arc::clone(self),
            place,
            first: true,
            swaps: self.swaps.subscribe(),
            told: Instant::now(),
            _permit: permit,
        })
    }
}

impl Feed {
    /// Waits for the next message. There is always one to come.
    pub async fn next(&mut self) -> FeedMessage {
        let told = match self.ready() {
            Some(told) => told,
            None => self.wait().await,
        };
        self.told = Instant::now();
        told
    }

    /// Waits for a swap, or until it is time for a heartbeat.
    async fn wait(&mut self) -> FeedMessage {
        let heartbeat = self.told + self.live.config.feed.watch_heartbeat_seconds;
        // Whoever is elsewhere has something to be told, and does not wait.
        let known = if let Place::At(number) = self.place { number } else { 0 };
        tokio::select! {
            _ = self.swaps.wait_for(|number| *number > known) => {}
            () = sleep_until(heartbeat) => {}
        }
        self.ready().unwrap_or_else(|| self.heartbeat())
    }

    /// The next message, if there is something to tell.
    fn ready(&mut self) -> Option<FeedMessage> {
        let live = Arc::clone(&self.live);
        let history = live.history.read().unwrap_or_else(PoisonError::into_inner);
        let first = std::mem::take(&mut self.first);
        match &self.place {
            Place::Between { from, to, after } => {
                let (between, after) = ((*from, *to), after.clone());
                Some(self.tell(&history, between, &after))
            }
            Place::At(number) if *number < history.now() => {
                let between = (*number, number + 1);
                Some(self.tell(&history, between, ""))
            }
            Place::At(_) if !first => None,
            Place::At(_) => Some(FeedMessage::nothing(&history)),
            Place::Lost => Some(self.reset(&history)),
        }
    }

    /// Tells what changed between two numbers, as far as one message goes.
    fn tell(&mut self, history: &History, (from, to): (u64, u64), after: &str) -> FeedMessage {
        let room = self.live.config.feed.max_change_bytes;
        let Some(part) = history.part((from, to), after, room) else { return self.reset(history) };
        let reached = if part.more { from } else { to };
        let Some(revision) = history.revision(reached).map(str::to_owned) else { return self.reset(history) };
        self.place = match part.changes.last() {
            Some(last) if part.more => Place::Between { from, to, after: last.name.clone() },
            _ => Place::At(to),
        };
        FeedMessage { revision, event: FeedEvent::Changes { changes: part.changes, more: part.more } }
    }

    fn reset(&mut self, history: &History) -> FeedMessage {
        self.place = Place::At(history.now());
        FeedMessage { event: FeedEvent::Reset, ..FeedMessage::nothing(history) }
    }

    fn heartbeat(&self) -> FeedMessage {
        FeedMessage::nothing(&self.live.history.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FeedMessage {
    /// That the revision is served, and nothing else.
    fn nothing(history: &History) -> Self {
        let revision = history.revision(history.now()).unwrap_or_default().to_owned();
        Self { revision, event: FeedEvent::Changes { changes: Vec::new(), more: false } }
    }
}
