//! A panic in one call ends that call alone, with INTERNAL.
//!
//! Without this layer its client would be told that it was cancelled.

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body as HttpBody;
use pin_project_lite::pin_project;
use tonic::body::Body;
use tower_service::Service;

use super::Counts;
use super::passage::{Passage, Polled, through};
use crate::rpc::Refusal;

/// A service whose panics are answers.
#[derive(Clone)]
pub struct Panics<S> {
    counts: Arc<Counts>,
    inner: S,
}

impl<S> Panics<S> {
    pub(super) fn new(counts: Arc<Counts>, inner: S) -> Self {
        Self { counts, inner }
    }
}

impl<S> Service<Request<Body>> for Panics<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Caught<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let future = catch_unwind(AssertUnwindSafe(|| self.inner.call(request))).ok();
        Caught { future, counts: Arc::clone(&self.counts) }
    }
}

pin_project! {
    /// An answer to come; of a panic, INTERNAL.
    pub struct Caught<F> {
        // Nothing if making it has panicked.
        #[pin]
        future: Option<F>,
        counts: Arc<Counts>,
    }
}

impl<F> Future for Caught<F>
where
    F: Future<Output = Result<Response<Body>, Infallible>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = this.future.as_mut().as_pin_mut().and_then(|future| {
            // What the call leaves behind in a panic is dropped and not looked at again.
            catch_unwind(AssertUnwindSafe(|| future.poll(cx))).ok()
        });
        match polled {
            Some(Poll::Pending) => Poll::Pending,
            Some(Poll::Ready(Ok(response))) => {
                Poll::Ready(Ok(through(Catching { counts: Arc::clone(this.counts) }, response)))
            }
            None => {
                this.future.set(None);
                this.counts.add_panic();
                tracing::error!("a call panicked");
                Poll::Ready(Ok(Refusal::Panicked.into_response()))
            }
        }
    }
}

/// Ends an answer with INTERNAL if its making panics.
struct Catching {
    counts: Arc<Counts>,
}

impl Passage for Catching {
    fn next(&mut self, body: Pin<&mut Body>, cx: &mut Context<'_>) -> Poll<Result<Polled, Refusal>> {
        if let Ok(polled) = catch_unwind(AssertUnwindSafe(|| body.poll_frame(cx))) {
            return polled.map(Ok);
        }
        self.counts.add_panic();
        tracing::error!("a call panicked in the middle of its answer");
        Poll::Ready(Err(Refusal::Panicked))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body::Frame;
    use http_body_util::BodyExt;
    use tonic::Status;

    use super::*;
    use crate::layer::tests::{ask, service};

    #[tokio::test]
    async fn a_panic_before_and_in_the_answer_is_internal_and_the_next_call_is_answered() {
        let counts = Arc::new(Counts::default());
        let panics = service(|request| {
            assert!(request.uri().path() != "/panic", "as the test wants it");
            async move {
                assert!(request.uri().path() != "/late", "as the test wants it");
                if request.uri().path() == "/body" { Response::new(Body::new(Broken)) } else { Response::default() }
            }
        });
        let mut layer = Panics::new(Arc::clone(&counts), panics);
        for path in ["/panic", "/late"] {
            let response = ask(&mut layer, path).await;
            assert_eq!(response.headers()["grpc-status"], "13");
        }
        let mut response = ask(&mut layer, "/body").await;
        let end = response.body_mut().frame().await.unwrap().unwrap().into_trailers().unwrap();
        assert_eq!(end["grpc-status"], "13");
        assert!(response.body_mut().frame().await.is_none());
        assert!(ask(&mut layer, "/fine").await.headers().is_empty());
        assert_eq!(counts.panics(), 3);
    }

    struct Broken;

    impl HttpBody for Broken {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
            panic!("as the test wants it")
        }
    }
}
