//! The change feed: the changes of each swap, for one subscriber.
//!
//! A feed holds two numbers and a name but no changes: each message is made from the history when it is requested. A
//! subscriber that is too late for the history gets a RESET and must read everything again.

use std::sync::{Arc, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use super::history::History;
use super::{Change, Live};
use crate::error::Error;

/// A message of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedMessage {
    /// The revision that the subscriber has reached with this message.
    pub revision: String,
    /// The event.
    pub event: FeedEvent,
}

/// An event of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEvent {
    /// Changed records; none in a heartbeat, or if the subscriber is up to date.
    Changes {
        /// The changes, by name.
        changes: Vec<Change>,
        /// Whether more changes follow before the next revision is reached.
        more: bool,
    },
    /// The changes are no longer kept.
    Reset,
}

/// The position of a subscriber.
enum Place {
    /// At the revision of a number.
    At(u64),
    /// Between two numbers, up to a name.
    Between { from: u64, to: u64, after: Box<str> },
    /// At a revision that the history does not have.
    Lost,
}

/// The feed of one subscriber.
pub struct Feed {
    live: Arc<Live>,
    place: Place,
    /// Whether no message was sent yet; the first one is sent at once.
    first: bool,
    swaps: watch::Receiver<u64>,
    last_message: Instant,
    _permit: OwnedSemaphorePermit,
}

impl Live {
    /// Opens a feed: first the changes since a revision, if one is given, then those of each swap.
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
            last_message: Instant::now(),
            _permit: permit,
        })
    }
}

impl Feed {
    /// Waits for the next message. A feed has no end.
    pub async fn next(&mut self) -> FeedMessage {
        let message = match self.ready() {
            Some(message) => message,
            None => self.wait().await,
        };
        self.last_message = Instant::now();
        message
    }

    /// Waits for a swap or the next heartbeat.
    async fn wait(&mut self) -> FeedMessage {
        let heartbeat = self.last_message + self.live.config.feed.watch_heartbeat_seconds;
        // In any other position a message is ready.
        let known = if let Place::At(number) = self.place { number } else { 0 };
        tokio::select! {
            _ = self.swaps.wait_for(|number| *number > known) => {}
            () = sleep_until(heartbeat) => {}
        }
        self.ready().unwrap_or_else(|| self.heartbeat())
    }

    /// The next message, if one is ready.
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
            Place::At(_) => Some(FeedMessage::empty(&history)),
            Place::Lost => Some(self.reset(&history)),
        }
    }

    /// The changes between two numbers, as many as fit in one message.
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
        FeedMessage { event: FeedEvent::Reset, ..FeedMessage::empty(history) }
    }

    fn heartbeat(&self) -> FeedMessage {
        FeedMessage::empty(&self.live.history.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FeedMessage {
    /// A message with the served revision and no changes.
    fn empty(history: &History) -> Self {
        let revision = history.revision(history.now()).unwrap_or_default().to_owned();
        Self { revision, event: FeedEvent::Changes { changes: Vec::new(), more: false } }
    }
}
