//! The first bytes of a stream, and single lines of a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use crate::format::{Compression, MAX_HEAD_BYTES};

/// A stream whose first bytes are buffered, so that its format can be detected.
pub(super) struct Head<'i> {
    bytes: Vec<u8>,
    taken: usize,
    /// The error that ended the buffering. It is returned after the buffered bytes.
    error: Option<io::Error>,
    rest: &'i mut dyn BufRead,
}

impl<'i> Head<'i> {
    /// Buffers the first bytes of a stream. A pipe may deliver them one by one.
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

    /// Whether an error occurred within the first bytes.
    pub(super) fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// Takes that error.
    pub(super) fn failure(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Whether the whole stream is white space.
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

/// Reads the lines with these numbers, counted from 1, from a file that may be compressed. Longer lines are cut at
/// `most_bytes`.
pub fn lines(path: &Path, numbers: &BTreeSet<u32>, most_bytes: usize) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut head = Head::of(&mut file);
    match Compression::of_content(&head.bytes) {
        Some(compression) => pick(&mut BufReader::new(compression.decoder(&mut head)?), numbers, most_bytes),
        None => pick(&mut head, numbers, most_bytes),
    }
}

fn pick(input: &mut dyn BufRead, numbers: &BTreeSet<u32>, most_bytes: usize) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let Some(last) = numbers.last() else { return Ok(found) };
    let mut number = 1;
    while number <= *last {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let end = memchr::memchr(b'\n', chunk);
        let part = &chunk[..end.unwrap_or(chunk.len())];
        if numbers.contains(&number) {
            let line: &mut Vec<u8> = found.entry(number).or_default();
            let room = most_bytes.saturating_sub(line.len());
            line.extend_from_slice(&part[..part.len().min(room)]);
        }
        let taken = part.len() + usize::from(end.is_some());
        input.consume(taken);
        number += u32::from(end.is_some());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn lines_are_read_by_number_and_long_ones_are_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        fs::write(&path, "one\n\nthree is long\nfour").unwrap();
        let found = lines(&path, &BTreeSet::from([1, 3, 4, 9]), 5).unwrap();
        let expected = [(1, "one"), (3, "three"), (4, "four")].map(|(at, line)| (at, line.as_bytes().to_vec()));
        assert_eq!(found, BTreeMap::from(expected));
    }
}
