//! Metrics: every call once, with its final code, in series that nobody can add to.

use std::collections::BTreeMap;
use std::time::Duration;

use h2::client::SendRequest;

use super::calls::{CLAIM, get, give_up, one_of_each};
use super::serving::Serving;

const GET: &str = "claimd.v1.ClaimService/GetClaim";
const LIST: &str = "claimd.v1.ClaimService/ListClaims";

type Series = BTreeMap<String, f64>;

fn ended(metrics: &Series, method: &str, code: &str) -> f64 {
    let labels = format!("{{grpc_method=\"{method}\",grpc_status=\"{code}\"}}");
    metrics[&format!("grpc_server_call_duration_seconds_count{labels}")]
}

fn started(metrics: &Series, method: &str) -> f64 {
    metrics[&format!("grpc_server_call_started_total{{grpc_method=\"{method}\"}}")]
}

fn sum(metrics: &Series, prefix: &str) -> f64 {
    metrics.iter().filter(|(series, _)| series.starts_with(prefix)).map(|(_, value)| value).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_each_outcome_moves_its_counter_by_one_and_no_other() {
    let serving = Serving::start(&[]);
    let before = serving.metrics();
    for (method, code) in [(GET, "OK"), (GET, "CANCELLED"), (LIST, "INVALID_ARGUMENT"), ("other", "UNIMPLEMENTED")] {
        assert!(ended(&before, method, code) == 0.0, "{method} {code} is there from the start");
    }
    one_of_each(&serving).await;
    give_up(&serving, &format!("/{GET}")).await;
    let mut after = serving.metrics();
    // What goes on is looked up before what has ended: a call that ends in between is in both.
    while ended(&after, GET, "CANCELLED") == 0.0 || sum(&after, "claimd_calls_in_flight") > 0.0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        after = serving.metrics();
    }
    let expected =
        [(GET, "OK"), (GET, "NOT_FOUND"), (GET, "CANCELLED"), (LIST, "INVALID_ARGUMENT"), ("other", "UNIMPLEMENTED")];
    for (method, code) in expected {
        assert!(ended(&after, method, code) == 1.0, "{method} {code}");
    }
    assert!(sum(&after, "grpc_server_call_duration_seconds_count") == 5.0, "and nothing else");
    assert!(sum(&after, "grpc_server_call_started_total") == 5.0);
    assert!(started(&after, GET) == 3.0 && started(&after, "other") == 1.0);
    assert!(sum(&after, "claimd_calls_in_flight") == 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_and_times_are_those_of_the_call() {
    let serving = Serving::start(&[]);
    let mut claims = serving.claims().await;
    let request = get(CLAIM);
    let answer = claims.get_claim(request.clone()).await.unwrap().into_inner();
    let metrics = serving.metrics();
    let labels = format!("{{grpc_method=\"{GET}\",grpc_status=\"OK\"}}");
    let value = |series: &str| metrics[&format!("grpc_server_call_{series}{labels}")];
    let bytes = |message: &dyn Fn() -> usize| f64::from(u32::try_from(message()).unwrap());
    let received = bytes(&|| prost::Message::encoded_len(&request));
    assert!((value("rcvd_total_compressed_message_size_bytes_sum") - received).abs() < 0.5);
    let sent = bytes(&|| prost::Message::encoded_len(&answer));
    assert!((value("sent_total_compressed_message_size_bytes_sum") - sent).abs() < 0.5);
    let seconds = value("duration_seconds_sum");
    assert!(seconds > 0.0 && seconds < 60.0, "{seconds}");
}

/// A call of a path, over a connection that is there; its HTTP answer is awaited.
async fn call(client: &SendRequest<bytes::Bytes>, address: &str, path: &str) {
    let mut client = client.clone().ready().await.unwrap();
    let request = http::Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .body(())
        .unwrap();
    let (answer, _) = client.send_request(request, true).unwrap();
    answer.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_made_up_paths_add_no_series_and_are_counted() {
    let serving = Serving::start(&["--log", "claimd::cli=info,warn"]);
    let before = serving.metrics();
    let stream = tokio::net::TcpStream::connect(&serving.address).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    for batch in 0..100 {
        let paths = (0..100).map(|index| match index % 3 {
            0 => format!("/claimd.v1.ClaimService/Made{batch}x{index}"),
            1 => format!("/made.up{batch}.Service/Up{index}"),
            _ => format!("/{batch}/{index}"),
        });
        let calls = paths.map(|path| {
            let (client, address) = (client.clone(), serving.address.clone());
            tokio::spawn(async move { call(&client, &address, &path).await })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap();
        }
    }
    let after = serving.metrics();
    assert!(started(&after, "other") == 10_000.0);
    assert!(ended(&after, "other", "UNIMPLEMENTED") == 10_000.0);
    // Buckets of what has happened for the first time are all that may be new.
    let old = |series: &&String| !before.contains_key(*series) && !series.contains("_bucket{");
    assert_eq!(after.keys().find(old), None);
    assert!(after.len() < before.len() + 100, "{} series, {} before", after.len(), before.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_served_the_process_and_its_connections_have_metrics() {
    let serving = Serving::start(&[]);
    let channel = serving.channel().await;
    let mut corpora = claimd::proto::v1::corpus_service_client::CorpusServiceClient::new(channel);
    let corpus = corpora.get_corpus(claimd::proto::v1::GetCorpusRequest {}).await.unwrap().into_inner();
    let metrics = serving.metrics();
    let records = |resource: &str| metrics[&format!("claimd_corpus_records{{resource=\"{resource}\"}}")];
    assert!((records("claims") - f64::from(corpus.claim_count)).abs() < 0.5);
    assert!((records("articles") - f64::from(corpus.article_count)).abs() < 0.5);
    assert!(metrics[&format!("claimd_corpus_info{{revision=\"{}\"}}", corpus.revision)] == 1.0);
    assert!(metrics["claimd_corpus_diagnostics{severity=\"error\"}"] == 0.0);
    for result in ["changed", "unchanged", "failed", "shrunk"] {
        assert!(metrics[&format!("claimd_reloads_total{{result=\"{result}\"}}")] == 0.0, "{result}");
    }
    assert!(metrics["claimd_reload_failed"] == 0.0 && metrics["claimd_reload_running"] == 0.0);
    assert!(metrics["claimd_open_streams{method=\"WatchCorpus\"}"] == 0.0);
    for positive in [
        "claimd_reload_success_timestamp_seconds",
        "claimd_corpus_memory_bytes",
        "claimd_corpus_load_duration_seconds",
        "claimd_corpus_age_seconds",
        "process_resident_memory_bytes",
        "process_open_fds",
    ] {
        assert!(metrics[positive] > 0.0, "{positive}");
    }
    assert!(metrics["claimd_connections_open"] == 1.0 && metrics["claimd_connections_accepted_total"] == 1.0);
    assert!(metrics["claimd_ready"] == 1.0);
    let build = format!("claimd_build_info{{version=\"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(metrics.keys().any(|series| series.starts_with(&build)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_its_caller_may_not_make_counts_once_by_what_is_wrong_with_the_caller() {
    use claimd::proto::v1::ReloadCorpusRequest;
    use tonic::Request;
    let list = super::program::file(&format!(
        "[[token]]\nname = \"desk\"\nrole = \"reader\"\nhash = \"{}\"\n",
        claimd::server::TokenHash::of("desk-1")
    ));
    let serving = Serving::start(&["--auth-tokens", list.path().to_str().unwrap()]);
    let counted = || {
        let all = serving.metrics().into_iter().filter(|(series, _)| series.starts_with("claimd_auth_refusals_total"));
        let of = |series: &str| series.split('"').nth(1).unwrap().to_owned();
        all.map(|(series, count)| (of(&series), count)).collect::<Series>()
    };
    let mut expected: Series =
        ["credentials_missing", "credentials_malformed", "token_unknown", "certificate_unlisted", "permission_missing"]
            .map(|reason| (reason.to_owned(), 0.0))
            .into();
    assert_eq!(counted(), expected, "all are there from the start");

    let mut corpora = claimd::proto::v1::corpus_service_client::CorpusServiceClient::new(serving.channel().await);
    for (authorization, reason) in [
        (None, "credentials_missing"),
        (Some("Basic desk-1"), "credentials_malformed"),
        (Some("Bearer desk-2"), "token_unknown"),
        (Some("Bearer desk-1"), "permission_missing"),
    ] {
        let mut request = Request::new(ReloadCorpusRequest {});
        if let Some(authorization) = authorization {
            request.metadata_mut().insert("authorization", authorization.parse().unwrap());
        }
        corpora.reload_corpus(request).await.unwrap_err();
        *expected.get_mut(reason).unwrap() += 1.0;
        assert_eq!(counted(), expected, "{authorization:?}");
    }
    let mut health = tonic_health::pb::health_client::HealthClient::new(serving.channel().await);
    health.check(tonic_health::pb::HealthCheckRequest::default()).await.unwrap();
    assert_eq!(counted(), expected, "health is told to whoever asks");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reload_counts_once_by_what_came_of_it() {
    use claimd::proto::v1::{ReloadCorpusRequest, WatchCorpusRequest};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corpus.ndjson");
    let write = |ids: &[&str]| {
        let line = |id: &&str| format!("{{\"claim\":{{\"name\":\"claims/{id}\",\"text\":\"x\"}}}}\n");
        std::fs::write(&path, ids.iter().map(line).collect::<String>()).unwrap();
    };
    write(&["a", "b", "c"]);
    let serving = Serving::start(&["--data", path.to_str().unwrap()]);
    let mut corpora = claimd::proto::v1::corpus_service_client::CorpusServiceClient::new(serving.channel().await);
    let mut told = corpora.watch_corpus(WatchCorpusRequest::default()).await.unwrap().into_inner();
    told.message().await.unwrap().unwrap();
    for (ids, result, failed) in [
        (&["a", "b", "d"][..], "changed", 0.0),
        (&["a", "b", "d"], "unchanged", 0.0),
        (&[], "failed", 1.0),
        (&["a"], "shrunk", 1.0),
    ] {
        write(ids);
        let loaded = corpora.reload_corpus(ReloadCorpusRequest {}).await;
        assert_eq!(loaded.is_err(), failed > 0.5, "{result}");
        let metrics = serving.metrics();
        assert!(metrics[&format!("claimd_reloads_total{{result=\"{result}\"}}")] == 1.0, "{result}");
        assert!(metrics["claimd_reload_failed"] == failed, "{result}");
        assert!(metrics["claimd_open_streams{method=\"WatchCorpus\"}"] == 1.0);
    }
}
