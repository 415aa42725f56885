//! Connections of the admin port: limited in number and time, and each for one request.
//!
//! axum's own loop has no limit of connections, and no timeout for silent ones: peers of the admin port could use up the
//! files that the gRPC port needs.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tower_service::Service;

use crate::server::accept::is_peer_gone;

/// Most connections open at once; more wait to be accepted. Probes and scrapers need a handful.
const MAX_CONNECTIONS: usize = 64;

/// Longest life of a connection, from its acceptance to the last byte of its response: the default timeout of Prometheus,
/// for metrics that are made in milliseconds.
const LIFE: Duration = Duration::from_secs(10);

/// Most bytes of a request's line and headers: many times what browsers send.
const MAX_HEAD_BYTES: usize = 16 << 10;

/// Pause after accepting has failed, for want of files for example. Retrying without a pause would take a whole core.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves for as long as it is polled.
pub(super) async fn run(listener: TcpListener, routes: Router) -> Infallible {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await.expect("the semaphore is never closed");
        match listener.accept().await {
            Ok((stream, peer)) => {
                let routes = routes.clone();
                tokio::spawn(async move {
                    serve(stream, peer, routes).await;
                    drop(permit);
                });
            }
            Err(error) if is_peer_gone(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "the admin port cannot accept a connection");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Serves the one request of a connection.
async fn serve(stream: TcpStream, peer: SocketAddr, routes: Router) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        routes.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.keep_alive(false).max_header_size(MAX_HEAD_BYTES).max_buf_size(2 * MAX_HEAD_BYTES);
    match timeout(LIFE, http.serve_connection(TokioIo::new(stream), service)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%peer, %error, "admin connection closed with an error"),
        Err(_) => tracing::debug!(%peer, "admin connection cut after its longest life"),
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const REQUEST: &[u8] = b"GET /livez HTTP/1.1\r\nhost: admin\r\n\r\n";

    async fn open() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let large = get(async || "x".repeat(64 << 20));
        let alive = get(async || "alive\n").put(async |body: String| body);
        let routes = Router::new().route("/livez", alive).route("/large", large);
        tokio::spawn(run(listener, routes));
        address
    }

    async fn connect(address: SocketAddr, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    /// Everything until the end of the connection.
    async fn rest(mut stream: TcpStream) -> Vec<u8> {
        let mut all = Vec::new();
        let reading = timeout(Duration::from_mins(1), stream.read_to_end(&mut all));
        reading.await.expect("the connection ends").ok();
        all
    }

    #[tokio::test]
    async fn a_connection_gets_one_response() {
        let address = open().await;
        let twice = rest(connect(address, &REQUEST.repeat(2)).await).await;
        let twice = String::from_utf8(twice).unwrap();
        assert!(twice.starts_with("HTTP/1.1 200 OK\r\n") && twice.contains("connection: close\r\n"), "{twice}");
        assert_eq!(twice.matches("alive").count(), 1, "{twice}");
    }

    #[tokio::test]
    async fn a_head_of_the_limit_is_accepted_and_one_byte_more_is_not() {
        let address = open().await;
        let (begin, end) = ("GET /livez HTTP/1.1\r\nx: ", "\r\n\r\n");
        for (size, status) in [(MAX_HEAD_BYTES, "200"), (MAX_HEAD_BYTES + 1, "431")] {
            let head = format!("{begin}{}{end}", "x".repeat(size - begin.len() - end.len()));
            let answer = rest(connect(address, head.as_bytes()).await).await;
            let answer = String::from_utf8(answer).unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{size}: {answer}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silent_and_slow_peers_and_those_that_do_not_read_are_cut() {
        let address = open().await;
        for bytes in [&b""[..], &REQUEST[..30], b"PUT /livez HTTP/1.1\r\ncontent-length: 9\r\n\r\nx"] {
            let began = tokio::time::Instant::now();
            rest(connect(address, bytes).await).await;
            assert!(began.elapsed() >= LIFE, "{:?}", String::from_utf8_lossy(bytes));
        }
        let unread = connect(address, b"GET /large HTTP/1.1\r\nhost: admin\r\n\r\n").await;
        sleep(LIFE * 2).await;
        assert!(rest(unread).await.len() < 64 << 20, "the response was cut");
    }

    #[tokio::test]
    async fn one_connection_beyond_the_limit_waits_until_another_ends() {
        let address = open().await;
        let mut silent = Vec::new();
        for _ in 1..MAX_CONNECTIONS {
            silent.push(connect(address, b"").await);
        }
        assert!(rest(connect(address, REQUEST).await).await.ends_with(b"alive\n"), "the last that may be open");
        silent.push(connect(address, b"").await);
        let mut waiting = Box::pin(rest(connect(address, REQUEST).await));
        assert!(timeout(Duration::from_millis(200), &mut waiting).await.is_err());
        silent.pop();
        assert!(waiting.await.ends_with(b"alive\n"));
    }
}
