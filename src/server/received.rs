//! The body of a request, and whether its peer gave it up in the middle.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::streams::Ticket;

/// The body of a request. A handler answers one that breaks off like one that is wrong, so that the stream ends in
/// order; the ticket keeps them apart.
pub(super) struct Received(Incoming);

impl Received {
    pub(super) fn new(body: Incoming) -> Self {
        Self(body)
    }
}

impl Body for Received {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        if let Some(Err(_)) = frame
            && let Some(ticket) = Ticket::current()
        {
            ticket.give_up();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
