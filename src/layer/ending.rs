//! Streams end when the server is about to end, with a status that tells their clients to connect again.
//!
//! Left alone they would go on for as long as their clients want, and be cut in the middle of a message.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};
use pin_project_lite::pin_project;
use tonic::Status;
use tonic::body::Body;
use tower_service::Service;

use crate::rpc::{Method, Phase, PhaseWatch, Refusal, reached};

/// A service whose streams end with the server.
#[derive(Clone)]
pub struct Ending<S> {
    phases: PhaseWatch,
    inner: S,
}

impl<S> Ending<S> {
    pub(super) fn new(phases: PhaseWatch, inner: S) -> Self {
        Self { phases, inner }
    }
}

impl<S> Service<Request<Body>> for Ending<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ended<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let is_stream = Method::find(request.uri().path()).is_some_and(|method| method.is_stream);
        let phases = is_stream.then(|| self.phases.clone());
        Ended { future: self.inner.call(request), phases }
    }
}

pin_project! {
    /// An answer to come that ends with the server if it is a stream.
    pub struct Ended<F> {
        #[pin]
        future: F,
        phases: Option<PhaseWatch>,
    }
}

impl<F> Future for Ended<F>
where
    F: Future<Output = Result<Response<Body>, Infallible>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.future.poll(cx))?;
        Poll::Ready(Ok(match this.phases.take() {
            Some(mut phases) => response.map(|body| {
                let closing = Box::pin(async move { reached(&mut phases, Phase::Closing).await });
                Body::new(EndedBody { body: Some(body), closing })
            }),
            None => response,
        }))
    }
}

/// A stream that ends with the server.
struct EndedBody {
    /// Nothing once it has ended.
    body: Option<Body>,
    closing: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl HttpBody for EndedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        // Looked at first, and each frame is whole messages: a stream that always has more ends as well.
        if this.closing.as_mut().poll(cx).is_ready() {
            this.body = None;
            return Poll::Ready(Some(Ok(Frame::trailers(Refusal::ShuttingDown.into_trailers()))));
        }
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if frame.is_none() {
            this.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }
}
