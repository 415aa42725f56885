//! Exports while another revision comes to be served.

use std::sync::Arc;

use claimd::corpus::Corpus;
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{ExportRecordsResponse, Record};
use tonic::codec::Streaming;
use tonic::{Code, Status};

use super::export::{export, records, request, server};
use super::waiting::{soon, until};
use crate::support::{IntoRecord, TestServer, actor, corpus_of, info, ndjson, reason};

/// Far more than the buffers of a connection hold, in batches of a few records, so that most of it is still to be made
/// when the first batch has arrived. Corpora are made before an export begins: one that is not read is cut after a while.
const RECORDS: usize = 200;
const RECORD_BYTES: usize = 50_000;

/// Actors whose descriptions begin with the version: nothing of them is indexed, so that they load fast.
fn large(version: &str) -> Corpus {
    let actors: Vec<_> = (0..RECORDS)
        .map(|number| {
            let mut actor = actor(&format!("a{number:03}"));
            actor.description = format!("{version} {}", "x".repeat(RECORD_BYTES));
            actor
        })
        .collect();
    corpus_of(&ndjson(actors.iter().map(|actor| actor as &dyn IntoRecord)))
}

async fn serve(max_export_revisions: usize) -> TestServer {
    server(large("first"), |limits| {
        limits.max_export_batch_bytes = 2 * RECORD_BYTES;
        limits.max_export_revisions = max_export_revisions;
    })
    .await
}

async fn begin(server: &TestServer) -> (Streaming<ExportRecordsResponse>, Vec<ExportRecordsResponse>, String) {
    let response = soon(server.corpora().export_records(request(&[], ""))).await.unwrap();
    let revision = response.metadata().get("claimd-revision").unwrap().to_str().unwrap().to_owned();
    let mut stream = response.into_inner();
    let first = soon(stream.message()).await.unwrap().unwrap();
    (stream, vec![first], revision)
}

/// Reads on to the end, or to an error.
async fn rest(
    stream: &mut Streaming<ExportRecordsResponse>,
    batches: &mut Vec<ExportRecordsResponse>,
) -> Result<(), Status> {
    while let Some(batch) = soon(stream.message()).await? {
        batches.push(batch);
    }
    Ok(())
}

/// The version of each record.
fn versions(batches: &[ExportRecordsResponse]) -> Vec<String> {
    let version = |record: Record| match record.record {
        Some(Kind::Actor(actor)) => actor.description.split(' ').next().unwrap().to_owned(),
        other => panic!("no actor: {other:?}"),
    };
    records(batches).into_iter().map(version).collect()
}

fn assert_gone(status: &Status, revision: &str) {
    assert_eq!((status.code(), reason(status).as_str()), (Code::Aborted, "REVISION_GONE"));
    assert_eq!(info(status).metadata["revision"], revision);
}

#[tokio::test]
async fn an_export_ends_on_the_revision_it_began_with_which_is_then_let_go() {
    let second = large("second");
    let server = serve(1).await;
    let old = Arc::downgrade(&server.corpus());
    let (mut stream, mut batches, revision) = begin(&server).await;
    assert_eq!(revision, server.corpus().revision);
    server.swap(second).await;
    assert!(old.strong_count() > 0, "kept for the export");

    // Another one begins on the new revision, or goes on with the old one.
    let resumed = export(&server, request(&[], &batches[0].resume_token)).await.unwrap();
    assert_eq!(versions(&resumed), vec!["first"; RECORDS - batches[0].records.len()]);
    let other = export(&server, request(&[], "")).await.unwrap();
    assert_eq!(versions(&other), vec!["second"; RECORDS]);

    rest(&mut stream, &mut batches).await.unwrap();
    assert_eq!(versions(&batches), vec!["first"; RECORDS]);
    until(|| old.strong_count() == 0).await;
    let status = export(&server, request(&[], &batches[0].resume_token)).await.unwrap_err();
    assert_gone(&status, &revision);
}

#[tokio::test]
async fn an_export_is_aborted_when_its_revision_may_not_be_kept() {
    let second = large("second");
    let server = serve(0).await;
    let old = Arc::downgrade(&server.corpus());
    let (mut stream, mut batches, revision) = begin(&server).await;
    server.swap(second).await;
    assert_eq!(old.strong_count(), 0, "a reader who does not read keeps nothing");
    let status = rest(&mut stream, &mut batches).await.unwrap_err();
    assert_gone(&status, &revision);
    assert!(records(&batches).len() < RECORDS / 2, "batches are made when they are asked for, not before");
    assert!(versions(&batches).iter().all(|version| version == "first"));
}

#[tokio::test]
async fn the_oldest_revision_is_the_first_to_go() {
    let second = large("second");
    let third = large("third");
    let server = serve(1).await;
    let (mut oldest, mut oldest_batches, revision) = begin(&server).await;
    server.swap(second).await;
    let (mut older, mut older_batches, _) = begin(&server).await;
    server.swap(third).await;
    assert_gone(&rest(&mut oldest, &mut oldest_batches).await.unwrap_err(), &revision);
    rest(&mut older, &mut older_batches).await.unwrap();
    assert_eq!(versions(&older_batches), vec!["second"; RECORDS]);
}

#[tokio::test]
async fn an_export_goes_on_over_a_reload_of_the_same_records_whatever_may_be_kept() {
    let first = large("first");
    let server = serve(0).await;
    let old = Arc::downgrade(&server.corpus());
    let (mut stream, mut batches, _) = begin(&server).await;
    server.swap(first).await;
    assert_eq!(old.strong_count(), 0);
    rest(&mut stream, &mut batches).await.unwrap();
    assert_eq!(versions(&batches), vec!["first"; RECORDS]);
}

#[tokio::test]
async fn an_export_that_is_given_up_lets_its_revision_go() {
    let second = large("second");
    let server = serve(1).await;
    let old = Arc::downgrade(&server.corpus());
    let (stream, _, _) = begin(&server).await;
    server.swap(second).await;
    drop(stream);
    until(|| old.strong_count() == 0 && server.live.open_exports() == 0).await;
}
