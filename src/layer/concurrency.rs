//! So many calls at once and no more: the rest is turned away at once, while there is still time to ask elsewhere.
//!
//! A call counts until the last byte of its answer was handed over, or until it is given up.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use http_body::Body as HttpBody;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;

use super::Counts;
use super::passage::{Passage, Polled, through};
use super::stage::Stage;
use crate::config::CallConfig;
use crate::rpc::{Group, Method, Refusal};

/// When a call that was turned away is told to come again. Calls take milliseconds: by then most have ended, and no
/// client hammers.
const RETRY: Duration = Duration::from_millis(100);

/// So many calls open at once and no more.
#[derive(Clone)]
pub struct Concurrency {
    limits: Arc<Limits>,
    counts: Arc<Counts>,
}

/// Each has its permits, so that none takes from another.
struct Limits {
    calls: Limit,
    /// Streams of answers.
    streams: Limit,
    /// Streams of health and reflection.
    probes: Limit,
}

struct Limit {
    most: u32,
    permits: Arc<Semaphore>,
}

impl Limit {
    fn new(most: u32) -> Self {
        Self { most, permits: Arc::new(Semaphore::new(most as usize)) }
    }
}

impl Limits {
    /// What a call counts against. Health's single answers cost nothing, and have to be there when all else is taken.
    fn of(&self, path: &str) -> Option<&Limit> {
        match Method::find(path) {
            Some(Method { group: Group::Corpus, is_stream: true, .. }) => Some(&self.streams),
            Some(Method { group: Group::Health | Group::Reflection, is_stream: true, .. }) => Some(&self.probes),
            Some(Method { group: Group::Health | Group::Reflection, .. }) => None,
            _ => Some(&self.calls),
        }
    }
}

impl Concurrency {
    pub(super) fn new(config: &CallConfig, counts: Arc<Counts>) -> Self {
        let limits = Limits {
            calls: Limit::new(config.max_in_flight),
            streams: Limit::new(config.max_open_streams),
            probes: Limit::new(config.max_open_streams),
        };
        Self { limits: Arc::new(limits), counts }
    }
}

impl Stage for Concurrency {
    /// The permit to make an answer.
    type Kept = Option<OwnedSemaphorePermit>;

    fn enter(&self, request: &mut Request<Body>) -> Result<Self::Kept, Refusal> {
        let Some(limit) = self.limits.of(request.uri().path()) else { return Ok(None) };
        Arc::clone(&limit.permits).try_acquire_owned().map(Some).map_err(|_| {
            self.counts.add_shed();
            Refusal::Overloaded { limit: limit.most, retry: RETRY }
        })
    }

    fn leave(permit: Self::Kept, answer: Response<Body>) -> Response<Body> {
        match permit {
            Some(permit) => through(Permitted { _permit: permit }, answer),
            None => answer,
        }
    }
}

/// The permit to send an answer.
struct Permitted {
    _permit: OwnedSemaphorePermit,
}

impl Passage for Permitted {
    fn next(&mut self, body: Pin<&mut Body>, cx: &mut Context<'_>) -> Poll<Result<Polled, Refusal>> {
        body.poll_frame(cx).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Future as _, poll_fn};

    use clap::{Args, FromArgMatches};
    use http_body_util::Full;
    use tower_service::Service;

    use super::*;
    use crate::layer::tests::{ask, service};

    const GET: &str = "/claimd.v1.ClaimService/GetClaim";
    const WATCH: &str = "/claimd.v1.CorpusService/WatchCorpus";

    fn config() -> CallConfig {
        let arguments = ["test", "--max-in-flight", "2", "--max-open-streams", "1"];
        let matches = CallConfig::augment_args(clap::Command::new("test")).get_matches_from(arguments);
        CallConfig::from_arg_matches(&matches).unwrap()
    }

    fn answer() -> Response<Body> {
        Response::new(Body::new(Full::from("answer")))
    }

    #[tokio::test]
    async fn a_call_counts_until_its_answer_is_read_or_dropped() {
        let counts = Arc::new(Counts::default());
        let mut layer = Concurrency::new(&config(), Arc::clone(&counts)).around(service(|_| async { answer() }));
        let first = ask(&mut layer, GET).await;
        let second = ask(&mut layer, GET).await;
        let third = ask(&mut layer, GET).await;
        assert_eq!(third.headers()["grpc-status"], "14");
        assert_eq!(third.headers()["grpc-retry-pushback-ms"], "100");
        drop(first);
        assert!(ask(&mut layer, GET).await.headers().is_empty());
        drop(second);
        assert_eq!(counts.shed(), 1);
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_counts_no_more() {
        let mut layer = Concurrency::new(&config(), Arc::default()).around(service(|_| std::future::pending()));
        let mut calls: Vec<_> = (0..2).map(|_| Box::pin(layer.call(Request::new(Body::empty())))).collect();
        for call in &mut calls {
            assert!(poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await);
        }
        assert_eq!(ask(&mut layer, GET).await.headers()["grpc-status"], "14");
        calls.clear();
        let mut again = Box::pin(layer.call(Request::new(Body::empty())));
        assert!(poll_fn(|cx| Poll::Ready(again.as_mut().poll(cx).is_pending())).await);
    }

    #[tokio::test]
    async fn those_who_watch_take_nothing_from_those_who_ask_and_health_is_always_told() {
        let mut layer = Concurrency::new(&config(), Arc::default()).around(service(|_| async { answer() }));
        let mut open = vec![ask(&mut layer, WATCH).await];
        assert_eq!(ask(&mut layer, WATCH).await.headers()["grpc-status"], "14");
        for _ in 0..2 {
            open.push(ask(&mut layer, GET).await);
        }
        assert_eq!(ask(&mut layer, GET).await.headers()["grpc-status"], "14");
        for path in ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/List", "/grpc.health.v1.Health/Watch"] {
            open.push(ask(&mut layer, path).await);
        }
        assert!(open.iter().all(|response| response.headers().is_empty()));
    }
}
