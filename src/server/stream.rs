//! Bytes in and out, whatever carries them.

use tokio::io::{AsyncRead, AsyncWrite};

/// Bytes in and out: TCP or a Unix socket, with TLS or without.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A stream of any kind. One kind for all keeps a single copy of the HTTP/2 machinery in the program.
pub(super) type BoxStream = Box<dyn Stream>;
