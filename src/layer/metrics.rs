//! Counts each call once, with the code it ends with, whatever ends it. Outside of every layer that may end a call.

mod received;
mod table;

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{Request, Response};
use tonic::body::Body;
use tower_service::Service;

use super::observed::{End, Observed, ObservedBody, Observer};
use received::Counted;

pub(super) use received::Received;
pub use table::CallMetrics;

/// A service whose calls are counted.
#[derive(Clone)]
pub struct Metrics<S> {
    metrics: Arc<CallMetrics>,
    inner: S,
}

impl<S> Metrics<S> {
    pub(super) fn new(metrics: Arc<CallMetrics>, inner: S) -> Self {
        Self { metrics, inner }
    }
}

impl<S, B> Service<Request<Body>> for Metrics<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
    B: http_body::Body<Data = Bytes>,
{
    type Response = Response<ObservedBody<B, Counting>>;
    type Error = S::Error;
    type Future = Observed<S::Future, Counting>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let received = Arc::<Received>::default();
        let method = self.metrics.begin(request.uri().path());
        let observer =
            Counting { metrics: Arc::clone(&self.metrics), method, began: Instant::now(), received: received.clone() };
        let mut request = request.map(|body| Body::new(Counted::new(body, received.clone())));
        request.extensions_mut().insert(received);
        Observed::new(self.inner.call(request), observer)
    }
}

/// Notes the end of a call.
pub struct Counting {
    metrics: Arc<CallMetrics>,
    /// Index of the method.
    method: usize,
    began: Instant,
    received: Arc<Received>,
}

impl Observer for Counting {
    fn ended(&mut self, End { code, sent_bytes }: End) {
        let code = self.received.settle(code);
        self.metrics.end(self.method, code, self.began.elapsed(), sent_bytes, self.received.bytes());
    }
}
