//! The life of one connection: handshake, calls, and a graceful end or a cut.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::{Instant, sleep_until, timeout};

use super::body::{ChunkedBody, RequestBody};
use super::handle::Counters;
use super::io::{BoxStream, Prefaced, WriteDeadline, read_preface};
use super::streams::{StreamState, Streams};
use super::tls::Tls;
use crate::config::ConnectionConfig;
use crate::layer::{CallBody, Calls, ConnectionCalls, Peer, PeerAddress};
use crate::rpc::{Phase, PhaseWatch, reached};

/// Streams that a peer may have opened and reset before the server has accepted them: h2's own default, set here since
/// hyper's may change.
const MAX_PENDING_RESETS: usize = 20;

/// What all connections share.
pub(super) struct Context {
    pub(super) config: ConnectionConfig,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) calls: Calls,
    pub(super) phases: PhaseWatch,
    pub(super) counters: Arc<Counters>,
}

/// Serves a connection to its end.
pub(super) async fn run(stream: BoxStream, address: PeerAddress, context: &Context) {
    let mut phases = context.phases.clone();
    let shaken = tokio::select! {
        shaken = timeout(context.config.handshake_seconds, handshake(stream, address, context)) => shaken,
        () = reached(&mut phases, Phase::Closing) => return,
    };
    match shaken.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
        Ok((stream, peer)) => serve(stream, peer, context).await,
        Err(error) => {
            context.counters.handshake_failures.add();
            tracing::debug!(peer = %address, %error, "handshake failed");
        }
    }
}

async fn handshake(stream: BoxStream, address: PeerAddress, context: &Context) -> io::Result<(Prefaced, Peer)> {
    let (stream, identities) = match (&context.tls, address) {
        (Some(tls), PeerAddress::Tcp(_)) => tls.accept(stream).await?,
        // Bytes on a Unix socket do not leave the machine.
        (Some(_), PeerAddress::Unix) | (None, _) => (stream, None),
    };
    Ok((read_preface(stream).await?, Peer { address, identities }))
}

/// Why a connection is ended gracefully.
enum End {
    Old,
    Idle,
    Draining,
}

async fn serve(stream: Prefaced, peer: Peer, context: &Context) {
    let Context { config, counters, .. } = context;
    let streams = Streams::new(config.write_seconds, config.max_resets, Arc::clone(counters));
    let address = peer.address;
    let calls = context.calls.of(peer);
    let service = service_fn(move |request| answer(&calls, request));
    let stream = TokioIo::new(WriteDeadline::new(stream, config.write_seconds));
    let mut connection = pin!(http2(config, streams.clone()).serve_connection(stream, service));

    let mut phases = context.phases.clone();
    let mut over = context.phases.clone();
    // Until the maximum age, and after a graceful end was begun until the end of the grace.
    let mut timer = pin!(sleep_until(Instant::now() + jittered(config.connection_age_seconds)));
    let mut is_ending = false;
    let mut draining = false;
    let ended = loop {
        let end = tokio::select! {
            ended = streams.gathered(connection.as_mut()) => break ended,
            () = reached(&mut over, Phase::Over) => return,
            () = streams.flooded() => {
                counters.reset_floods.add();
                tracing::warn!(peer = %address, "connection cut: the peer resets its calls as fast as it makes them");
                return;
            }
            () = timer.as_mut() => {
                if is_ending {
                    counters.outlasted.add();
                    return;
                }
                End::Old
            }
            () = streams.idle(config.connection_idle_seconds), if !is_ending => End::Idle,
            () = reached(&mut phases, Phase::Closing), if !draining => End::Draining,
        };
        match end {
            End::Old => counters.aged.add(),
            End::Idle => counters.idle.add(),
            End::Draining => draining = true,
        }
        if !is_ending {
            is_ending = true;
            timer.as_mut().reset(Instant::now() + config.connection_grace_seconds);
            connection.as_mut().graceful_shutdown();
        }
    };
    if let Err(error) = ended {
        if is_stalled(&error) {
            counters.stalled_connections.add();
        } else if is_breach(&error) {
            counters.breaches.add();
        }
        tracing::debug!(peer = %address, %error, "connection closed with an error");
    }
}

/// Answers a call. Admission begins at once, and not when the stream's task is polled.
fn answer(
    calls: &ConnectionCalls,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response<ChunkedBody<CallBody>>, Infallible>> + use<> {
    let response = calls.call(request.map(RequestBody));
    async { Ok(response.await?.map(|body| ChunkedBody::new(body, StreamState::current()))) }
}

fn http2(config: &ConnectionConfig, streams: Streams) -> http2::Builder<Streams> {
    let mut builder = http2::Builder::new(streams);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(config.max_streams)
        .max_header_list_size(config.max_header_bytes)
        .max_pending_accept_reset_streams(MAX_PENDING_RESETS)
        // Unset, hyper removes h2's default (RUSTSEC-2024-0003).
        .max_local_error_reset_streams(config.max_resets as usize)
        .keep_alive_interval(config.keepalive_seconds)
        .keep_alive_timeout(config.keepalive_timeout_seconds)
        // gRPC has no use for the header, and reading the time costs on every call.
        .auto_date_header(false);
    builder
}

/// The age, longer or shorter by up to a tenth, so that connections made together do not end together.
fn jittered(age: Duration) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    // Each state is seeded anew.
    let random = RandomState::new().hash_one(0) % 2001;
    #[expect(clippy::cast_precision_loss, reason = "a number below 2,001")]
    age.mul_f64(0.9 + random as f64 / 10_000.0)
}

fn is_stalled(error: &hyper::Error) -> bool {
    is_caused_by(error, |error: &io::Error| error.kind() == io::ErrorKind::TimedOut)
}

/// True if the HTTP/2 library ended the connection, since the peer broke the protocol or exceeded its limits.
fn is_breach(error: &hyper::Error) -> bool {
    is_caused_by(error, |error: &h2::Error| error.is_go_away() && error.is_library())
}

fn is_caused_by<E: Error + 'static>(error: &hyper::Error, is_it: impl Fn(&E) -> bool) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.downcast_ref().is_some_and(&is_it) {
            return true;
        }
        source = cause.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_differ_by_a_tenth_at_most() {
        let ages: Vec<Duration> = (0..100).map(|_| jittered(Duration::from_secs(1000))).collect();
        assert!(ages.iter().all(|age| (900..=1100).contains(&age.as_secs())), "{ages:?}");
        assert!(ages.iter().any(|age| *age != ages[0]), "all connections end together");
    }
}
