//! The body of a request: counted as it is read, and buffered before the call takes a permit.
//!
//! A client that sends its request slowly, or never to its end, would hold a permit of
//! [`concurrency`](super::concurrency) for as long as its deadline; a few hundred such calls would take them all.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame};
use tonic::body::Body;

use super::message_bytes::MessageBytes;
use crate::error::Error;
use crate::rpc::{Method, PREFIX_BYTES};

/// What a client has sent in a call so far.
#[derive(Debug, Default)]
pub(super) struct Received {
    bytes: AtomicU64,
    is_broken_off: AtomicBool,
}

impl Received {
    /// Bytes of messages.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// True if the client gave the call up while it was still sending.
    pub(super) fn is_broken_off(&self) -> bool {
        self.is_broken_off.load(Ordering::Relaxed)
    }
}

/// A request's body as far as it has arrived.
pub(super) struct BufferRequest<B> {
    body: B,
    messages: MessageBytes,
    /// Most bytes of the message.
    limit: usize,
    /// The first piece, which is all of most requests.
    first: Bytes,
    /// All other pieces.
    rest: BytesMut,
}

impl<B> BufferRequest<B>
where
    B: HttpBody<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin,
{
    pub(super) fn new(body: B, limit: usize) -> Self {
        Self { body, messages: MessageBytes::default(), limit, first: Bytes::new(), rest: BytesMut::new() }
    }

    /// Ready when the request is whole, or no more of it is waited for: it is too large or broken off, its method takes a
    /// stream of messages, or there is no such method.
    pub(super) fn poll(
        &mut self,
        method: Option<&Method>,
        received: &Received,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        if method.is_none_or(|method| method.takes_stream) {
            return Poll::Ready(Ok(()));
        }
        loop {
            if self.is_too_large() {
                return Poll::Ready(Err(Error::RequestTooLarge { size: None, limit: self.limit }));
            }
            if self.body.is_end_stream() {
                return Poll::Ready(Ok(()));
            }
            match ready!(self.poll_frame(received, cx)) {
                None => return Poll::Ready(Ok(())),
                Some(Err(_)) => return Poll::Ready(Err(Error::Malformed)),
                Some(Ok(frame)) => {
                    // Trailers of requests have no meaning in gRPC.
                    let Ok(data) = frame.into_data() else { continue };
                    if self.first.is_empty() {
                        self.first = data;
                    } else {
                        self.rest.extend_from_slice(&data);
                    }
                }
            }
        }
    }

    /// The next frame of the body, counted.
    fn poll_frame(
        &mut self,
        received: &Received,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.messages.count(data);
                    received.bytes.store(self.messages.total(), Ordering::Relaxed);
                }
            }
            // A stream that was reset ends like one that is complete, except that it does not say so.
            None if self.body.is_end_stream() => {}
            None | Some(Err(_)) => received.is_broken_off.store(true, Ordering::Relaxed),
        }
        Poll::Ready(frame)
    }

    /// True if there is more than a request may have, or its prefix announces more.
    fn is_too_large(&self) -> bool {
        let mut bytes = self.first.clone().chain(&*self.rest);
        let received = bytes.remaining();
        if received < PREFIX_BYTES {
            return false;
        }
        bytes.advance(1);
        let announced = bytes.get_u32() as usize;
        announced > self.limit || received > self.limit + PREFIX_BYTES
    }

    /// The request's message with its prefix.
    pub(super) fn into_message(self) -> Bytes {
        if self.rest.is_empty() {
            return self.first;
        }
        let mut whole = BytesMut::with_capacity(self.first.len() + self.rest.len());
        whole.extend_from_slice(&self.first);
        whole.extend_from_slice(&self.rest);
        whole.freeze()
    }
}

impl<B> BufferRequest<B>
where
    B: HttpBody<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Send + Unpin + 'static,
{
    /// The body of a request that is a stream of messages.
    pub(super) fn into_body(self, received: Arc<Received>) -> Body {
        Body::new(CountedBody { request: self, received })
    }
}

/// A body whose messages are counted as they are read.
struct CountedBody<B> {
    request: BufferRequest<B>,
    received: Arc<Received>,
}

impl<B> HttpBody for CountedBody<B>
where
    B: HttpBody<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let Self { request, received } = self.get_mut();
        request.poll_frame(received, cx)
    }

    fn is_end_stream(&self) -> bool {
        self.request.body.is_end_stream()
    }
}
