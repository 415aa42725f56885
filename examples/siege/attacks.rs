//! The attacks. Each goes on until its time is over, and then lets go.

use std::io::Write as _;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use ::bytes::{BufMut, Bytes, BytesMut};
use ::http::Request;
use claimd::proto::v1::GetArticleRequest;
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::bytes::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, RESET, beginning, call, flood, frame, malformed,
};
use super::corpus::LARGE;

const GET_CORPUS: &str = "/claimd.v1.CorpusService/GetCorpus";
const GET_ARTICLE: &str = "/claimd.v1.ArticleService/GetArticle";
const LIST_CLAIMS: &str = "/claimd.v1.ClaimService/ListClaims";

/// Times that are short, so that the siege is.
const SHORT: &[&str] = &[
    "--handshake-seconds=3",
    "--write-seconds=3",
    "--default-deadline-seconds=5",
    "--keepalive-seconds=3",
    "--keepalive-timeout-seconds=3",
];

/// What is attacked.
#[derive(Clone, Copy)]
pub struct Target {
    pub address: SocketAddr,
    pub admin: SocketAddr,
}

type Running = Pin<Box<dyn Future<Output = ()>>>;

/// An attack.
pub struct Attack {
    pub name: &'static str,
    pub what: &'static str,
    /// What the shell does before it starts the server.
    pub limits: &'static str,
    pub flags: &'static [&'static str],
    pub lasts: Duration,
    pub run: fn(Target, Instant) -> Running,
}

const fn attack(name: &'static str, what: &'static str, seconds: u64, run: fn(Target, Instant) -> Running) -> Attack {
    Attack { name, what, limits: "", flags: SHORT, lasts: Duration::from_secs(seconds), run }
}

pub const ATTACKS: [Attack; 9] = [
    attack("malformed", "3,000 malformed streams a connection, again and again", 6, |target, end| {
        let mut bytes = beginning(false);
        for stream in streams(3000) {
            bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &malformed()));
        }
        Box::pin(again(target, end, bytes))
    }),
    attack("resets", "100,000 calls given up at once, a connection, again and again", 6, |target, end| {
        let mut bytes = beginning(false);
        for stream in streams(100_000) {
            bytes.extend(frame(HEADERS, END_HEADERS, stream, &call(GET_CORPUS)));
            bytes.extend(frame(RESET, 0, stream, &8_u32.to_be_bytes()));
        }
        Box::pin(again(target, end, bytes))
    }),
    attack("headers", "16 MB of one call's headers, again and again", 6, |target, end| {
        let mut bytes = beginning(false);
        bytes.extend(frame(HEADERS, 0, 1, &call(GET_CORPUS)));
        let more: Vec<u8> = [&[0, 1, b'x', 0x7f, 0x80, 0x7e][..], &[b'x'; 16_255]].concat();
        for _ in 0..1000 {
            bytes.extend(frame(CONTINUATION, 0, 1, &more));
        }
        Box::pin(again(target, end, bytes))
    }),
    attack(
        "bombs",
        "requests of a few KB that unpack to 16 MB (gzip) and 64 MB (zstd), 8 at a time",
        6,
        |target, end| Box::pin(bombs(target, end)),
    ),
    attack("silent", "1,000 connections that say nothing, 500 that answer no ping", 10, |target, end| {
        Box::pin(silent(target, end))
    }),
    attack("trickle", "400 connections that send a byte a second, half of them in a call", 12, |target, end| {
        Box::pin(trickle(target, end))
    }),
    attack("unread", "768 calls for 2 MiB whose responses are never read", 10, |target, end| {
        Box::pin(unread(target, end))
    }),
    Attack {
        limits: "ulimit -n 64;",
        ..attack("files", "200 connections that say nothing, where the system grants 64 files", 20, |target, end| {
            Box::pin(hold(target.address, 200, end))
        })
    },
    attack("admin", "1,000 connections to the admin port that say nothing", 6, |target, end| {
        Box::pin(hold(target.admin, 1000, end))
    }),
];

/// Where attacks run: on one thread, so that they leave the server a processor.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Numbers of a client's streams.
fn streams(count: usize) -> impl Iterator<Item = u32> {
    (1..).step_by(2).take(count)
}

/// Floods connection after connection.
async fn again(target: Target, end: Instant, bytes: Vec<u8>) {
    while Instant::now() < end {
        timeout_at(end, flood(target.address, bytes.clone())).await.ok();
    }
}

/// Connections that say nothing.
async fn hold(address: SocketAddr, count: usize, end: Instant) {
    let mut held = Vec::new();
    for _ in 0..count {
        // Where the system takes no more for the server, the attacker waits as everybody does.
        if let Ok(Ok(stream)) = timeout_at(end, TcpStream::connect(address)).await {
            held.push(stream);
        }
    }
    sleep_until(end).await;
}

async fn silent(target: Target, end: Instant) {
    let mut held = Vec::new();
    for _ in 0..500 {
        let mut stream = TcpStream::connect(target.address).await.unwrap();
        stream.write_all(&beginning(false)).await.unwrap();
        held.push(stream);
    }
    hold(target.address, 1000, end).await;
}

async fn trickle(target: Target, end: Instant) {
    let mut slow = JoinSet::new();
    for number in 0..400 {
        let (begun, pieces): (Vec<u8>, Vec<Vec<u8>>) = if number % 2 == 0 {
            let begun = [beginning(false), frame(HEADERS, END_HEADERS, 1, &call(LIST_CLAIMS))].concat();
            (begun, vec![frame(DATA, 0, 1, &[0]); 5])
        } else {
            (Vec::new(), PREFACE.iter().map(|byte| vec![*byte]).collect())
        };
        slow.spawn(async move {
            let mut stream = TcpStream::connect(target.address).await.unwrap();
            stream.write_all(&begun).await.ok();
            for piece in pieces.iter().cycle() {
                sleep(Duration::from_secs(1)).await;
                if Instant::now() >= end || stream.write_all(piece).await.is_err() {
                    break;
                }
            }
        });
    }
    slow.join_all().await;
}

async fn unread(target: Target, end: Instant) {
    let message = GetArticleRequest { name: LARGE.to_owned(), ..GetArticleRequest::default() }.encode_to_vec();
    let mut bytes = beginning(true);
    for stream in streams(256) {
        bytes.extend(frame(HEADERS, END_HEADERS, stream, &call(GET_ARTICLE)));
        bytes.extend(frame(DATA, END_STREAM, stream, &framed(0, &message)));
    }
    while Instant::now() < end {
        let mut held = Vec::new();
        for _ in 0..3 {
            let mut stream = TcpStream::connect(target.address).await.unwrap();
            stream.write_all(&bytes).await.ok();
            held.push(stream);
        }
        sleep(Duration::from_secs(5)).await;
    }
}

async fn bombs(target: Target, end: Instant) {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![0; 16 << 20]).unwrap();
    let gzip = framed(1, &gzip.finish().unwrap());
    let zstd = framed(1, &zstd::bulk::compress(&vec![0; 64 << 20], 19).unwrap());
    let mut throwing = JoinSet::new();
    for number in 0..8 {
        let (encoding, bomb) = if number % 2 == 0 { ("gzip", gzip.clone()) } else { ("zstd", zstd.clone()) };
        throwing.spawn(async move {
            let stream = TcpStream::connect(target.address).await.unwrap();
            let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
            tokio::spawn(connection);
            while Instant::now() < end {
                client = client.ready().await.unwrap();
                let request = Request::post(format!("http://test{LIST_CLAIMS}"))
                    .header("te", "trailers")
                    .header("content-type", "application/grpc")
                    .header("grpc-encoding", encoding);
                let (answer, mut body) = client.send_request(request.body(()).unwrap(), false).unwrap();
                body.send_data(bomb.clone(), true).unwrap();
                let status = answer.await.unwrap().headers()["grpc-status"].clone();
                assert_eq!(status, "8", "RESOURCE_EXHAUSTED");
            }
        });
    }
    throwing.join_all().await;
}

/// A message as it stands in a body.
fn framed(flag: u8, message: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(flag);
    frame.put_u32(u32::try_from(message.len()).unwrap());
    frame.put(message);
    frame.freeze()
}
