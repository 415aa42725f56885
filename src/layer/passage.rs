//! Bodies of answers whose frames a layer looks at, one by one, on their way out.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Response;
use http_body::{Body as HttpBody, Frame};
use tonic::Status;
use tonic::body::Body;

use crate::rpc::Refusal;

/// What a body gives when it is asked for a frame; nothing at its end.
pub(super) type Polled = Option<Result<Frame<Bytes>, Status>>;

/// What a layer does with the frames of an answer.
pub(super) trait Passage: Send + Unpin + 'static {
    /// The next frame of the body, looked at, or why the answer ends here.
    fn next(&mut self, body: Pin<&mut Body>, cx: &mut Context<'_>) -> Poll<Result<Polled, Refusal>>;
}

/// Lets the body of an answer, if it has any, through a passage.
pub(super) fn through(passage: impl Passage, answer: Response<Body>) -> Response<Body> {
    if answer.body().is_end_stream() {
        return answer;
    }
    answer.map(|body| Body::new(PassedBody { body: Some(body), passage }))
}

/// A body behind a passage.
struct PassedBody<P> {
    /// Nothing once it has ended.
    body: Option<Body>,
    passage: P,
}

impl<P: Passage> HttpBody for PassedBody<P> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Polled> {
        let this = &mut *self;
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        let polled = match ready!(this.passage.next(Pin::new(body), cx)) {
            Ok(polled @ Some(_)) => return Poll::Ready(polled),
            Ok(None) => None,
            Err(refusal) => Some(Ok(Frame::trailers(refusal.into_trailers()))),
        };
        this.body = None;
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }
}
