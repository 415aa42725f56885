//! Answers in portions.
//!
//! HTTP/2 takes a frame of any size once the peer has room for a byte, and keeps what the peer has no room for. A peer
//! that asks for large answers and takes none would make the server hold them all; in portions it holds one each.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use super::streams::Ticket;

/// Most bytes of a portion: two frames of HTTP/2's usual size.
const PORTION: usize = 32 << 10;

/// A body whose data come in portions, and that notes on its stream's ticket which is being sent.
pub(super) struct Portions {
    body: Body,
    ticket: Option<Arc<Ticket>>,
    rest: Bytes,
}

impl Portions {
    pub(super) fn new(body: Body, ticket: Option<Arc<Ticket>>) -> Self {
        Self { body, ticket, rest: Bytes::new() }
    }

    fn next_portion(&mut self) -> Frame<Bytes> {
        let size = self.rest.len().min(PORTION);
        if let Some(ticket) = &self.ticket {
            ticket.sending();
        }
        Frame::data(self.rest.split_to(size))
    }
}

impl HttpBody for Portions {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if let Some(ticket) = &this.ticket {
            // Whoever asks for the next has sent the one before.
            ticket.sent();
        }
        if !this.rest.is_empty() {
            return Poll::Ready(Some(Ok(this.next_portion())));
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        let ends = !matches!(&frame, Some(Ok(frame)) if frame.is_data());
        if ends && let Some(ticket) = &this.ticket {
            ticket.finish();
        }
        match frame {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => {
                    this.rest = data;
                    Poll::Ready(Some(Ok(this.next_portion())))
                }
                Err(trailers) => Poll::Ready(Some(Ok(trailers))),
            },
            other => Poll::Ready(other),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let inner = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + rest);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, Full};

    use super::*;

    #[tokio::test]
    async fn a_large_frame_comes_in_portions_and_nothing_is_lost() {
        let data: Bytes = (0..=255).cycle().take(PORTION * 2 + 1).collect::<Vec<u8>>().into();
        let mut portions = Portions::new(Body::new(Full::new(data.clone())), None);
        let mut sizes = Vec::new();
        let mut all = Vec::new();
        while let Some(frame) = portions.frame().await {
            let data = frame.unwrap().into_data().unwrap();
            sizes.push(data.len());
            all.extend(data);
        }
        assert_eq!(sizes, [PORTION, PORTION, 1]);
        assert_eq!(all, data);
        assert!(portions.is_end_stream());
    }
}
