//! What tonic refuses by itself gets our words: a reason on every error, and the codes that other gRPC servers have.
//!
//! tonic says OUT_OF_RANGE of messages that are too large, INTERNAL of bytes that are no message, and gives no details.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderName, Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;
use tonic::body::Body;
use tower_service::Service;

use crate::config::RequestLimits;
use crate::rpc::{Foreign, Group, Method, Refusal};

/// Which compressions are read; in answers to what is compressed by another.
const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// A service whose every error is one of ours.
#[derive(Clone)]
pub struct Reworded<S> {
    limits: RequestLimits,
    inner: S,
}

impl<S> Reworded<S> {
    pub(super) fn new(limits: RequestLimits, inner: S) -> Self {
        Self { limits, inner }
    }
}

impl<S> Service<Request<Body>> for Reworded<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Rewording<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let method = Method::find(path);
        // Named only where it is to be told: the path of a method that there is not.
        let unknown = method.is_none().then(|| path.to_owned());
        let is_reflection = method.is_some_and(|method| method.group == Group::Reflection);
        let limits = self.limits;
        Rewording { future: self.inner.call(request), unknown, is_reflection, limits }
    }
}

pin_project! {
    /// An answer to come, in our words.
    pub struct Rewording<F> {
        #[pin]
        future: F,
        unknown: Option<String>,
        // Its errors are part of its protocol.
        is_reflection: bool,
        limits: RequestLimits,
    }
}

impl<F> Future for Rewording<F>
where
    F: Future<Output = Result<Response<Body>, Infallible>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.future.poll(cx))?;
        if *this.is_reflection {
            return Poll::Ready(Ok(response));
        }
        let limit = this.limits.max_response_bytes;
        let Some(foreign) = Foreign::find(response.headers()) else {
            return Poll::Ready(Ok(response.map(|body| Body::new(RewordedBody { body, limit }))));
        };
        // An answer that is nothing but an error: the request was not understood.
        let refusal = match (foreign, this.unknown.take()) {
            (Foreign::TooLarge, _) => Refusal::RequestTooLarge { limit: this.limits.max_batch_request_bytes },
            (Foreign::Unknown, Some(method)) => Refusal::MethodUnknown { method },
            (Foreign::Unknown, None) => Refusal::EncodingUnknown,
            (Foreign::Broken, _) => Refusal::Malformed,
        };
        let mut reworded = refusal.into_response();
        if let Some(encodings) = response.headers().get(ACCEPT_ENCODING) {
            reworded.headers_mut().insert(ACCEPT_ENCODING, encodings.clone());
        }
        Poll::Ready(Ok(reworded))
    }
}

/// An answer whose end is in our words.
struct RewordedBody {
    body: Body,
    limit: usize,
}

impl HttpBody for RewordedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| {
                let Some(foreign) = frame.trailers_ref().and_then(Foreign::find) else { return frame };
                let refusal = match foreign {
                    Foreign::TooLarge => Refusal::ResponseTooLarge { limit: self.limit },
                    Foreign::Unknown | Foreign::Broken => Refusal::AnswerBroken,
                };
                Frame::trailers(refusal.into_trailers())
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
