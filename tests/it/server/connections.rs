//! Connections: how many, for how long, and how they end.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, timeout};
use tonic::Code;

use crate::server::bytes::PREFACE;
use crate::server::client::{Client, GET_CORPUS, framed};
use crate::server::running::{Running, eventually, soon};

/// Calls and expects an answer.
async fn call(client: &mut Client) {
    assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
}

#[tokio::test]
async fn one_more_than_may_be_open_waits_until_one_ends() {
    let server = Running::start(&["--max-connections", "2"]);
    let mut first = Client::connect(server.address).await;
    let mut second = Client::connect(server.address).await;
    call(&mut first).await;
    call(&mut second).await;

    // The kernel takes the connection; nobody answers on it.
    let mut third = Client::connect(server.address).await;
    let waiting = third.call(GET_CORPUS, &[], &[]);
    tokio::pin!(waiting);
    assert!(timeout(Duration::from_millis(200), &mut waiting).await.is_err());
    assert_eq!((server.counters.open(), server.counters.full.get()), (2, 1));
    drop(first);
    assert_eq!(waiting.await.status().code(), Code::Ok);
}

#[tokio::test]
async fn a_client_is_told_how_many_calls_it_may_have_open() {
    let server = Running::start(&["--max-streams", "7"]);
    let mut client = Client::connect(server.address).await;
    call(&mut client).await;
    assert_eq!(client.send.current_max_send_streams(), 7);
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    call(&mut client).await;
    assert_eq!(client.send.current_max_send_streams(), 256);
}

#[tokio::test]
async fn peers_that_say_nothing_or_hardly_anything_are_closed_and_hinder_nobody() {
    let server = Running::start(&["--handshake-seconds", "0.5"]);
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    let began = Instant::now();
    slow.write_all(&PREFACE[..1]).await.unwrap();
    call(&mut Client::connect(server.address).await).await;

    for mut stream in silent {
        assert_eq!(soon("the end of a silent connection", stream.read(&mut [0])).await.unwrap_or(0), 0);
    }
    let trickle = async {
        for byte in &PREFACE[1..] {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if slow.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
    };
    trickle.await;
    assert_eq!(soon("the end of a slow connection", slow.read(&mut [0])).await.unwrap_or(0), 0);
    assert!(began.elapsed() >= Duration::from_millis(400));
    eventually("301 failed handshakes", || server.counters.handshake_failures.get() == 301).await;
    eventually("an empty server", || server.counters.open() == 0).await;
}

#[tokio::test]
async fn a_peer_of_another_protocol_is_closed_at_once() {
    let server = Running::start(&[]);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
    assert_eq!(soon("the end", stream.read(&mut [0])).await.unwrap_or(0), 0);
    assert_eq!(server.counters.handshake_failures.get(), 1);
}

#[tokio::test]
async fn an_old_connection_takes_no_new_calls_and_finishes_those_it_has() {
    let server = Running::start(&["--connection-age-seconds", "0.3", "--connection-grace-seconds", "20"]);
    let mut client = Client::connect(server.address).await;
    let open = client.open(GET_CORPUS, &[]).await.unwrap();
    eventually("the age", || server.counters.aged.get() == 1).await;
    // What asks the connection to end goes back and forth before it counts.
    let refused = async {
        loop {
            match client.open(GET_CORPUS, &[]).await {
                Ok(call) => drop(call),
                Err(error) => break error,
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(soon("a refusal", refused).await.is_go_away());
    assert_eq!(open.finish(framed(0, &[])).await.unwrap().status().code(), Code::Ok);
    soon("the end", &mut client.ended).await.unwrap().ok();
    assert_eq!(server.counters.outlasted.get(), 0);
}

#[tokio::test]
async fn an_old_connection_whose_calls_do_not_end_is_cut() {
    let server = Running::start(&["--connection-age-seconds", "0.1", "--connection-grace-seconds", "0.2"]);
    let mut client = Client::connect(server.address).await;
    let open = client.open(GET_CORPUS, &[]).await.unwrap();
    assert!(open.answer().await.is_err());
    eventually("a cut", || server.counters.outlasted.get() == 1).await;
}

#[tokio::test]
async fn a_connection_without_calls_ends_and_one_with_a_call_does_not() {
    let server = Running::start(&["--connection-idle-seconds", "0.3"]);
    let mut busy = Client::connect(server.address).await;
    let open = busy.open(GET_CORPUS, &[]).await.unwrap();
    let mut idle = Client::connect(server.address).await;
    call(&mut idle).await;
    soon("the end", &mut idle.ended).await.unwrap().unwrap();
    assert_eq!(server.counters.idle.get(), 1);
    assert_eq!(open.finish(framed(0, &[])).await.unwrap().status().code(), Code::Ok);
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_is_closed() {
    let server = Running::start(&["--keepalive-seconds", "0.1", "--keepalive-timeout-seconds", "0.1"]);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&crate::server::bytes::beginning(false)).await.unwrap();
    let mut all = Vec::new();
    soon("the end", stream.read_to_end(&mut all)).await.ok();
    eventually("an empty server", || server.counters.open() == 0).await;
}

#[tokio::test]
async fn a_unix_socket_is_served_beside_tcp_and_goes_with_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claimd.sock");
    let server = Running::start(&["--listen", &format!("unix:{}", path.display())]);
    let mut by_tcp = Client::connect(server.address).await;
    call(&mut by_tcp).await;
    let mut by_socket = Client::over(UnixStream::connect(&path).await.unwrap()).await;
    call(&mut by_socket).await;
    drop((by_tcp, by_socket));
    assert!(soon("the end", server.stop()).await);
    assert!(!path.exists());
}

#[tokio::test]
async fn every_connection_is_counted_from_its_beginning_to_its_end() {
    let server = Running::start(&[]);
    for _ in 0..3 {
        let mut client = Client::connect(server.address).await;
        call(&mut client).await;
        assert!(server.counters.open() >= 1);
    }
    eventually("an empty server", || server.counters.open() == 0).await;
    assert_eq!(server.counters.accepted.get(), 3);
    assert_eq!(server.counters.breaches.get(), 0, "whoever hangs up breaks no rule");
}
