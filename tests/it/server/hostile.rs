//! Peers that mean harm: each is cut off, and others are answered as before.

use std::time::Duration;

use claimd::proto::v1::GetArticleRequest;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;

use crate::server::bytes::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, RESET, beginning, call, flood, frame, malformed,
};
use crate::server::client::{Call, Client, GET_CORPUS, framed};
use crate::server::counted::Counted;
use crate::server::running::{Running, eventually, soon};
use crate::support::{IntoRecord, article, corpus_of, ndjson};

pub(crate) const GET_ARTICLE: &str = "/claimd.v1.ArticleService/GetArticle";

/// Numbers of a client's streams.
fn streams() -> impl Iterator<Item = u32> {
    (1..).step_by(2)
}

async fn answers(server: &Running) {
    let mut client = Client::connect(server.address).await;
    assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
}

#[tokio::test]
async fn malformed_streams_are_refused_one_by_one_and_the_connection_ends_at_their_limit() {
    for (flags, limit) in [(&["--max-resets", "50"][..], 50), (&[], 1024)] {
        let server = Running::start(flags);
        let mut bytes = beginning(false);
        for stream in streams().take(3000) {
            bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &malformed()));
        }
        let frames = soon("the end of the connection", flood(server.address, bytes)).await;
        let refused = frames[usize::from(RESET)];
        assert!(refused <= limit, "{refused} streams were refused");
        eventually("an empty server", || server.counters.open() == 0).await;
        assert_eq!(server.counters.breaches.get(), 1);
        answers(&server).await;
    }
}

#[tokio::test]
async fn calls_given_up_as_fast_as_they_are_made_end_the_connection() {
    let server = Running::start(&["--max-resets", "100"]);
    let mut bytes = beginning(false);
    for stream in streams().take(100_000) {
        bytes.extend(frame(HEADERS, END_HEADERS, stream, &call(GET_CORPUS)));
        bytes.extend(frame(RESET, 0, stream, &8_u32.to_be_bytes()));
    }
    soon("the end of the connection", flood(server.address, bytes)).await;
    eventually("an empty server", || server.counters.open() == 0).await;
    // Which limit is reached first, of streams not looked at yet or of calls given up, is up to the threads.
    assert_eq!(server.counters.breaches.get() + server.counters.reset_floods.get(), 1);
    answers(&server).await;
}

/// Gives a call up once its headers are on their way: before, nothing of it is ever sent.
async fn give_up(call: Call) {
    tokio::time::sleep(Duration::from_millis(2)).await;
    drop(call);
    tokio::time::sleep(Duration::from_millis(2)).await;
}

#[tokio::test]
async fn a_client_that_gives_up_call_after_call_is_cut_off_and_one_that_finishes_most_is_not() {
    let server = Running::start(&["--max-resets", "20"]);
    let mut fair = Client::connect(server.address).await;
    for _ in 0..50 {
        give_up(fair.open(GET_CORPUS, &[]).await.unwrap()).await;
        assert_eq!(fair.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
    }
    assert_eq!(server.counters.reset_floods.get(), 0);

    let mut unfair = Client::connect(server.address).await;
    let giving_up = async {
        while let Ok(call) = unfair.open(GET_CORPUS, &[]).await {
            give_up(call).await;
        }
    };
    soon("the cut", giving_up).await;
    answers(&server).await;
    assert_eq!(server.counters.reset_floods.get(), 1);
}

#[tokio::test]
async fn headers_beyond_their_limit_are_refused() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    for (size, taken) in [(12 << 10, true), (17 << 10, false)] {
        let large = "x".repeat(size);
        let call = client.open(GET_CORPUS, &[("large", &large)]).await.unwrap();
        let answered = call.finish(framed(0, &[])).await;
        assert_eq!(answered.is_ok_and(|answer| answer.headers.contains_key("claimd-revision")), taken, "{size}");
    }
    // 16 MB of one call's headers.
    let mut bytes = beginning(false);
    bytes.extend(frame(HEADERS, 0, 1, &call(GET_CORPUS)));
    let more: Vec<u8> = [&[0, 1, b'x', 0x7f, 0x80, 0x7e][..], &[b'x'; 16_255]].concat();
    for _ in 0..1000 {
        bytes.extend(frame(CONTINUATION, 0, 1, &more));
    }
    let frames = soon("the end of the connection", flood(server.address, bytes)).await;
    assert_eq!(frames[usize::from(GOAWAY)].min(1), 1, "it is told why");
    eventually("that connection ended", || server.counters.open() <= 1).await;
    assert_eq!(server.counters.breaches.get(), 1);
    answers(&server).await;
}

#[tokio::test]
async fn a_call_sent_a_byte_at_a_time_ends_with_its_deadline_however_many_bytes_there_are() {
    let server = Running::start(&["--default-deadline-seconds", "0.5"]);
    let mut client = Client::connect(server.address).await;
    let slow = client.open(GET_CORPUS, &[]).await.unwrap();
    let answer = slow.trickle(framed(0, &[0; 4000]), Duration::from_millis(20)).await.unwrap();
    assert_eq!(answer.status().code(), Code::DeadlineExceeded);
    answers(&server).await;
}

#[tokio::test]
async fn a_frame_sent_a_byte_at_a_time_ends_its_connection() {
    let server = Running::start(&["--keepalive-seconds", "0.2", "--keepalive-timeout-seconds", "0.2"]);
    let (mut reader, mut writer) = TcpStream::connect(server.address).await.unwrap().into_split();
    writer.write_all(&beginning(false)).await.unwrap();
    let headers = frame(HEADERS, END_HEADERS | END_STREAM, 1, &call(GET_CORPUS).repeat(50));
    let trickling = tokio::spawn(async move {
        for byte in headers {
            if writer.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("all of it was taken");
    });
    soon("the end of the connection", reader.read_to_end(&mut Vec::new())).await.ok();
    soon("the end of the peer", trickling).await.unwrap();
    eventually("an empty server", || server.counters.open() == 0).await;
}

/// On several threads, so that the attackers do not take turns with the server.
#[tokio::test(flavor = "multi_thread")]
async fn while_others_attack_no_good_call_fails_and_afterwards_nothing_of_them_is_left() {
    let server =
        Running::start(&["--handshake-seconds", "0.5", "--max-resets", "100", "--default-deadline-seconds", "60"]);
    let address = server.address;
    let (over, mut is_over) = tokio::sync::watch::channel(());
    let mut good = Client::connect(address).await;
    let asking = tokio::spawn(async move {
        let mut calls = 0_u64;
        while !is_over.has_changed().unwrap_or(true) {
            assert_eq!(good.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
            calls += 1;
        }
        is_over.mark_unchanged();
        (good, calls)
    });
    let mut attacks = tokio::task::JoinSet::new();
    for round in 0..4 {
        let mut malformed_ones = beginning(false);
        let mut given_up = beginning(false);
        for stream in streams().take(3000) {
            malformed_ones.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &malformed()));
            given_up.extend(frame(HEADERS, END_HEADERS, stream, &call(GET_CORPUS)));
            given_up.extend(frame(RESET, 0, stream, &8_u32.to_be_bytes()));
        }
        let mut headers = [beginning(false), frame(HEADERS, 0, 1, &call(GET_CORPUS))].concat();
        headers.extend(frame(CONTINUATION, 0, 1, &vec![0; 16 << 10]).repeat(50));
        for bytes in [malformed_ones, given_up, headers, b"no HTTP/2 at all".to_vec()] {
            attacks.spawn(async move {
                flood(address, bytes).await;
            });
        }
        attacks.spawn(async move {
            let mut silent = Vec::new();
            for _ in 0..50 + round {
                silent.push(TcpStream::connect(address).await.unwrap());
            }
            for mut stream in silent {
                stream.read_to_end(&mut Vec::new()).await.ok();
            }
        });
    }
    soon("the end of the attacks", attacks.join_all()).await;
    over.send(()).unwrap();
    let (_good, calls) = soon("the last answer", asking).await.unwrap();
    assert!(calls > 0);
    eventually("all attackers gone", || server.counters.open() == 1).await;
    eventually("all calls ended", || Counted::of(&server.calls).in_flight == 0).await;
    assert_eq!(Counted::of(&server.calls).ended["OK"], calls);
    assert_eq!(server.counts.shed(), 0);
}

/// A server of an article of 2 MiB.
pub(crate) fn large_articles(flags: &[&str]) -> Running {
    let mut large = article("large");
    large.body = "A sentence that is long enough. ".repeat(65_536);
    Running::serve(corpus_of(&ndjson([&large as &dyn IntoRecord])), flags)
}

pub(crate) fn ask_for_it() -> Vec<u8> {
    GetArticleRequest { name: "articles/large".to_owned(), ..GetArticleRequest::default() }.encode_to_vec()
}

#[tokio::test]
async fn a_peer_that_reads_nothing_is_cut_off() {
    let server = large_articles(&["--write-seconds", "0.4"]);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut bytes = beginning(true);
    for number in streams().take(40) {
        bytes.extend(frame(HEADERS, END_HEADERS, number, &call(GET_ARTICLE)));
        bytes.extend(frame(DATA, END_STREAM, number, &framed(0, &ask_for_it())));
    }
    stream.write_all(&bytes).await.unwrap();
    eventually("the cut", || server.counters.stalled_connections.get() == 1).await;
    eventually("an empty server", || server.counters.open() == 0).await;
    answers(&server).await;
}

#[tokio::test]
async fn an_answer_that_a_peer_makes_no_room_for_is_cut_off_and_its_connection_goes_on() {
    let server = large_articles(&["--write-seconds", "0.4"]);
    let mut client = Client::connect(server.address).await;
    let mut stalled = client.open(GET_ARTICLE, &[]).await.unwrap();
    stalled.body.send_data(framed(0, &ask_for_it()), true).unwrap();
    let (_, mut body) = stalled.headers().await.unwrap();
    let reading = async {
        loop {
            // What is read is never said to be.
            match body.data().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => break error,
                None => panic!("the whole answer came"),
            }
        }
    };
    let error = soon("the cut", reading).await;
    assert!(error.is_reset(), "{error}");
    assert_eq!(server.counters.stalled_streams.get(), 1);
    drop(body);
    let answer = client.call(GET_ARTICLE, &[], &ask_for_it()).await;
    assert_eq!((answer.status().code(), answer.data.len() > 2 << 20), (Code::Ok, true));
}

#[tokio::test]
async fn a_thousand_connections_that_never_speak_do_not_slow_the_others_down() {
    let server = Running::start(&["--handshake-seconds", "2"]);
    let mut good = Client::connect(server.address).await;
    let mut times = [Duration::ZERO; 2];
    let mut silent = Vec::new();
    for time in &mut times {
        let mut taken = Vec::new();
        for _ in 0..50 {
            let began = tokio::time::Instant::now();
            assert_eq!(good.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
            taken.push(began.elapsed());
        }
        taken.sort_unstable();
        *time = taken[25];
        while silent.len() < 1000 {
            silent.push(TcpStream::connect(server.address).await.unwrap());
        }
    }
    let [quiet, beset] = times;
    assert!(beset < quiet * 5 + Duration::from_millis(5), "{quiet:?} became {beset:?}");
    eventually("the end of those who never spoke", || server.counters.handshake_failures.get() == 1000).await;
}
