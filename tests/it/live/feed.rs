//! WatchCorpus: what subscribers are told, and when.

use std::time::Duration;

use claimd::config::LiveConfig;
use claimd::corpus::Corpus;
use claimd::proto::v1::{ChangeKind, WatchCorpusRequest, WatchCorpusResponse};
use tonic::codec::Streaming;

use super::waiting::soon;
use crate::support::{IntoRecord, TestServer, actor, article, claim, corpus_of, defaults, live_config, ndjson};

/// Claims `a`, `b`… that say so, and an article and an actor that say more at each number.
pub(crate) fn corpus(ids: &str, number: u32) -> Corpus {
    let (mut article, mut actor) = (article("x"), actor("x"));
    article.section = number.to_string();
    actor.description = number.to_string();
    let claims: Vec<_> = ids.chars().map(|id| claim(&id.to_string())).collect();
    let records = claims.iter().map(|claim| claim as &dyn IntoRecord);
    corpus_of(&ndjson(records.chain([&article as &dyn IntoRecord, &actor])))
}

pub(crate) async fn server(corpus: Corpus, config: impl FnOnce(&mut LiveConfig)) -> TestServer {
    let mut told = live_config();
    config(&mut told);
    TestServer::with(corpus, defaults(), told).await
}

pub(crate) async fn watch(server: &TestServer, since_revision: &str) -> Streaming<WatchCorpusResponse> {
    let request = WatchCorpusRequest { since_revision: since_revision.to_owned() };
    soon(server.corpora().watch_corpus(request)).await.unwrap().into_inner()
}

pub(crate) async fn next(stream: &mut Streaming<WatchCorpusResponse>) -> WatchCorpusResponse {
    soon(stream.message()).await.unwrap().expect("the stream goes on")
}

/// What a message says changed: `+`, `~` or `-` and the name; `!` for a reset.
pub(crate) fn changes(message: &WatchCorpusResponse) -> Vec<String> {
    let shown = |change: &claimd::proto::v1::RecordChange| {
        let mark = match change.kind() {
            ChangeKind::Added => '+',
            ChangeKind::Changed => '~',
            ChangeKind::Removed => '-',
            ChangeKind::Reset => '!',
            ChangeKind::Unspecified => panic!("a change of no kind"),
        };
        format!("{mark}{}", change.name)
    };
    message.changes.iter().map(shown).collect()
}

#[tokio::test]
async fn the_first_message_is_the_current_revision_and_each_swap_has_its_own() {
    let server = server(corpus("ab", 1), |_| {}).await;
    let mut stream = watch(&server, "").await;
    let first = next(&mut stream).await;
    assert_eq!((&first.revision, first.changes.len(), first.more), (&server.corpus().revision, 0, false));

    server.swap(corpus("bc", 1)).await;
    let second = next(&mut stream).await;
    assert_eq!((&second.revision, second.more), (&server.corpus().revision, false));
    assert_eq!(changes(&second), ["-claims/a", "+claims/c"]);

    server.swap(corpus("bc", 2)).await;
    let third = next(&mut stream).await;
    assert_eq!(third.revision, server.corpus().revision);
    assert_eq!(changes(&third), ["~actors/x", "~articles/x"]);
}

#[tokio::test]
async fn a_caller_that_is_up_to_date_is_told_nothing_changed() {
    let server = server(corpus("ab", 1), |_| {}).await;
    let first = next(&mut watch(&server, &server.corpus().revision).await).await;
    assert_eq!((&first.revision, first.changes.len()), (&server.corpus().revision, 0));
}

#[tokio::test]
async fn a_caller_that_comes_back_is_told_what_differs_from_what_it_knows() {
    let server = server(corpus("ab", 1), |_| {}).await;
    let known = server.corpus().revision.clone();
    for (ids, number) in [("abc", 1), ("bcd", 2), ("bd", 1)] {
        server.swap(corpus(ids, number)).await;
    }
    let mut stream = watch(&server, &known).await;
    let first = next(&mut stream).await;
    assert_eq!(first.revision, server.corpus().revision);
    // Neither c, which came and went, nor the actor and the article, which are again what they were.
    assert_eq!(changes(&first), ["-claims/a", "+claims/d"]);
    server.swap(corpus("d", 1)).await;
    assert_eq!(changes(&next(&mut stream).await), ["-claims/b"], "and goes on from there");

    server.swap(corpus("ab", 1)).await;
    let back = next(&mut watch(&server, &known).await).await;
    assert_eq!((&back.revision, back.changes.len()), (&known, 0), "the revision it knows is served again");
}

#[tokio::test]
async fn a_reload_that_changes_nothing_is_not_told() {
    let server = server(corpus("a", 1), |_| {}).await;
    let mut stream = watch(&server, "").await;
    next(&mut stream).await;
    server.swap(corpus("a", 1)).await;
    server.swap(corpus("ab", 1)).await;
    assert_eq!(changes(&next(&mut stream).await), ["+claims/b"]);
}

#[tokio::test]
async fn a_failed_load_is_not_told() {
    let server = server(corpus("a", 1), |_| {}).await;
    let mut stream = watch(&server, "").await;
    next(&mut stream).await;
    assert!(server.live.reload(claimd::live::Trigger::Call).await.is_err());
    server.swap(corpus("ab", 1)).await;
    assert_eq!(changes(&next(&mut stream).await), ["+claims/b"]);
}

#[tokio::test]
async fn a_revision_that_nobody_knows_is_reset() {
    let server = server(corpus("a", 1), |_| {}).await;
    for unknown in ["0123456789abcdef0123456789abcdef", "nonsense"] {
        let mut stream = watch(&server, unknown).await;
        let first = next(&mut stream).await;
        assert_eq!((&first.revision, changes(&first)), (&server.corpus().revision, vec!["!".to_owned()]));
        server.swap(corpus("ab", 1)).await;
        assert_eq!(changes(&next(&mut stream).await), ["+claims/b"], "and goes on from there");
        server.swap(corpus("a", 1)).await;
    }
}

#[tokio::test]
async fn many_changes_are_told_in_several_messages_with_the_new_revision_in_the_last() {
    // Two names of ten bytes and what is around them fit one message.
    let server = server(corpus("a", 1), |config| config.feed.max_change_bytes = 36).await;
    let old = server.corpus().revision.clone();
    let mut stream = watch(&server, "").await;
    next(&mut stream).await;
    server.swap(corpus("abcdef", 1)).await;
    let new = server.corpus().revision.clone();

    let mut since = watch(&server, &old).await;
    for stream in [&mut stream, &mut since] {
        let parts = [next(stream).await, next(stream).await, next(stream).await];
        let expected: [&[&str]; 3] = [&["+claims/b", "+claims/c"], &["+claims/d", "+claims/e"], &["+claims/f"]];
        assert_eq!(parts.each_ref().map(changes), expected);
        assert_eq!(parts.each_ref().map(|part| part.more), [true, true, false]);
        let revisions = parts.each_ref().map(|part| &*part.revision);
        assert_eq!(revisions, [&*old, &*old, &*new], "what was told in part is told again to whoever comes back");
    }
}

#[tokio::test]
async fn a_heartbeat_comes_when_nothing_else_does() {
    const HEARTBEAT: Duration = Duration::from_millis(100);
    let server = server(corpus("a", 1), |config| config.feed.watch_heartbeat_seconds = HEARTBEAT).await;
    let mut stream = watch(&server, "").await;
    let messages = [next(&mut stream).await, next(&mut stream).await, next(&mut stream).await];
    for message in messages {
        assert_eq!((&message.revision, message.changes.len()), (&server.corpus().revision, 0));
    }
}
