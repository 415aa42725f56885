//! So many bytes of answers that are made and not sent, and no more.
//!
//! An answer is whole in memory from the time it is made until its peer has taken it. A few peers that ask for large
//! answers and read none would fill the memory long before they are cut off. What finds no room is turned away once its
//! size is known, so that the memory in use is this room and what the threads are about to make.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};
use tonic::body::Body;

use super::Counts;
use super::passage::{Passage, Polled, through};
use super::stage::Stage;
use crate::rpc::Refusal;

/// Pieces of up to this size, in bytes, take no room: with as many calls as may be open they are little, and peers that
/// do not read must not keep small answers from those who do.
const SMALL: usize = 32 << 10;

/// When a call that found no room is told to come again. Peers that read take an answer of megabytes in less.
const RETRY: Duration = Duration::from_secs(1);

/// So much room for answers to wait in.
#[derive(Clone)]
pub struct Unsent {
    room: Arc<Room>,
    counts: Arc<Counts>,
}

impl Unsent {
    pub(super) fn new(most: usize, counts: Arc<Counts>) -> Self {
        Self { room: Arc::new(Room { most, taken: AtomicUsize::new(0) }), counts }
    }
}

/// Where answers wait.
struct Room {
    most: usize,
    taken: AtomicUsize,
}

impl Room {
    /// A piece that takes room until its last byte is sent or dropped. Nothing if there is no room; where nothing waits
    /// there is.
    fn take(self: &Arc<Self>, piece: Bytes) -> Option<Bytes> {
        let size = piece.len();
        if size <= SMALL {
            return Some(piece);
        }
        let before = self.taken.fetch_add(size, Ordering::Relaxed);
        let waiting = Waiting { piece, room: Arc::clone(self) };
        (before == 0 || before + size <= self.most).then(|| Bytes::from_owner(waiting))
    }
}

/// A piece of an answer, and the room that it takes.
struct Waiting {
    piece: Bytes,
    room: Arc<Room>,
}

impl AsRef<[u8]> for Waiting {
    fn as_ref(&self) -> &[u8] {
        &self.piece
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.piece.len(), Ordering::Relaxed);
    }
}

impl Stage for Unsent {
    /// Where the answer will wait.
    type Kept = Self;

    fn enter(&self, _: &mut Request<Body>) -> Result<Self, Refusal> {
        Ok(self.clone())
    }

    fn leave(kept: Self, answer: Response<Body>) -> Response<Body> {
        through(kept, answer)
    }
}

impl Passage for Unsent {
    fn next(&mut self, body: Pin<&mut Body>, cx: &mut Context<'_>) -> Poll<Result<Polled, Refusal>> {
        let frame = match ready!(body.poll_frame(cx)) {
            Some(Ok(frame)) => frame,
            other => return Poll::Ready(Ok(other)),
        };
        Poll::Ready(match frame.into_data().map(|data| self.room.take(data)) {
            Ok(Some(data)) => Ok(Some(Ok(Frame::data(data)))),
            Ok(None) => {
                self.counts.add_unsent();
                Err(Refusal::ResponseMemoryFull { limit: self.room.most, retry: RETRY })
            }
            Err(trailers) => Ok(Some(Ok(trailers))),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::{BodyExt, Full};
    use tower_service::Service;

    use super::*;
    use crate::layer::tests::{ask, service};

    fn layer(most: usize) -> (impl Service<Request<Body>, Response = Response<Body>, Error = Infallible>, Arc<Counts>) {
        let counts = Arc::new(Counts::default());
        let answer = |request: Request<Body>| {
            let size: usize = request.uri().path()[1..].parse().unwrap();
            async move { Response::new(Body::new(Full::from(vec![7; size]))) }
        };
        (Unsent::new(most, Arc::clone(&counts)).around(service(answer)), counts)
    }

    /// The first piece of an answer: its bytes, or the status that stands in their place.
    async fn first(
        layer: &mut impl Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
        size: usize,
    ) -> Result<Bytes, String> {
        let mut body = ask(layer, &format!("/{size}")).await.into_body();
        let frame = body.frame().await.unwrap().unwrap();
        frame.into_data().map_err(|frame| {
            let trailers = frame.into_trailers().unwrap();
            trailers["grpc-status"].to_str().unwrap().to_owned()
        })
    }

    #[tokio::test]
    async fn what_waits_fills_the_room_to_its_last_byte_and_gives_it_back_when_all_of_it_is_gone() {
        let (mut layer, counts) = layer(100_000);
        let mut one = first(&mut layer, 60_000).await.unwrap();
        let two = first(&mut layer, 40_000).await.unwrap();
        assert_eq!(first(&mut layer, 40_000).await, Err("14".to_owned()));
        // A part of an answer keeps all of it.
        let part = one.split_to(10_000);
        drop(one);
        assert!(first(&mut layer, 40_000).await.is_err());
        drop(part);
        assert_eq!(first(&mut layer, 60_001).await, Err("14".to_owned()), "one byte too many");
        assert_eq!(first(&mut layer, 60_000).await.unwrap().len(), 60_000);
        drop(two);
        assert_eq!(counts.unsent(), 3);
    }

    #[tokio::test]
    async fn small_answers_always_have_room_and_so_has_one_that_is_alone() {
        let (mut layer, counts) = layer(1);
        let alone = first(&mut layer, SMALL + 1).await.unwrap();
        assert!(first(&mut layer, SMALL + 1).await.is_err());
        let small = first(&mut layer, SMALL).await.unwrap();
        assert_eq!((alone.len(), small.len(), counts.unsent()), (SMALL + 1, SMALL, 1));
    }

    #[tokio::test]
    async fn a_call_that_finds_no_room_ends_with_its_status() {
        let (mut layer, _) = layer(1);
        let _full = first(&mut layer, SMALL + 1).await.unwrap();
        let mut body = ask(&mut layer, "/50000").await.into_body();
        assert!(body.frame().await.unwrap().unwrap().is_trailers());
        assert!(body.is_end_stream() && body.frame().await.is_none());
    }
}
