//! ReloadCorpus, and what is served before, while and after.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use claimd::corpus::{Corpus, LoadFailed};
use claimd::live::Trigger;
use claimd::proto::v1 as pb;
use claimd::proto::v1::{GetClaimRequest, GetCorpusRequest, ReloadCorpusRequest, ReloadState};
use tonic::{Code, Response, Status};

use super::waiting::{soon, until};
use crate::support::{
    IntoRecord, TestServer, claim, corpus_of, defaults, info, load_text, ndjson, party, reason, retry,
};

/// A corpus of one claim of that id.
pub(crate) fn corpus(id: &str) -> Corpus {
    corpus_of(&ndjson([&claim(id) as &dyn IntoRecord]))
}

async fn reload(server: &TestServer) -> Result<Response<pb::Corpus>, Status> {
    let response = server.corpora().reload_corpus(ReloadCorpusRequest {}).await?;
    Ok(response.map(|response| response.corpus.unwrap()))
}

async fn told(server: &TestServer) -> pb::Corpus {
    server.corpora().get_corpus(GetCorpusRequest {}).await.unwrap().into_inner()
}

async fn state(server: &TestServer) -> ReloadState {
    told(server).await.reload.unwrap()
}

/// A load that says when it begins, and goes on when it is told to.
struct Gate {
    begun: Receiver<()>,
    go_on: Sender<()>,
}

impl Gate {
    fn before(server: &TestServer, corpus: Corpus) -> Self {
        let ((tell, begun), (go_on, gate)) = (channel(), channel());
        server.prepare(move || {
            tell.send(()).unwrap();
            gate.recv().unwrap();
            Ok(corpus)
        });
        Self { begun, go_on }
    }

    async fn begun(&self) {
        soon(async {
            while self.begun.try_recv().is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_reload_answers_with_what_is_served_from_then_on() {
    let server = TestServer::start(corpus("old"), defaults()).await;
    let before = told(&server).await;
    let other = corpus("new");
    let revision = other.revision.clone();
    server.prepare(move || Ok(other));
    let answer = reload(&server).await.unwrap();
    assert_eq!(answer.metadata().get("claimd-revision").unwrap(), revision.as_str(), "the header is of the answer");
    let answer = answer.into_inner();
    assert_eq!(answer.revision, revision);
    assert_eq!(answer, told(&server).await);

    let state = answer.reload.unwrap();
    assert_eq!((state.running, state.start_time, &*state.last_error), (false, None, ""));
    assert_eq!((state.success_count, state.failure_count, state.last_failure_time), (1, 0, None));
    assert!(state.last_success_time.unwrap().seconds >= before.load_time.unwrap().seconds);
    let name = "claims/new".to_owned();
    server.claims().get_claim(GetClaimRequest { name }).await.unwrap();
}

#[tokio::test]
async fn a_reload_of_the_same_records_is_served_with_its_own_report() {
    let server = TestServer::start(corpus("same"), defaults()).await;
    let before = told(&server).await;
    let text = format!("{}not a record\n", ndjson([&claim("same") as &dyn IntoRecord]));
    server.prepare(move || load_text(&text));
    let after = reload(&server).await.unwrap().into_inner();
    assert_eq!(before.revision, after.revision);
    assert_eq!((before.report.unwrap().error_count, after.report.unwrap().error_count), (0, 1));
    assert_eq!(server.live.status().counts.unchanged, 1);
}

#[tokio::test]
async fn a_load_that_fails_keeps_the_old_corpus_and_says_why_until_one_succeeds() {
    let server = TestServer::start(corpus("old"), defaults()).await;
    let before = told(&server).await;
    let mut lost = claim("lost");
    lost.speakers = vec![party("nobody")];
    server.prepare(move || load_text(&ndjson([&lost as &dyn IntoRecord])));
    let status = reload(&server).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "RELOAD_FAILED"));
    let metadata = info(&status).metadata;
    // The reference to nobody, and that nothing is left.
    assert_eq!((metadata["errors"].as_str(), metadata["warnings"].as_str()), ("2", "0"));
    assert!(status.message().contains(".ndjson:1: there is no actors/nobody"), "{}", status.message());

    let after = told(&server).await;
    assert_eq!((&after.revision, &after.load_time), (&before.revision, &before.load_time));
    let state = after.reload.unwrap();
    assert_eq!(state.last_error, status.message());
    assert_eq!((state.running, state.success_count, state.failure_count), (false, 0, 1));
    assert!(state.last_failure_time.is_some());

    server.prepare(|| Ok(corpus("new")));
    let state = reload(&server).await.unwrap().into_inner().reload.unwrap();
    assert_eq!((&*state.last_error, state.success_count, state.failure_count), ("", 1, 1));
    assert!(state.last_failure_time.is_some(), "what was is not forgotten");
}

#[tokio::test]
async fn a_load_that_panics_keeps_the_old_corpus_and_the_next_one_is_taken() {
    let server = TestServer::start(corpus("old"), defaults()).await;
    let revision = server.corpus().revision.clone();
    server.prepare(|| panic!("a fault of the loader"));
    let status = reload(&server).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Internal, "INTERNAL"));
    assert!(!status.message().contains("fault of the loader"), "{}", status.message());
    let state = state(&server).await;
    assert_eq!((state.running, state.failure_count), (false, 1));
    assert_eq!(server.corpus().revision, revision);
    server.swap(corpus("new")).await;
    assert_ne!(server.corpus().revision, revision);
}

#[tokio::test]
async fn while_a_load_is_running_the_old_corpus_serves_and_another_reload_is_aborted() {
    let server = TestServer::start(corpus("old"), defaults()).await;
    let gate = Gate::before(&server, corpus("new"));
    let mut client = server.corpora();
    let running = tokio::spawn(async move { client.reload_corpus(ReloadCorpusRequest {}).await });
    gate.begun().await;
    let status = reload(&server).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Aborted, "RELOAD_RUNNING"));
    assert_eq!(retry(&status), Some(Duration::from_secs(1)), "the corpus that is served took less");
    let state = state(&server).await;
    assert!(state.running && state.start_time.is_some());
    assert_eq!(state.failure_count, 0, "a refusal is no failed load");
    let old = GetClaimRequest { name: "claims/old".to_owned() };
    server.claims().get_claim(old.clone()).await.unwrap();

    gate.go_on.send(()).unwrap();
    soon(running).await.unwrap().unwrap();
    assert_eq!(server.claims().get_claim(old).await.unwrap_err().code(), Code::NotFound);
    server.prepare(|| Ok(corpus("third")));
    reload(&server).await.unwrap();
}

#[tokio::test]
async fn who_comes_during_a_long_load_is_told_to_come_when_it_has_ended() {
    let mut slow = corpus("old");
    slow.load_duration = Duration::from_hours(2);
    let server = TestServer::start(slow, defaults()).await;
    let gate = Gate::before(&server, corpus("new"));
    let mut client = server.corpora();
    let running = tokio::spawn(async move { client.reload_corpus(ReloadCorpusRequest {}).await });
    gate.begun().await;
    let left = retry(&reload(&server).await.unwrap_err()).unwrap();
    assert!(left > Duration::from_hours(1) && left <= Duration::from_hours(2), "{left:?}");
    gate.go_on.send(()).unwrap();
    soon(running).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_load_goes_on_to_its_end_when_the_caller_gives_up() {
    let server = TestServer::start(corpus("old"), defaults()).await;
    let gate = Gate::before(&server, corpus("new"));
    let mut client = server.corpora();
    let caller = tokio::spawn(async move { client.reload_corpus(ReloadCorpusRequest {}).await });
    gate.begun().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    gate.go_on.send(()).unwrap();
    let revision = corpus("new").revision;
    until(|| server.corpus().revision == revision && server.live.status().running_since.is_none()).await;
    assert_eq!(server.live.status().counts.changed, 1);
    server.swap(corpus("third")).await;
}

#[tokio::test]
async fn a_signal_during_a_load_is_followed_by_a_load_after_it() {
    let server = TestServer::start(corpus("old"), defaults()).await;
    let gate = Gate::before(&server, corpus("new"));
    let (one, other) = (Arc::clone(&server.live), Arc::clone(&server.live));
    let running = tokio::spawn(async move { one.reload(Trigger::Signal).await.map(drop) });
    gate.begun().await;
    let waiting = tokio::spawn(async move { other.reload(Trigger::Signal).await.map(drop) });
    server.prepare(|| Ok(corpus("newest")));
    gate.go_on.send(()).unwrap();
    soon(running).await.unwrap().unwrap();
    soon(waiting).await.unwrap().unwrap();
    assert_eq!(server.corpus().revision, corpus("newest").revision);
    assert_eq!(server.live.status().counts.changed, 2);
}

#[tokio::test]
async fn data_that_cannot_be_read_again_are_not_reloaded() {
    let server = TestServer::fixed(corpus("old")).await;
    let status = reload(&server).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "RELOAD_IMPOSSIBLE"));
    assert!(status.message().contains("standard input"), "{}", status.message());
}

#[tokio::test]
async fn nothing_is_left_of_a_corpus_that_nobody_uses_any_more() {
    let server = TestServer::start(corpus("old"), defaults()).await;
    let (old, held) = (Arc::downgrade(&server.corpus()), server.corpus());
    server.swap(corpus("new")).await;
    assert_eq!(old.strong_count(), 1, "what a call holds stays");
    drop(held);
    assert_eq!(old.strong_count(), 0);
}

// === records lost ===

/// Actors and claims, so many of each.
fn sized(actors: u32, claims: u32) -> Result<Corpus, LoadFailed> {
    let actors = (0..actors).map(|number| crate::support::actor(&format!("a{number}")).record());
    let claims = (0..claims).map(|number| claim(&format!("c{number}")).record());
    let lines = actors.chain(claims).map(|record| serde_json::to_string(&record).unwrap() + "\n");
    load_text(&lines.collect::<String>())
}

/// What becomes of a load of these sizes where others are served.
async fn judged(min_keep_ratio: f64, before: (u32, u32), after: (u32, u32)) -> Result<(), Status> {
    let mut config = crate::support::live_config();
    config.reload.min_keep_ratio = min_keep_ratio;
    let server = TestServer::with(sized(before.0, before.1).unwrap(), defaults(), config).await;
    server.prepare(move || sized(after.0, after.1));
    let revision = server.corpus().revision.clone();
    let result = reload(&server).await.map(drop);
    let is_kept = server.corpus().revision == revision;
    assert_eq!(is_kept, result.is_err() || before == after);
    result
}

#[tokio::test]
async fn a_load_may_bring_the_least_share_of_the_records_and_not_one_less() {
    judged(0.5, (0, 20), (0, 10)).await.unwrap();
    let status = judged(0.5, (0, 20), (0, 9)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "RELOAD_SHRUNK"));
    let metadata = info(&status).metadata;
    let expected = [("records", "records"), ("loaded", "9"), ("served", "20"), ("min_keep_ratio", "0.5")];
    for (key, value) in expected {
        assert_eq!(metadata[key], value);
    }
    assert!(status.message().contains("--min-keep-ratio 0"), "{}", status.message());
}

#[tokio::test]
async fn each_resource_has_to_bring_its_share() {
    judged(0.5, (20, 40), (10, 40)).await.unwrap();
    let status = judged(0.5, (20, 40), (9, 80)).await.unwrap_err();
    assert_eq!(info(&status).metadata["records"], "actors");
    // A handful is not looked at by itself.
    judged(0.5, (9, 40), (0, 40)).await.unwrap();
    assert_eq!(info(&judged(0.5, (10, 40), (0, 40)).await.unwrap_err()).metadata["records"], "actors");
}

#[tokio::test]
async fn a_share_of_1_allows_no_loss_and_of_0_any() {
    judged(1., (0, 20), (0, 20)).await.unwrap();
    judged(1., (0, 20), (0, 19)).await.unwrap_err();
    judged(0., (20, 20), (0, 1)).await.unwrap();
    // Nothing at all is refused by the load itself.
    assert_eq!(reason(&judged(0., (0, 20), (0, 0)).await.unwrap_err()), "RELOAD_FAILED");
}
