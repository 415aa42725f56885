//! Calls: their time, their number, their size, and what is said of those that are wrong.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use claimd::proto::v1::{GetClaimRequest, ListClaimsRequest};
use claimd::rpc::{Method, code_name};
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tonic::Code;
use tonic_types::StatusExt;

use crate::server::bytes::{DATA, END_HEADERS, END_STREAM, HEADERS, beginning, call, frame};
use crate::server::client::{Answer, Client, GET_CLAIM, GET_CORPUS, LIST_CLAIMS, RELOAD, framed, next, status};
use crate::server::counted::Counted;
use crate::server::hostile::{GET_ARTICLE, ask_for_it, large_articles};
use crate::server::running::{Running, eventually, soon};
use crate::support::{info, reason, violated};

fn said(answer: &Answer) -> (Code, String) {
    let status = answer.status();
    (status.code(), reason(&status))
}

// === time ===

#[tokio::test]
async fn a_call_ends_when_the_time_of_its_client_is_over() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let began = Instant::now();
    let stuck = client.open(GET_CORPUS, &[("grpc-timeout", "100m")]).await.unwrap();
    let answer = stuck.answer().await.unwrap();
    assert_eq!(said(&answer), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned()));
    assert_eq!(info(&answer.status()).metadata["limit_seconds"], "0.1");
    assert!((100..5000).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    assert_eq!(server.counts.late(), 1);
}

#[tokio::test]
async fn a_call_has_the_default_time_and_never_more_than_the_longest() {
    let server = Running::start(&["--default-deadline-seconds", "0.1", "--max-deadline-seconds", "0.3"]);
    let mut client = Client::connect(server.address).await;
    for (headers, limit) in [(&[][..], "0.1"), (&[("grpc-timeout", "1H")], "0.3")] {
        let answer = client.open(GET_CORPUS, headers).await.unwrap().answer().await.unwrap();
        assert_eq!(info(&answer.status()).metadata["limit_seconds"], limit);
    }
}

#[tokio::test]
async fn a_call_sent_byte_by_byte_ends_in_time() {
    let server = Running::start(&["--default-deadline-seconds", "0.3"]);
    let mut client = Client::connect(server.address).await;
    let mut slow = client.open(LIST_CLAIMS, &[]).await.unwrap();
    slow.body.send_data(::bytes::Bytes::from_static(&[0]), false).unwrap();
    let answer = slow.answer().await.unwrap();
    assert_eq!(said(&answer), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned()));
}

#[tokio::test]
async fn a_time_that_is_over_or_cannot_be_read_is_refused_before_any_work() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let over = client.call(GET_CORPUS, &[("grpc-timeout", "0S")], &[]).await;
    assert_eq!(said(&over), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned()));
    for wrong in ["soon", "10", "123456789S", "-1S"] {
        let answer = client.call(GET_CORPUS, &[("grpc-timeout", wrong)], &[]).await;
        assert_eq!(violated(&answer.status()), ["grpc-timeout"], "{wrong}");
    }
    let fine = client.call(GET_CORPUS, &[("grpc-timeout", "99999999m")], &[]).await;
    assert_eq!(fine.status().code(), Code::Ok);
}

// === number ===

#[tokio::test]
async fn one_call_more_than_may_be_open_is_turned_away_and_told_when_to_come_again() {
    let server = large_articles(&["--max-in-flight", "3"]);
    let mut client = Client::connect(server.address).await;
    // Answers that have begun, and for which there is no more room.
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut call = client.open(GET_ARTICLE, &[]).await.unwrap();
        call.body.send_data(framed(0, &ask_for_it()), true).unwrap();
        open.push(call.headers().await.unwrap());
    }
    // Another connection changes nothing.
    let mut other = Client::connect(server.address).await;
    let turned_away = other.call(GET_CORPUS, &[], &[]).await;
    assert_eq!(said(&turned_away), (Code::Unavailable, "OVERLOADED".to_owned()));
    let retry = turned_away.status().get_details_retry_info().unwrap().retry_delay.unwrap();
    assert_eq!(retry, Duration::from_millis(100));
    assert_eq!(turned_away.headers["grpc-retry-pushback-ms"], "100");

    // One that is given up makes room for another, and so does one that ends.
    drop(open.pop());
    let mut again = other.call(GET_CORPUS, &[], &[]).await;
    while again.status().code() == Code::Unavailable {
        again = other.call(GET_CORPUS, &[], &[]).await;
    }
    assert_eq!(again.status().code(), Code::Ok);
    // Side by side: they share the room of their connection, and what is not read takes it from what is.
    let reading = open.into_iter().map(|(_, mut body)| {
        tokio::spawn(async move {
            while next(&mut body).await.unwrap().is_some() {}
            status(&body.trailers().await.unwrap().unwrap()).unwrap().code()
        })
    });
    for read in reading.collect::<Vec<_>>() {
        assert_eq!(soon("the end of an answer", read).await.unwrap(), Code::Ok);
    }
    assert!(server.counts.shed() >= 1);
}

#[tokio::test]
async fn answers_that_wait_to_be_taken_fill_their_room_and_small_ones_need_none() {
    // Of the articles of 2 MiB three find room.
    let server = large_articles(&["--max-unsent-bytes", "8388608"]);
    let mut client = Client::connect_wide(server.address).await;
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let mut call = client.open(GET_ARTICLE, &[]).await.unwrap();
        call.body.send_data(framed(0, &ask_for_it()), true).unwrap();
        let (_, mut body) = call.headers().await.unwrap();
        // With its first bytes, all of the answer is there.
        next(&mut body).await.unwrap().unwrap();
        waiting.push(body);
    }
    let mut other = Client::connect(server.address).await;
    let turned_away = other.call(GET_ARTICLE, &[], &ask_for_it()).await;
    assert_eq!(said(&turned_away), (Code::Unavailable, "OVERLOADED".to_owned()));
    assert_eq!(info(&turned_away.status()).metadata["limit_bytes"], "8388608");
    let retry = turned_away.status().get_details_retry_info().unwrap().retry_delay.unwrap();
    assert_eq!((retry, turned_away.data.len()), (Duration::from_secs(1), 0));
    assert_eq!(other.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);

    // One that is given up makes room for another, and so does one that is read.
    drop(waiting.pop());
    let mut ended = BTreeMap::from([("OK", 1), ("UNAVAILABLE", 1), ("CANCELLED", 1)]);
    loop {
        let code = other.call(GET_ARTICLE, &[], &ask_for_it()).await.status().code();
        *ended.get_mut(code_name(code)).unwrap() += 1;
        if code == Code::Ok {
            break;
        }
    }
    for mut body in waiting {
        while next(&mut body).await.unwrap().is_some() {}
        assert_eq!(status(&body.trailers().await.unwrap().unwrap()).unwrap().code(), Code::Ok);
        *ended.get_mut("OK").unwrap() += 1;
    }
    assert_eq!(server.counts.unsent(), ended["UNAVAILABLE"]);
    let ended = ended.into_iter().map(|(code, count)| (code.to_owned(), count)).collect();
    let all = Counted::all(ended);
    eventually("the end of the call that was given up", || Counted::of(&server.calls) == all).await;
}

#[tokio::test]
async fn a_request_that_is_not_sent_to_its_end_takes_nobodys_place() {
    let server = Running::start(&["--max-in-flight", "1"]);
    let mut slow = Client::connect(server.address).await;
    let mut unsent = Vec::new();
    for _ in 0..20 {
        let mut call = slow.open(LIST_CLAIMS, &[]).await.unwrap();
        call.body.send_data(::bytes::Bytes::from_static(&[0, 0, 0]), false).unwrap();
        unsent.push(call);
    }
    let mut good = Client::connect(server.address).await;
    for _ in 0..20 {
        assert_eq!(good.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
    }
    let mut late = unsent.pop().unwrap();
    late.body.send_data(::bytes::Bytes::from_static(&[0, 0]), true).unwrap();
    assert_eq!(late.answer().await.unwrap().status().code(), Code::Ok, "it is answered when it is whole");
}

/// The thread that reads the calls is the only one that there is: none is answered before all are read.
#[tokio::test]
async fn a_call_counts_while_it_waits_for_its_turn() {
    let server = Running::start(&["--max-in-flight", "3"]);
    let mut burst = beginning(false);
    for stream in (1..20).step_by(2) {
        burst.extend(frame(HEADERS, END_HEADERS, stream, &call(GET_CORPUS)));
        burst.extend(frame(DATA, END_STREAM, stream, &framed(0, &[])));
    }
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&burst).await.unwrap();
    eventually("7 of 10 turned away", || server.counts.shed() == 7).await;
}

#[tokio::test]
async fn a_client_that_calls_too_often_is_told_so_and_how_long_to_wait() {
    let server = Running::start(&["--quota-per-second", "1", "--quota-burst", "2"]);
    let mut client = Client::connect(server.address).await;
    let mut over = None;
    for _ in 0..20 {
        let answer = client.call(GET_CORPUS, &[], &[]).await;
        if answer.status().code() != Code::Ok {
            over = Some(answer);
            break;
        }
    }
    let over = over.expect("20 calls in a second are too many");
    assert_eq!(said(&over), (Code::ResourceExhausted, "QUOTA_EXCEEDED".to_owned()));
    let status = over.status();
    assert!(status.get_details_retry_info().unwrap().retry_delay.unwrap() <= Duration::from_secs(1));
    assert_eq!(status.get_details_quota_failure().unwrap().violations[0].subject, "client:127.0.0.1");
    assert_eq!(server.counts.over_quota(), 1);
    let health = client.call(crate::server::client::CHECK, &[], &[]).await;
    assert_eq!(health.status().code(), Code::Ok, "health is told however often");
}

// === size, and other faults ===

#[tokio::test]
async fn a_request_of_the_limit_is_taken_and_one_byte_more_is_not() {
    let server = Running::start(&["--max-request-bytes", "1000", "--max-batch-request-bytes", "2000"]);
    let mut client = Client::connect(server.address).await;
    let sized = |size: usize| {
        let request = GetClaimRequest { name: "x".repeat(size - 3) };
        let message = request.encode_to_vec();
        assert_eq!(message.len(), size);
        message
    };
    let taken = client.call(GET_CLAIM, &[], &sized(1000)).await;
    assert_eq!(violated(&taken.status()), ["name"], "it is taken, and found wrong");
    for (size, limit) in [(1001, "1000"), (2000, "1000"), (2001, "2000")] {
        let answer = client.call(GET_CLAIM, &[], &sized(size)).await;
        assert_eq!(said(&answer), (Code::ResourceExhausted, "REQUEST_TOO_LARGE".to_owned()), "{size}");
        assert_eq!(info(&answer.status()).metadata["limit_bytes"], limit);
    }
    // One that only says so is refused before its bytes are there.
    let claimed = client.open(GET_CLAIM, &[]).await.unwrap();
    let answer = claimed.finish(vec![0, 0xff, 0xff, 0xff, 0xff].into()).await.unwrap();
    assert_eq!(said(&answer), (Code::ResourceExhausted, "REQUEST_TOO_LARGE".to_owned()));
}

#[tokio::test]
async fn a_response_beyond_its_limit_is_refused_with_its_reason() {
    let server = Running::start(&["--max-response-bytes", "3000", "--max-page-bytes", "1000000"]);
    let mut client = Client::connect(server.address).await;
    let answer = client.call(LIST_CLAIMS, &[], &ListClaimsRequest::default().encode_to_vec()).await;
    assert_eq!(said(&answer), (Code::ResourceExhausted, "RESPONSE_TOO_LARGE".to_owned()));
    assert_eq!(info(&answer.status()).metadata["limit_bytes"], "3000");
}

#[tokio::test]
async fn a_compressed_bomb_is_refused_at_the_limit_of_what_it_holds() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let zeros = vec![0; 64 << 20];
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&zeros).unwrap();
    let bombs = [("gzip", gzip.finish().unwrap()), ("zstd", zstd::bulk::compress(&zeros, 19).unwrap())];
    for (encoding, bomb) in bombs {
        assert!(bomb.len() < 128 << 10, "{} bytes: the limit is not of what is sent", bomb.len());
        let call = client.open(LIST_CLAIMS, &[("grpc-encoding", encoding)]).await.unwrap();
        let answer = call.finish(framed(1, &bomb)).await.unwrap();
        assert_eq!(said(&answer), (Code::ResourceExhausted, "REQUEST_TOO_LARGE".to_owned()), "{encoding}");
    }
}

#[tokio::test]
async fn every_error_has_a_reason_even_those_that_no_handler_sees() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    for path in ["/claimd.v1.ClaimService/Nothing", "/nothing.at.all/Here", "/", "/claimd.v1.ClaimService"] {
        let answer = client.call(path, &[], &[]).await;
        assert_eq!(said(&answer), (Code::Unimplemented, "METHOD_UNKNOWN".to_owned()), "{path}");
        assert_eq!(info(&answer.status()).metadata["method"], path);
    }
    let malformed = client.call(LIST_CLAIMS, &[], &[0x0a, 0x7f, b'x']).await;
    assert_eq!(said(&malformed), (Code::InvalidArgument, "MALFORMED_REQUEST".to_owned()));
    let half = client.open(LIST_CLAIMS, &[]).await.unwrap().finish(vec![0, 0, 0, 0, 9, 1].into()).await.unwrap();
    assert_eq!(said(&half), (Code::InvalidArgument, "MALFORMED_REQUEST".to_owned()));
    let flag = client.open(LIST_CLAIMS, &[]).await.unwrap().finish(framed(7, &[])).await.unwrap();
    assert_eq!(said(&flag), (Code::InvalidArgument, "MALFORMED_REQUEST".to_owned()));
    let encoding = client.call(LIST_CLAIMS, &[("grpc-encoding", "br")], &[]).await;
    assert_eq!(said(&encoding), (Code::Unimplemented, "ENCODING_UNKNOWN".to_owned()));
    assert_eq!(encoding.headers["grpc-accept-encoding"], "gzip,zstd,identity");
}

/// A handler refuses bytes that are not a message of its method.
#[tokio::test]
async fn every_method_has_a_handler() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    for method in Method::all().iter().filter(|method| !method.takes_stream) {
        let answer = client.open(&method.path, &[]).await.unwrap().finish(framed(7, &[])).await.unwrap();
        assert_eq!(said(&answer), (Code::InvalidArgument, "MALFORMED_REQUEST".to_owned()), "{}", method.path);
    }
}

#[tokio::test]
async fn where_nobody_has_to_be_known_this_machine_may_reload() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let code = client.call(RELOAD, &[], &[]).await.status().code();
    assert!(!matches!(code, Code::PermissionDenied | Code::Unauthenticated), "{code:?}");
    drop(client);
    eventually("an empty server", || server.counters.open() == 0).await;
}
