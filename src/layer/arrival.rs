//! A request is whole before it takes anybody's place.
//!
//! A client that sends its request slowly, or never to its end, would hold one of the places of
//! [`Concurrency`](super::concurrency) for all the time its call has; a few hundred such calls would take them all. They
//! wait here, and count as calls once they can be answered.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes, BytesMut};
use http::request::Parts;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};
use pin_project_lite::pin_project;
use tonic::Status;
use tonic::body::Body;
use tower_service::Service;

use crate::rpc::Method;

/// A flag and the length, before the message.
const PREFIX: usize = 5;

/// A service whose requests are whole.
#[derive(Clone)]
pub struct Arrival<S> {
    /// Most bytes of a message. What is longer is not waited for: it is refused farther in.
    limit: usize,
    inner: S,
}

impl<S> Arrival<S> {
    pub(super) fn new(limit: usize, inner: S) -> Self {
        Self { limit, inner }
    }
}

impl<S> Service<Request<Body>> for Arrival<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Arriving<S, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // Of a method that takes a stream, or that there is not, nothing is waited for.
        if Method::find(request.uri().path()).is_none_or(|method| method.takes_stream) {
            return Arriving::Called { future: self.inner.call(request) };
        }
        let (parts, body) = request.into_parts();
        let mut request = Incomplete { limit: self.limit, body, data: BytesMut::new(), first: Bytes::new() };
        // Most requests are there in whole when their headers are looked at, and take their place at once, in the order
        // of their arrival. Whoever asks again is told when there is more.
        match request.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(body) => {
                Arriving::Called { future: self.inner.call(Request::from_parts(parts, Body::new(body))) }
            }
            Poll::Pending => {
                let waiting = Some(Waiting { parts, request, service: self.inner.clone() });
                Arriving::Waiting { waiting }
            }
        }
    }
}

pin_project! {
    /// An answer to come, once the request is whole.
    #[project = ArrivingProjection]
    pub enum Arriving<S, F> {
        /// The request is not whole yet.
        Waiting { waiting: Option<Waiting<S>> },
        /// It is.
        Called { #[pin] future: F },
    }
}

/// A request that is not whole yet, and who is to answer it.
pub struct Waiting<S> {
    parts: Parts,
    request: Incomplete,
    service: S,
}

impl<S> Future for Arriving<S, S::Future>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let future = match self.as_mut().project() {
                ArrivingProjection::Called { future } => return future.poll(cx),
                ArrivingProjection::Waiting { waiting } => {
                    let request = &mut waiting.as_mut().expect("it is there until the request is whole").request;
                    let body = ready!(request.poll(cx));
                    let Waiting { parts, mut service, .. } = waiting.take().expect("it was there just now");
                    service.call(Request::from_parts(parts, Body::new(body)))
                }
            };
            self.set(Self::Called { future });
        }
    }
}

/// What there is of a request's body.
struct Incomplete {
    limit: usize,
    body: Body,
    /// All but the first piece, where there is more than one.
    data: BytesMut,
    /// The first piece, which is all of most requests.
    first: Bytes,
}

impl Incomplete {
    /// Ready when nothing more is waited for.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Whole> {
        loop {
            if self.body.is_end_stream() || self.is_too_large() {
                return Poll::Ready(self.take(None));
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(self.take(None)),
                Some(Err(error)) => return Poll::Ready(self.take(Some(error))),
                Some(Ok(frame)) => {
                    // Trailers of requests say nothing.
                    let Ok(data) = frame.into_data() else { continue };
                    if self.first.is_empty() {
                        self.first = data;
                    } else {
                        self.data.extend_from_slice(&data);
                    }
                }
            }
        }
    }

    /// True if there is more than a request may have, or the message says that there will be.
    fn is_too_large(&self) -> bool {
        let mut bytes = self.first.clone().chain(&*self.data);
        let there = bytes.remaining();
        if there < PREFIX {
            return false;
        }
        bytes.advance(1);
        let says = bytes.get_u32() as usize;
        says > self.limit || there > self.limit + PREFIX
    }

    fn take(&mut self, error: Option<Status>) -> Whole {
        let first = std::mem::take(&mut self.first);
        let data = std::mem::take(&mut self.data).freeze();
        Whole { pieces: [first, data], error, rest: std::mem::take(&mut self.body) }
    }
}

/// A request's body: what has arrived, and what was not waited for.
struct Whole {
    pieces: [Bytes; 2],
    error: Option<Status>,
    rest: Body,
}

impl HttpBody for Whole {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(piece) = self.pieces.iter_mut().find(|piece| !piece.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(piece)))));
        }
        match self.error.take() {
            Some(error) => Poll::Ready(Some(Err(error))),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.iter().all(Bytes::is_empty) && self.error.is_none() && self.rest.is_end_stream()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::{BodyExt, StreamBody};

    use super::*;
    use crate::layer::tests::service;

    const GET: &str = "/claimd.v1.ClaimService/GetClaim";

    fn request(
        path: &str,
        frames: impl stream::Stream<Item = Result<Frame<Bytes>, Status>> + Send + 'static,
    ) -> Request<Body> {
        Request::post(path).body(Body::new(StreamBody::new(frames))).unwrap()
    }

    /// A service that answers with the bytes it was asked with.
    fn echo() -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone {
        service(|request: Request<Body>| async {
            let data = request.into_body().collect().await.unwrap().to_bytes();
            Response::new(Body::new(http_body_util::Full::new(data)))
        })
    }

    fn pieces(bytes: &'static [u8], size: usize) -> impl stream::Stream<Item = Result<Frame<Bytes>, Status>> + Send {
        stream::iter(bytes.chunks(size).map(|piece| Ok(Frame::data(Bytes::from_static(piece)))))
    }

    #[tokio::test]
    async fn a_request_goes_on_as_it_came_in_whatever_pieces() {
        let bytes = b"\0\0\0\0\x0aten bytes.";
        for size in 1..=bytes.len() {
            let mut layer = Arrival::new(10, echo());
            let answer = layer.call(request(GET, pieces(bytes, size))).await.unwrap();
            assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), bytes[..], "{size}");
        }
    }

    #[tokio::test]
    async fn what_is_too_large_is_not_waited_for() {
        let endless = |bytes: &'static [u8]| stream::StreamExt::chain(pieces(bytes, bytes.len()), stream::pending());
        let asked = service(|_| async { Response::default() });
        let mut layer = Arrival::new(10, asked);
        for bytes in [&b"\0\0\0\0\x0b"[..], b"\0\0\0\0\x0aten bytes.!"] {
            layer.call(request(GET, endless(bytes))).await.unwrap();
        }
        for bytes in [&b"\0\0\0\0\x0a"[..], b"\0\0\0\0\x0aten bytes", b"\0\0"] {
            let mut waits = Box::pin(layer.call(request(GET, endless(bytes))));
            assert!(std::future::poll_fn(|cx| Poll::Ready(waits.as_mut().poll(cx).is_pending())).await);
        }
        let reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
        layer.call(request(reflection, endless(b"\0"))).await.unwrap();
    }
}
