//! The end of a server.

use std::time::Duration;

use claimd::proto::health::HealthCheckResponse;
use claimd::proto::health::health_check_response::ServingStatus;
use claimd::rpc::{Phase, reached};
use prost::Message;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tonic::Code;

use crate::server::client::{CHECK, Client, GET_CORPUS, WATCH, framed, next, status};
use crate::server::running::{Running, soon};
use crate::support::{reason, retry};

fn serving_status(data: &[u8]) -> ServingStatus {
    HealthCheckResponse::decode(&data[5..]).unwrap().status()
}

#[tokio::test]
async fn health_tells_first_and_calls_are_answered_meanwhile() {
    let server = Running::start(&["--drain-delay-seconds", "0.5", "--drain-seconds", "10"]);
    let (address, mut phases) = (server.address, server.phases.clone());
    let mut client = Client::connect(address).await;
    assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
    let began = Instant::now();
    let ended = server.stop();
    reached(&mut phases, Phase::Leaving).await;
    assert_eq!(serving_status(&client.call(CHECK, &[], &[]).await.data), ServingStatus::NotServing);
    assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
    let mut late = Client::connect(address).await;
    assert_eq!(late.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok, "new connections are taken, too");
    assert!(soon("the end", ended).await);
    assert!(began.elapsed() >= Duration::from_millis(500));
    assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
    soon("the end of the connection", &mut client.ended).await.unwrap().ok();
}

#[tokio::test]
async fn an_open_call_is_finished_and_a_watch_is_told_to_connect_again() {
    let server = Running::start(&["--drain-delay-seconds", "0.1", "--drain-seconds", "20"]);
    let mut phases = server.phases.clone();
    let mut client = Client::connect(server.address).await;
    let mut watch = client.open(WATCH, &[]).await.unwrap();
    watch.body.send_data(framed(0, &[]), true).unwrap();
    let (_, mut watched) = watch.headers().await.unwrap();
    let first = soon("a status", next(&mut watched)).await.unwrap().unwrap();
    assert_eq!(serving_status(&first), ServingStatus::Serving);
    let open = client.open(GET_CORPUS, &[]).await.unwrap();

    let ended = server.stop();
    let second = soon("a status", next(&mut watched)).await.unwrap().unwrap();
    assert_eq!(serving_status(&second), ServingStatus::NotServing);
    assert!(soon("the end of the watch", next(&mut watched)).await.unwrap().is_none());
    let end = status(&watched.trailers().await.unwrap().unwrap()).unwrap();
    assert_eq!((end.code(), reason(&end)), (Code::Unavailable, "SHUTTING_DOWN".to_owned()));
    assert_eq!(retry(&end), Some(Duration::from_secs(1)));

    reached(&mut phases, Phase::Closing).await;
    assert_eq!(open.finish(framed(0, &[])).await.unwrap().status().code(), Code::Ok);
    assert!(soon("the end", ended).await, "everything ended by itself");
}

#[tokio::test]
async fn the_end_comes_in_time_whatever_peers_do() {
    let server = Running::start(&["--drain-delay-seconds", "9", "--drain-seconds", "1"]);
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let mut client = Client::connect(server.address).await;
    let mut watch = client.open(WATCH, &[]).await.unwrap();
    watch.body.send_data(framed(0, &[]), true).unwrap();
    let (_, _unread) = watch.headers().await.unwrap();
    let hung = client.open(GET_CORPUS, &[]).await.unwrap();

    let began = Instant::now();
    assert!(!soon("the end", server.stop()).await, "a call was cut");
    let took = began.elapsed();
    assert!((Duration::from_secs(1)..Duration::from_secs(2)).contains(&took), "{took:?}");
    assert!(hung.answer().await.is_err());
    assert_eq!(soon("the end", silent.read(&mut [0])).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn where_nobody_is_connected_nobody_is_waited_for() {
    let server = Running::start(&["--drain-delay-seconds", "5", "--drain-seconds", "20"]);
    let began = Instant::now();
    assert!(soon("the end", server.stop()).await);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

/// Two servers behind a client that goes to the other one when it is told to: no call fails while one of them ends.
#[tokio::test]
async fn no_call_fails_while_a_server_ends_under_load() {
    let leaving = Running::start(&["--drain-delay-seconds", "0.2", "--drain-seconds", "20"]);
    let staying = Running::start(&[]);
    let (first, second) = (leaving.address, staying.address);
    let mut phases = leaving.phases.clone();
    let callers: Vec<_> = (0..4)
        .map(|_| {
            tokio::spawn(async move {
                let mut client = Client::connect(first).await;
                let (mut answered, mut moved) = (0, false);
                while !moved || answered < 200 {
                    match client.open(GET_CORPUS, &[]).await {
                        Ok(call) => {
                            let answer = call.finish(framed(0, &[])).await;
                            // What came after the last call that was taken was not begun, and is made again.
                            match answer {
                                Ok(answer) => assert_eq!(answer.status().code(), Code::Ok),
                                Err(error) => assert!(error.is_go_away() || error.is_reset(), "{error}"),
                            }
                            answered += 1;
                        }
                        Err(error) => {
                            assert!(error.is_go_away() || error.is_io(), "{error}");
                            (client, moved) = (Client::connect(second).await, true);
                        }
                    }
                }
                answered
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let ended = leaving.stop();
    reached(&mut phases, Phase::Closing).await;
    for caller in callers {
        assert!(soon("the calls", caller).await.unwrap() >= 200);
    }
    assert!(soon("the end", ended).await);
}
