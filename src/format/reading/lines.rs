//! Splits a stream into lines, in batches and with bounded memory.

use std::io::{self, BufRead, ErrorKind};
use std::ops::Range;

/// A batch ends with the line that reaches this number of bytes. It is enough work for all cores and small enough to keep
/// memory and the time to the first record low.
const BATCH_BYTES: usize = 1 << 20;
/// Maximum lines of a batch, because a batch of tiny lines would become too many records at once.
const BATCH_LINES: usize = 4096;

/// Lines that were read together. The memory is reused for the next batch.
#[derive(Default)]
pub(in crate::format) struct Batch {
    bytes: Vec<u8>,
    lines: Vec<Line>,
}

/// A line that is not blank.
pub(in crate::format) struct Line {
    /// Line number, from 1; blank lines are counted.
    pub(in crate::format) number: u32,
    place: Place,
}

enum Place {
    /// Range in the bytes of the batch.
    At(Range<usize>),
    /// The line was skipped. Its length in bytes.
    TooLong(u64),
}

impl Batch {
    pub(in crate::format) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The bytes of a line of this batch; Err with the length of a line that was too long.
    pub(in crate::format) fn content(&self, line: &Line) -> Result<&[u8], u64> {
        match &line.place {
            Place::At(range) => Ok(&self.bytes[range.clone()]),
            Place::TooLong(length) => Err(*length),
        }
    }
}

/// Splits a stream into lines, which end with LF, CR LF, or the end of the stream.
pub(in crate::format) struct Lines<'i> {
    input: &'i mut dyn BufRead,
    max_line_bytes: usize,
    number: u32,
}

impl<'i> Lines<'i> {
    pub(in crate::format) fn new(input: &'i mut dyn BufRead, max_line_bytes: usize) -> Self {
        Self { input, max_line_bytes, number: 0 }
    }

    /// Refills the batch, and returns whether there may be more lines. After an error the batch has the complete lines
    /// before it.
    pub(in crate::format) fn fill(&mut self, batch: &mut Batch) -> io::Result<bool> {
        batch.bytes.clear();
        batch.lines.clear();
        while batch.bytes.len() < BATCH_BYTES && batch.lines.len() < BATCH_LINES {
            let start = batch.bytes.len();
            let length = match self.read_line(&mut batch.bytes) {
                Ok(Some(length)) => length,
                Ok(None) => return Ok(false),
                Err(error) => {
                    batch.bytes.truncate(start);
                    return Err(error);
                }
            };
            self.number = self.number.saturating_add(1);
            if let Some(place) = self.place(&mut batch.bytes, start, length) {
                batch.lines.push(Line { number: self.number, place });
            }
        }
        Ok(true)
    }

    /// Reads to the end of a line and returns its length in bytes without LF, or None at the end of the stream. Stores
    /// at most one byte more than the limit, which may be a CR.
    fn read_line(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<u64>> {
        let most = self.max_line_bytes.saturating_add(1);
        let start = bytes.len();
        let mut length = 0;
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok((length > 0).then_some(length));
            }
            let end = memchr::memchr(b'\n', chunk);
            let part = &chunk[..end.unwrap_or(chunk.len())];
            let room = most - (bytes.len() - start);
            bytes.extend_from_slice(&part[..part.len().min(room)]);
            length += part.len() as u64;
            let consumed = part.len() + usize::from(end.is_some());
            self.input.consume(consumed);
            if end.is_some() {
                return Ok(Some(length));
            }
        }
    }

    /// The place of the line that begins at `start` and has `length` bytes; None for a blank line.
    fn place(&self, bytes: &mut Vec<u8>, start: usize, length: u64) -> Option<Place> {
        let is_whole = (bytes.len() - start) as u64 == length;
        if is_whole && bytes[start..].ends_with(b"\r") {
            bytes.pop();
        }
        if bytes.len() - start > self.max_line_bytes {
            bytes.truncate(start);
            return Some(Place::TooLong(length));
        }
        // White space as JSON defines it.
        if bytes[start..].iter().all(|byte| b" \t\r".contains(byte)) {
            bytes.truncate(start);
            return None;
        }
        Some(Place::At(start..bytes.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read};

    type Found = (u32, Result<Vec<u8>, u64>);

    /// All lines, and the maximum number of bytes that were stored at once.
    fn read(mut input: impl BufRead, max_line_bytes: usize) -> (Vec<Found>, usize) {
        let mut lines = Lines::new(&mut input, max_line_bytes);
        let mut batch = Batch::default();
        let mut found = Vec::new();
        loop {
            let more = lines.fill(&mut batch).unwrap();
            found.extend(batch.lines().iter().map(|line| (line.number, batch.content(line).map(<[u8]>::to_vec))));
            if !more {
                return (found, batch.bytes.capacity());
            }
        }
    }

    #[test]
    fn lines_end_with_lf_or_crlf_or_the_end_of_the_stream() {
        let expected = vec![(1, Ok(b"a".to_vec())), (2, Ok(b"b".to_vec())), (5, Ok(b"c".to_vec()))];
        assert_eq!(read(&b"a\r\nb\n \t\r\n\nc"[..], 10).0, expected);
        assert_eq!(read(&b"a\nb\n\n\nc\r\n"[..], 10).0, expected);
        assert_eq!(read(&b""[..], 10).0, vec![]);
    }

    #[test]
    fn a_line_at_the_limit_is_read_and_one_past_it_is_skipped() {
        let at = |text: &[u8]| read(text, 3).0;
        assert_eq!(at(b"abc"), vec![(1, Ok(b"abc".to_vec()))]);
        assert_eq!(at(b"abc\r\nx"), vec![(1, Ok(b"abc".to_vec())), (2, Ok(b"x".to_vec()))]);
        assert_eq!(at(b"abcd\nx\n"), vec![(1, Err(4)), (2, Ok(b"x".to_vec()))]);
        assert_eq!(at(b"abcdefgh\r\nx\n"), vec![(1, Err(9)), (2, Ok(b"x".to_vec()))]);
    }

    #[test]
    fn a_line_of_200_megabytes_is_skipped_without_being_stored() {
        let length = 200 << 20;
        let input = BufReader::new(io::repeat(b'x').take(length).chain(&b"\nend\n"[..]));
        let (lines, capacity) = read(input, 1 << 16);
        assert_eq!(lines, vec![(1, Err(length)), (2, Ok(b"end".to_vec()))]);
        assert!(capacity < 1 << 18, "{capacity} bytes were stored");
    }
}
