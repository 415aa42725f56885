//! WatchCorpus: what a subscriber is told, as messages.

use futures_util::stream::{self, Stream};
use tonic::Status;

use crate::live::{self, Feed, News, Told};
use crate::proto::v1::{ChangeKind, RecordChange, WatchCorpusResponse};

/// The messages of a feed. Each is made when it is asked for, so that a slow subscriber costs one message.
pub(super) fn messages(feed: Feed) -> impl Stream<Item = Result<WatchCorpusResponse, Status>> + Send + 'static {
    stream::unfold(feed, |mut feed| async move { Some((Ok(message(feed.next().await)), feed)) })
}

fn message(Told { revision, news }: Told) -> WatchCorpusResponse {
    let (changes, more) = match news {
        News::Changes { changes, more } => (changes.into_iter().map(change).collect(), more),
        News::Reset => (vec![RecordChange { kind: ChangeKind::Reset.into(), name: String::new() }], false),
    };
    WatchCorpusResponse { revision, changes, more }
}

fn change(live::Change { kind, name }: live::Change) -> RecordChange {
    let kind = match kind {
        live::ChangeKind::Added => ChangeKind::Added,
        live::ChangeKind::Changed => ChangeKind::Changed,
        live::ChangeKind::Removed => ChangeKind::Removed,
    };
    RecordChange { kind: kind.into(), name: name.into() }
}
