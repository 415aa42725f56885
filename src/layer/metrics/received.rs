//! What a client has sent.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};

use crate::layer::message_bytes::MessageBytes;
use crate::rpc;

/// What a client has sent in a call so far. Among the extensions of its request, as an `Arc`.
#[derive(Debug, Default)]
pub(in crate::layer) struct Received {
    bytes: AtomicU64,
    broke_off: AtomicBool,
}

impl Received {
    /// Bytes of messages.
    pub(in crate::layer) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The code of the call, given the one that the server made of it. A client that gives a call up while it is still
    /// sending leaves half a request, which the server takes for a fault, of the client or its own.
    pub(in crate::layer) fn settle(&self, code: Code) -> Code {
        if self.broke_off.load(Ordering::Relaxed) { rpc::GIVEN_UP } else { code }
    }
}

/// The body of a request, counted as it is read.
pub(super) struct Counted {
    body: Body,
    messages: MessageBytes,
    received: Arc<Received>,
}

impl Counted {
    pub(super) fn new(body: Body, received: Arc<Received>) -> Self {
        Self { body, messages: MessageBytes::default(), received }
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.messages.count(data);
                    self.received.bytes.store(self.messages.total(), Ordering::Relaxed);
                }
            }
            // A stream that was reset ends like one that is complete, and does not say that it is.
            None if self.body.is_end_stream() => {}
            None | Some(Err(_)) => self.received.broke_off.store(true, Ordering::Relaxed),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
