//! Bytes in and out of a connection: the stream, the preface of HTTP/2, and a deadline for writes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// TCP or a Unix socket, with TLS or without.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A stream of any kind. One type for all keeps a single copy of the HTTP/2 code in the program.
pub(super) type BoxStream = Box<dyn Stream>;

/// The first bytes of every HTTP/2 connection.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads the preface, for which hyper would wait without a limit. An error at the first other byte. The caller sets the
/// deadline.
pub(super) async fn read_preface(mut stream: BoxStream) -> io::Result<Prefaced> {
    let mut seen = 0;
    let mut buffer = [0; PREFACE.len()];
    while seen < PREFACE.len() {
        let count = stream.read(&mut buffer[seen..]).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if buffer[seen..seen + count] != PREFACE[seen..seen + count] {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the peer does not speak HTTP/2"));
        }
        seen += count;
    }
    Ok(Prefaced { left: PREFACE, stream })
}

/// A stream whose preface was read, and is returned once more to the next reader.
pub(super) struct Prefaced {
    left: &'static [u8],
    stream: BoxStream,
}

impl AsyncRead for Prefaced {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.left.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        let (now, later) = self.left.split_at(self.left.len().min(into.remaining()));
        into.put_slice(now);
        self.left = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Prefaced {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A stream whose writes fail with `TimedOut` once the peer has read nothing for as long as `limit`.
pub(super) struct WriteDeadline<S> {
    stream: S,
    limit: Duration,
    /// Runs while a write is pending.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> WriteDeadline<S> {
    pub(super) fn new(stream: S, limit: Duration) -> Self {
        Self { stream, limit, waiting: None }
    }

    fn check<T>(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.waiting = None;
            return done;
        }
        let limit = self.limit;
        let sleep = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        sleep.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteDeadline<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteDeadline<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.check(cx, done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.check(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_flush(cx);
        self.check(cx, done)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.check(cx, done)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn the_preface_is_read_in_any_pieces_and_read_again() {
        let (mut client, server) = tokio::io::duplex(64);
        for piece in PREFACE.chunks(5) {
            client.write_all(piece).await.unwrap();
        }
        client.write_all(b"more").await.unwrap();
        let mut stream = read_preface(Box::new(server)).await.unwrap();
        let mut all = [0; PREFACE.len() + 4];
        stream.read_exact(&mut all).await.unwrap();
        assert_eq!(all[..PREFACE.len()], PREFACE[..]);
        assert_eq!(&all[PREFACE.len()..], b"more");
    }

    #[tokio::test]
    async fn another_protocol_is_refused_at_its_first_bytes() {
        let (mut client, server) = tokio::io::duplex(64);
        client.write_all(b"GET ").await.unwrap();
        let refused = read_preface(Box::new(server)).await.err().unwrap();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_fails_if_the_peer_reads_nothing_and_goes_on_if_it_reads_a_little() {
        let (mut peer, server) = tokio::io::duplex(4);
        let mut stream = WriteDeadline::new(server, Duration::from_secs(20));
        let reader = async {
            for _ in 0..4 {
                tokio::time::sleep(Duration::from_secs(19)).await;
                peer.read_u8().await.unwrap();
            }
        };
        let (written, ()) = tokio::join!(stream.write_all(b"8 bytes."), reader);
        written.unwrap();
        let refused = stream.write_all(b"more").await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
    }
}
