//! ExportRecords: everything, once, in a fixed order, from any place on.

use claimd::config::{ExportLimits, LoadLimits};
use claimd::corpus::Corpus;
use claimd::proto::EncodedRecord;
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{ExportRecordsRequest, ExportRecordsResponse, ListArticlesRequest, Record, RecordKind};
use claimd::source::{Source, load};
use prost::Message;
use tonic::{Code, Status};

use super::waiting::soon;
use crate::support::{
    IntoRecord, TestServer, claim, corpus_of, defaults, demo, live_config, load_text, ndjson, reason, violated,
};

const ALL: [RecordKind; 3] = [RecordKind::Article, RecordKind::Actor, RecordKind::Claim];

/// The demo, served with batches of so many records at most.
async fn demo_server(batch_size: usize) -> TestServer {
    server(demo(), |limits| limits.max_export_batch_size = batch_size).await
}

pub(crate) async fn server(corpus: Corpus, limit: impl FnOnce(&mut ExportLimits)) -> TestServer {
    let mut config = live_config();
    limit(&mut config.export);
    TestServer::with(corpus, defaults(), config).await
}

pub(crate) fn request(kinds: &[RecordKind], resume_token: &str) -> ExportRecordsRequest {
    ExportRecordsRequest {
        kinds: kinds.iter().map(|kind| i32::from(*kind)).collect(),
        resume_token: resume_token.to_owned(),
    }
}

/// The batches to the end.
pub(crate) async fn export(
    server: &TestServer,
    request: ExportRecordsRequest,
) -> Result<Vec<ExportRecordsResponse>, Status> {
    let mut stream = soon(server.corpora().export_records(request)).await?.into_inner();
    let mut batches = Vec::new();
    while let Some(batch) = soon(stream.message()).await? {
        assert!(!batch.records.is_empty(), "a batch has records");
        batches.push(batch);
    }
    Ok(batches)
}

pub(crate) fn records(batches: &[ExportRecordsResponse]) -> Vec<Record> {
    batches.iter().flat_map(|batch| &batch.records).map(|record| record.decode().unwrap()).collect()
}

/// The records of a corpus in the order of its tables.
fn expected(corpus: &Corpus, kinds: &[RecordKind]) -> Vec<Vec<u8>> {
    let mut expected = Vec::new();
    for kind in kinds {
        let (table, field) = match kind {
            RecordKind::Article => (&corpus.articles.table, 1),
            RecordKind::Actor => (&corpus.actors.table, 2),
            RecordKind::Claim => (&corpus.claims.table, 3),
            RecordKind::Unspecified => panic!("no table"),
        };
        for id in 0..table.len() {
            let mut record = Vec::new();
            prost::encoding::bytes::encode(field, &table.full(id), &mut record);
            expected.push(record);
        }
    }
    expected
}

#[tokio::test]
async fn everything_is_exported_once_in_the_order_of_articles_actors_and_claims() {
    for batch_size in [1, 2, 7, 1000] {
        let server = demo_server(batch_size).await;
        let batches = export(&server, request(&[], "")).await.unwrap();
        assert!(batches.iter().rev().skip(1).all(|batch| batch.records.len() == batch_size));
        let bytes: Vec<_> = batches.iter().flat_map(|batch| &batch.records).map(EncodedRecord::as_bytes).collect();
        assert_eq!(bytes, expected(&server.corpus(), &ALL));
        // What was put together from stored bytes is what prost makes of the record.
        assert!(records(&batches).iter().zip(bytes).all(|(record, bytes)| record.encode_to_vec() == bytes));
    }
}

#[tokio::test]
async fn the_kinds_asked_for_are_exported_in_the_fixed_order() {
    let server = demo_server(1000).await;
    for (asked, exported) in [
        (&[RecordKind::Claim][..], &[RecordKind::Claim][..]),
        (&[RecordKind::Claim, RecordKind::Article], &[RecordKind::Article, RecordKind::Claim]),
        (&[RecordKind::Actor, RecordKind::Actor], &[RecordKind::Actor]),
        (&[RecordKind::Claim, RecordKind::Actor, RecordKind::Article], &ALL),
    ] {
        let batches = export(&server, request(asked, "")).await.unwrap();
        let bytes: Vec<_> = batches.iter().flat_map(|batch| &batch.records).map(EncodedRecord::as_bytes).collect();
        assert_eq!(bytes, expected(&server.corpus(), exported), "{asked:?}");
    }
}

#[tokio::test]
async fn kinds_that_are_none_are_refused() {
    let server = demo_server(1000).await;
    let request = ExportRecordsRequest { kinds: vec![1, 0, 3, 4, -1], resume_token: "made up".to_owned() };
    let status = export(&server, request).await.unwrap_err();
    assert_eq!(violated(&status), ["kinds[1]", "kinds[3]", "kinds[4]", "resume_token"]);
    assert_eq!(reason(&status), "INVALID_REQUEST");
}

#[tokio::test]
async fn a_kind_without_records_is_an_empty_export() {
    let server = TestServer::of(&ndjson([&claim("only") as &dyn IntoRecord])).await;
    assert!(export(&server, request(&[RecordKind::Actor], "")).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_export_goes_on_after_any_batch_here_or_at_a_server_of_the_same_records() {
    let (here, there) = (demo_server(3).await, demo_server(5).await);
    let batches = export(&here, request(&[], "")).await.unwrap();
    let all = records(&batches);
    for server in [&here, &there] {
        for (index, batch) in batches.iter().enumerate() {
            // The default and every kind are the same kinds.
            for kinds in [&[][..], &ALL] {
                let rest = export(server, request(kinds, &batch.resume_token)).await.unwrap();
                assert_eq!(records(&rest), all[all.len().min((index + 1) * 3)..]);
            }
        }
    }
}

#[tokio::test]
async fn a_resume_token_that_was_altered_is_refused() {
    let server = demo_server(3).await;
    let token = export(&server, request(&[], "")).await.unwrap()[0].resume_token.clone();
    let end = token.len() - 1;
    for altered in [token[..end].to_owned(), format!("{token}A"), format!("B{}", &token[1..]), "x".repeat(5000)] {
        let status = export(&server, request(&[], &altered)).await.map(drop).unwrap_err();
        assert_eq!(
            (violated(&status), reason(&status).as_str()),
            (vec!["resume_token".to_owned()], "INVALID_PAGE_TOKEN")
        );
    }
}

#[tokio::test]
async fn a_token_of_other_kinds_or_of_another_method_is_refused() {
    let server = demo_server(3).await;
    let batches = export(&server, request(&[RecordKind::Claim], "")).await.unwrap();
    let page = ListArticlesRequest { page_size: 1, ..ListArticlesRequest::default() };
    let page = server.articles().list_articles(page).await.unwrap().into_inner();
    for token in [&batches[0].resume_token, &page.next_page_token] {
        let status = export(&server, request(&[], token)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(
            (violated(&status), reason(&status).as_str()),
            (vec!["resume_token".to_owned()], "PAGE_TOKEN_MISMATCH")
        );
    }
}

#[tokio::test]
async fn a_batch_ends_before_its_bytes_but_takes_one_record_of_any_size() {
    let texts = ["a".repeat(10), "b".repeat(10), "c".repeat(5000), "d".repeat(10)];
    let claims: Vec<_> = (1..)
        .zip(texts)
        .map(|(number, text)| {
            let mut claim = claim(&number.to_string());
            claim.text = text;
            claim
        })
        .collect();
    let corpus = corpus_of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord)));
    let two: usize = expected(&corpus, &[RecordKind::Claim])[..2].iter().map(Vec::len).sum();
    for (bytes, sizes) in [(two, &[2, 1, 1][..]), (two - 1, &[1, 1, 1, 1]), (1, &[1, 1, 1, 1])] {
        let corpus = corpus_of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord)));
        let server = server(corpus, |limits| limits.max_export_batch_bytes = bytes).await;
        let batches = export(&server, request(&[], "")).await.unwrap();
        let found: Vec<_> = batches.iter().map(|batch| batch.records.len()).collect();
        assert_eq!(found, sizes, "at most {bytes} bytes");
    }
}

#[tokio::test]
async fn the_largest_record_that_loads_can_be_exported() {
    let limits: LoadLimits = defaults();
    let mut large = claim("large");
    let overhead = {
        large.text = "x".repeat(1 << 20);
        // What a load fills in counts too.
        load_text(&ndjson([&large as &dyn IntoRecord])).unwrap().claims.table.encoded(0).len() - large.text.len()
    };
    // The length of the text takes as many bytes as before.
    large.text = "x".repeat(limits.max_record_bytes - overhead - 1);
    let server = TestServer::of(&ndjson([&large as &dyn IntoRecord])).await;
    let batches = export(&server, request(&[], "")).await.unwrap();
    let Some(Kind::Claim(exported)) = records(&batches).remove(0).record else { panic!("a claim") };
    assert_eq!(exported.text.len(), large.text.len());
}

#[tokio::test]
async fn what_was_exported_and_loaded_again_has_the_same_revision() {
    let faulty = Source::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/faulty.ndjson"));
    for corpus in [demo(), load(&[faulty], defaults(), false).unwrap()] {
        let server = TestServer::start(corpus, defaults()).await;
        let records = records(&export(&server, request(&[], "")).await.unwrap());
        let lines = records.iter().map(|record| serde_json::to_string(record).unwrap() + "\n");
        let again = load_text(&lines.collect::<String>()).unwrap();
        assert_eq!(again.revision, server.corpus().revision);
        assert_eq!(again.report.errors, 0, "{:#?}", again.report.diagnostics);
    }
}
