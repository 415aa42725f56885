//! What streams may cost.

use claimd::live::FeedEvent;
use claimd::proto::v1::{ExportRecordsRequest, WatchCorpusRequest};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::feed::{changes, corpus, next, server, watch};
use super::waiting::until;
use crate::support::{TestServer, info, reason};

#[tokio::test]
async fn a_subscriber_that_does_not_read_is_told_to_read_everything_again() {
    let server = server(corpus("a", 1), |config| config.feed.watch_history_reloads = 2).await;
    let (mut slow, mut slower) = (server.live.feed("").unwrap(), server.live.feed("").unwrap());
    slow.next().await;
    slower.next().await;
    server.swap(corpus("ab", 1)).await;
    server.swap(corpus("abc", 1)).await;
    let told = slow.next().await;
    assert!(matches!(&told.event, FeedEvent::Changes { changes, more: false } if &*changes[0].name == "claims/b"));
    server.swap(corpus("abcd", 1)).await;
    // One of them is still within what is kept.
    let told = slow.next().await;
    assert!(matches!(&told.event, FeedEvent::Changes { changes, .. } if &*changes[0].name == "claims/c"));
    let told = slower.next().await;
    assert_eq!((told.event, &told.revision), (FeedEvent::Reset, &server.corpus().revision));
}

#[tokio::test]
async fn a_subscriber_in_the_middle_of_a_long_message_is_reset_when_its_swaps_are_forgotten() {
    let server = server(corpus("a", 1), |config| {
        config.feed.watch_history_reloads = 1;
        config.feed.max_change_bytes = 1;
    })
    .await;
    let mut feed = server.live.feed("").unwrap();
    feed.next().await;
    server.swap(corpus("abc", 1)).await;
    assert!(matches!(feed.next().await.event, FeedEvent::Changes { more: true, .. }));
    server.swap(corpus("ab", 1)).await;
    let told = feed.next().await;
    assert_eq!((told.event, &told.revision), (FeedEvent::Reset, &server.corpus().revision));
}

#[tokio::test]
async fn a_swap_that_changed_more_than_is_kept_is_a_reset() {
    let server = server(corpus("a", 1), |config| config.feed.watch_history_bytes = 0).await;
    let known = server.corpus().revision.clone();
    let mut stream = watch(&server, "").await;
    next(&mut stream).await;
    server.swap(corpus("ab", 1)).await;
    let message = next(&mut stream).await;
    assert_eq!((&message.revision, changes(&message)), (&server.corpus().revision, vec!["!".to_owned()]));
    assert_eq!(changes(&next(&mut watch(&server, &known).await).await), ["!"]);
}

async fn open_watch(server: &TestServer) -> Result<impl Sized, Status> {
    server.corpora().watch_corpus(WatchCorpusRequest::default()).await
}

async fn open_export(server: &TestServer) -> Result<impl Sized, Status> {
    server.corpora().export_records(ExportRecordsRequest::default()).await
}

#[tokio::test]
async fn as_many_subscribers_as_the_limit_are_taken_and_not_one_more() {
    let server = server(corpus("a", 1), |config| config.feed.max_watchers = 2).await;
    let one = open_watch(&server).await.unwrap();
    let _other = open_watch(&server).await.unwrap();
    let status = open_watch(&server).await.map(drop).unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "TOO_MANY_STREAMS"));
    assert_eq!((&*info(&status).metadata["method"], &*info(&status).metadata["limit"]), ("WatchCorpus", "2"));
    assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());
    assert_eq!(server.live.open_feeds(), 2);
    drop(one);
    until(|| server.live.open_feeds() == 1).await;
    open_watch(&server).await.map(drop).unwrap();
}

#[tokio::test]
async fn as_many_exports_as_the_limit_are_taken_and_not_one_more() {
    // Far more than the connection's buffers hold, so that an export that is not read stays open.
    let actors: Vec<_> = (0..200)
        .map(|number| {
            let mut actor = crate::support::actor(&number.to_string());
            actor.description = "x".repeat(50_000);
            actor
        })
        .collect();
    let text = crate::support::ndjson(actors.iter().map(|actor| actor as &dyn crate::support::IntoRecord));
    let server = server(crate::support::corpus_of(&text), |config| config.export.max_exports = 1).await;
    let one = open_export(&server).await.unwrap();
    let status = open_export(&server).await.map(drop).unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "TOO_MANY_STREAMS"));
    assert_eq!((&*info(&status).metadata["method"], &*info(&status).metadata["limit"]), ("ExportRecords", "1"));
    drop(one);
    until(|| server.live.open_exports() == 0).await;
    open_export(&server).await.map(drop).unwrap();
}
