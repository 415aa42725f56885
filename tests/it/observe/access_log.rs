//! The access log, as the program writes it: a line for each call, at its end.

use serde_json::Value;
use tonic::Request;

use super::calls::{CLAIM, get, give_up, one_of_each};
use super::program::{claimd, file, stderr, stdout};
use super::serving::Serving;

/// The next line of the access log.
fn call(serving: &mut Serving) -> Value {
    serving.next_line(|line| line["target"] == "claimd::call")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_leaves_one_line_with_what_came_of_it() {
    let mut serving = Serving::start(&[]);
    one_of_each(&serving).await;
    give_up(&serving, "/claimd.v1.ClaimService/GetClaim").await;
    let expected = [
        ("claimd.v1.ClaimService/GetClaim", "OK"),
        ("claimd.v1.ClaimService/ListClaims", "INVALID_ARGUMENT"),
        ("claimd.v1.ClaimService/GetClaim", "NOT_FOUND"),
        ("claimd.v1.ClaimService/Fly", "UNIMPLEMENTED"),
        ("claimd.v1.ClaimService/GetClaim", "CANCELLED"),
    ];
    for (method, code) in expected {
        let line = call(&mut serving);
        assert_eq!((&line["method"], &line["code"]), (&method.into(), &code.into()), "{line}");
        assert_eq!((&line["level"], &line["message"]), (&"INFO".into(), &"call".into()), "{line}");
        assert!(line["milliseconds"].as_f64().unwrap() > 0.0, "{line}");
        assert!(line["peer"].as_str().unwrap().starts_with("127.0.0.1:"), "{line}");
        assert_eq!(line["request_id"].as_str().unwrap().len(), 36, "{line}");
        assert_eq!(line["principal"], Value::Null, "nobody has to say who they are: {line}");
        let (received, sent) = (line["received_bytes"].as_u64().unwrap(), line["sent_bytes"].as_u64().unwrap());
        assert_eq!(received > 0, matches!(code, "OK" | "INVALID_ARGUMENT" | "NOT_FOUND"), "{line}");
        assert_eq!(sent > 0, code == "OK", "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_has_the_names_that_the_caller_gave_to_call_and_trace() {
    let mut serving = Serving::start(&[]);
    let mut request = Request::new(get(CLAIM));
    request.metadata_mut().insert("x-request-id", "desk-7".parse().unwrap());
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    request.metadata_mut().insert("traceparent", parent.parse().unwrap());
    serving.claims().await.get_claim(request).await.unwrap();
    let line = call(&mut serving);
    assert_eq!(line["request_id"], "desk-7");
    assert_eq!(line["trace_id"], "0af7651916cd43dd8448eb211c80319c");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_names_who_called_and_never_their_token() {
    let made = claimd(&["token", "desk"]).output().unwrap();
    let token = stderr(&made).split_whitespace().find(|word| word.starts_with("claimd_")).unwrap();
    let tokens = file(stdout(&made));
    let mut serving = Serving::start(&["--auth-tokens", tokens.path().to_str().unwrap(), "--log", "debug"]);
    let mut request = Request::new(get(CLAIM));
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    serving.claims().await.get_claim(request).await.unwrap();
    let line = serving.next_line(|line| {
        assert!(!line.to_string().contains(token), "{line}");
        line["target"] == "claimd::call"
    });
    assert_eq!(line["principal"], "desk", "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_are_logged_at_debug() {
    let mut serving = Serving::start(&["--log", "claimd::call=debug,info"]);
    let mut health = tonic_health::pb::health_client::HealthClient::new(serving.channel().await);
    health.check(tonic_health::pb::HealthCheckRequest::default()).await.unwrap();
    let line = call(&mut serving);
    assert_eq!((&line["level"], &line["code"]), (&"DEBUG".into(), &"OK".into()), "{line}");

    // And so not at all where nobody asks for it: the line of the next call comes first.
    let mut serving = Serving::start(&[]);
    let mut health = tonic_health::pb::health_client::HealthClient::new(serving.channel().await);
    health.check(tonic_health::pb::HealthCheckRequest::default()).await.unwrap();
    serving.claims().await.get_claim(get(CLAIM)).await.unwrap();
    assert_eq!(call(&mut serving)["method"], "claimd.v1.ClaimService/GetClaim");
}

/// Nothing reads the log here until every call has been answered, which are more than its pipe has room for; and then
/// more than may wait.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_no_line_of_the_log_stops_no_call_and_what_they_miss_is_counted() {
    const LOST: &str = "claimd_log_lines_lost_total";
    let mut serving = Serving::start(&["--max-in-flight", "1000"]);
    assert!(serving.metrics()[LOST] == 0.0);
    let mut claims = serving.claims().await;
    for _ in 0..1000 {
        claims.get_claim(get(CLAIM)).await.unwrap();
    }
    assert!(serving.metrics()[LOST] == 0.0, "a thousand lines can wait");
    for _ in 0..400 {
        let calls = (0..50).map(|_| {
            let mut claims = claims.clone();
            tokio::spawn(async move { claims.get_claim(get(CLAIM)).await.map(drop) })
        });
        for answer in calls.collect::<Vec<_>>() {
            answer.await.unwrap().unwrap();
        }
    }
    let lost = serving.metrics()[LOST];
    assert!((1.0..20_000.0).contains(&lost), "{lost} lines were lost");
    for _ in 0..1000 {
        assert_eq!(call(&mut serving)["code"], "OK");
    }
}
