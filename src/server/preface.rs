//! The first bytes of an HTTP/2 connection, read here since hyper would wait for them for ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::stream::BoxStream;

/// What every HTTP/2 client sends first.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Waits for the preface; an error as soon as something else comes. Who calls sets the deadline.
pub(super) async fn read(mut stream: BoxStream) -> io::Result<Prefaced> {
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

/// A stream whose preface was read, and is read again by the next reader.
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
        let mut stream = read(Box::new(server)).await.unwrap();
        let mut all = [0; PREFACE.len() + 4];
        stream.read_exact(&mut all).await.unwrap();
        assert_eq!(all[..PREFACE.len()], PREFACE[..]);
        assert_eq!(&all[PREFACE.len()..], b"more");
    }

    #[tokio::test]
    async fn another_protocol_is_refused_at_its_first_bytes() {
        let (mut client, server) = tokio::io::duplex(64);
        client.write_all(b"GET ").await.unwrap();
        let refused = read(Box::new(server)).await.err().unwrap();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    }
}
