//! Bodies of requests and responses between the transport and the call.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::streams::StreamState;

/// The body of a request, which notes on its stream's state that the peer gave the stream up. Handlers answer a request
/// that breaks off like a malformed one, and the stream ends in order.
pub(super) struct RequestBody(pub(super) Incoming);

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        if let Some(Err(_)) = frame
            && let Some(state) = StreamState::current()
        {
            state.give_up();
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

/// Most bytes of a chunk: two frames of HTTP/2's usual size.
const CHUNK_BYTES: usize = 32 << 10;

/// The body of a response in chunks, which notes on its stream's state when a chunk is being sent.
///
/// HTTP/2 takes a frame of any size once the peer has room for a byte, and buffers the rest. A peer that asks for large
/// responses and takes none would make the server buffer them all; in chunks it buffers one of each.
pub(super) struct ChunkedBody<B> {
    body: B,
    state: Option<Arc<StreamState>>,
    rest: Bytes,
}

impl<B: Body> ChunkedBody<B> {
    pub(super) fn new(body: B, state: Option<Arc<StreamState>>) -> Self {
        if body.is_end_stream()
            && let Some(state) = &state
        {
            state.finish();
        }
        Self { body, state, rest: Bytes::new() }
    }

    fn next_chunk(&mut self) -> Frame<Bytes> {
        let size = self.rest.len().min(CHUNK_BYTES);
        if let Some(state) = &self.state {
            state.sending();
        }
        Frame::data(self.rest.split_to(size))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for ChunkedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        if let Some(state) = &this.state {
            // The transport asks for the next chunk when it has sent the one before.
            state.sent();
        }
        if !this.rest.is_empty() {
            return Poll::Ready(Some(Ok(this.next_chunk())));
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        let ends = !matches!(&frame, Some(Ok(frame)) if frame.is_data());
        if ends && let Some(state) = &this.state {
            state.finish();
        }
        Poll::Ready(match frame {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => {
                    this.rest = data;
                    Some(Ok(this.next_chunk()))
                }
                Err(trailers) => Some(Ok(trailers)),
            },
            other => other,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, Full};

    use super::*;

    #[tokio::test]
    async fn a_large_frame_is_sent_in_chunks_and_nothing_is_lost() {
        let data: Bytes = (0..=255).cycle().take(CHUNK_BYTES * 2 + 1).collect::<Vec<u8>>().into();
        let mut chunks = ChunkedBody::new(Full::new(data.clone()), None);
        let mut sizes = Vec::new();
        let mut all = Vec::new();
        while let Some(frame) = chunks.frame().await {
            let data = frame.unwrap().into_data().unwrap();
            sizes.push(data.len());
            all.extend(data);
        }
        assert_eq!(sizes, [CHUNK_BYTES, CHUNK_BYTES, 1]);
        assert_eq!(all, data);
        assert!(chunks.is_end_stream());
    }
}
