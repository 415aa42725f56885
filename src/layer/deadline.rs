//! A call ends when its time is over, with DEADLINE_EXCEEDED, and its work with it.
//!
//! The time runs from the call's arrival to the last byte of its answer. Streams of answers, and loads, have as much as
//! their client gives them; what they have not sent when the time is over, they do not send.

mod timeout;

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use http_body::Body as HttpBody;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::body::Body;
use tower_service::Service;

use self::timeout::client_timeout;
use super::Counts;
use super::answer::Answer;
use super::passage::{Passage, Polled, through};
use crate::config::CallConfig;
use crate::rpc::{Deadline, Method, Refusal};

/// A service whose calls end in time.
#[derive(Clone)]
pub struct Deadlines<S> {
    default: Duration,
    longest: Duration,
    counts: Arc<Counts>,
    inner: S,
}

impl<S> Deadlines<S> {
    pub(super) fn new(config: &CallConfig, counts: Arc<Counts>, inner: S) -> Self {
        let (default, longest) = (config.default_deadline_seconds, config.max_deadline_seconds);
        Self { default, longest, counts, inner }
    }

    /// How much time a call is given.
    fn limit(&self, request: &Request<Body>) -> Result<Option<Duration>, Refusal> {
        let asked = client_timeout(request.headers())?;
        if Method::find(request.uri().path()).is_some_and(|method| method.is_stream || method.is_load()) {
            return Ok(asked);
        }
        Ok(Some(asked.unwrap_or(self.default).min(self.longest)))
    }
}

impl<S> Service<Request<Body>> for Deadlines<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer<Timed<S::Future>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let limit = match self.limit(&request) {
            Ok(Some(limit)) if limit.is_zero() => {
                self.counts.add_late();
                return Answer::refused(Refusal::DeadlineExceeded { limit });
            }
            Ok(limit) => limit,
            Err(refusal) => return Answer::refused(refusal),
        };
        let time = limit.map(|limit| {
            let end = Instant::now() + limit;
            request.extensions_mut().insert(Deadline(end));
            Time { limit, end, timer: None, counts: Arc::clone(&self.counts) }
        });
        Answer::asked(Timed { future: Some(self.inner.call(request)), time })
    }
}

/// The time that a call has.
struct Time {
    limit: Duration,
    end: Instant,
    /// Made when the call has to wait, which few do.
    timer: Option<Pin<Box<Sleep>>>,
    counts: Arc<Counts>,
}

impl Time {
    /// Ready once the time is over.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Refusal> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(self.end)));
        timer.as_mut().poll(cx).map(|()| self.exceeded())
    }

    fn exceeded(&self) -> Refusal {
        self.counts.add_late();
        Refusal::DeadlineExceeded { limit: self.limit }
    }
}

pin_project! {
    /// An answer to come in time.
    pub struct Timed<F> {
        // Nothing once the time was over: the work ends with it.
        #[pin]
        future: Option<F>,
        time: Option<Time>,
    }
}

impl<F> Future for Timed<F>
where
    F: Future<Output = Result<Response<Body>, Infallible>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let future = this.future.as_mut().as_pin_mut().expect("an answer is not asked for twice");
        if let Poll::Ready(Ok(response)) = future.poll(cx) {
            return Poll::Ready(Ok(match this.time.take() {
                Some(time) => through(time, response),
                None => response,
            }));
        }
        let Some(time) = this.time else { return Poll::Pending };
        time.poll(cx).map(|refusal| {
            this.future.set(None);
            Ok(refusal.into_response())
        })
    }
}

impl Passage for Time {
    fn next(&mut self, body: Pin<&mut Body>, cx: &mut Context<'_>) -> Poll<Result<Polled, Refusal>> {
        if Instant::now() >= self.end {
            return Poll::Ready(Err(self.exceeded()));
        }
        match body.poll_frame(cx) {
            Poll::Ready(polled) => Poll::Ready(Ok(polled)),
            Poll::Pending => self.poll(cx).map(Err),
        }
    }
}

#[cfg(test)]
mod tests;
