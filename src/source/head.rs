//! The first bytes of a stream, looked at before it is read.

use std::io::{self, BufRead, ErrorKind, Read};

use crate::format::MAX_HEAD_BYTES;

/// A stream whose first bytes are known.
pub(super) struct Head<'i> {
    bytes: Vec<u8>,
    taken: usize,
    /// What ended the look at the first bytes, to be told after them.
    error: Option<io::Error>,
    rest: &'i mut dyn BufRead,
}

impl<'i> Head<'i> {
    /// Takes the first bytes of a stream, which a pipe may give one by one.
    pub(super) fn of(input: &'i mut dyn BufRead) -> Self {
        let mut bytes = Vec::new();
        let mut error = None;
        while bytes.len() < MAX_HEAD_BYTES && error.is_none() {
            let taken = match input.fill_buf() {
                Ok([]) => break,
                Ok(chunk) => {
                    let taken = chunk.len().min(MAX_HEAD_BYTES - bytes.len());
                    bytes.extend_from_slice(&chunk[..taken]);
                    taken
                }
                Err(failed) if failed.kind() == ErrorKind::Interrupted => 0,
                Err(failed) => {
                    error = Some(failed);
                    0
                }
            };
            input.consume(taken);
        }
        Self { bytes, taken: 0, error, rest: input }
    }

    /// The first bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the stream could not be read as far as its first bytes go.
    pub(super) fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// What kept it from being read.
    pub(super) fn failure(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Whether the stream has nothing but white space, to its end.
    pub(super) fn is_all_blank(&self) -> bool {
        let text = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        self.bytes.len() < MAX_HEAD_BYTES && self.error.is_none() && text.trim_ascii().is_empty()
    }
}

impl BufRead for Head<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken < self.bytes.len() {
            return Ok(&self.bytes[self.taken..]);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        if self.taken < self.bytes.len() {
            self.taken += amount;
        } else {
            self.rest.consume(amount);
        }
    }
}

impl Read for Head<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let taken = chunk.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&chunk[..taken]);
        self.consume(taken);
        Ok(taken)
    }
}
