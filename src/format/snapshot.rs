//! Snapshots: what `claimd convert` writes for fast starts.
//!
//! A snapshot is whole or refused. It has, all numbers little-endian:
//!
//! - the magic bytes and the version (4 bytes);
//! - sections of a few megabytes: how many records (4), how many bytes (4), the records, each behind its length, and a
//!   hash (32);
//! - the end: a section of no records, then nothing.
//!
//! The hash of a section covers the hash of the one before it, so that no section can be missing or stand elsewhere, and
//! a file that was cut off between two sections lacks its end. It tells damage, not forgery: records are checked as
//! those of any file are, only without a parser.

mod write;

use std::io::{self, BufRead, ErrorKind, Read};

use prost::encoding::decode_varint;
use rayon::prelude::*;

pub(super) use self::write::writer;
use super::{Parsed, ReadLimits, encoded_record};
use crate::model::Code;

/// What a snapshot begins with. The first byte is no text, the last would be changed by whoever changes line ends.
const MAGIC: [u8; 8] = *b"\x89claimd\n";
/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;
/// A section ends with the record that reaches this many bytes.
const SECTION_BYTES: usize = 4 << 20;
/// Most bytes of a record beside its resource: two lengths and a key.
const ENVELOPE_BYTES: usize = 16;

/// Hash of a section, by the hash of the one before it.
fn hash(before: &[u8; 32], count: u32, payload: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before).update(&count.to_le_bytes()).update(payload);
    *hasher.finalize().as_bytes()
}

/// Whether first bytes are those of a snapshot, of any version.
pub(super) fn recognises(head: &[u8]) -> bool {
    head.starts_with(&MAGIC)
}

/// Why a snapshot is refused.
enum Refusal {
    Io(io::Error),
    Because(String),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof if error.get_ref().is_none_or(|inner| !inner.is::<super::StreamBroken>()) => {
                Self::Because("it is cut off".to_owned())
            }
            _ => Self::Io(error),
        }
    }
}

/// Reads records to the end of `input`. Anything wrong with the snapshot as such is one finding, which refuses the load.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut reader = Reader { input, most: SECTION_BYTES + limits.max_record_bytes + ENVELOPE_BYTES, number: 0 };
    match reader.read(sink) {
        Ok(()) => Ok(()),
        Err(Refusal::Io(error)) => Err(error),
        Err(Refusal::Because(reason)) => {
            sink(Parsed::finding(0, Code::SnapshotRefused, reason));
            Ok(())
        }
    }
}

struct Reader<'i> {
    input: &'i mut dyn BufRead,
    /// Most bytes of a section.
    most: usize,
    /// Records so far.
    number: u32,
}

impl Reader<'_> {
    fn read(&mut self, sink: &mut dyn FnMut(Parsed)) -> Result<(), Refusal> {
        if self.bytes::<8>()? != MAGIC {
            return Err(Refusal::Because("it does not begin as a snapshot does".to_owned()));
        }
        let version = u32::from_le_bytes(self.bytes()?);
        if version != VERSION {
            let reason = format!("it is of version {version}, and this is read: {VERSION}");
            return Err(Refusal::Because(reason));
        }
        let mut before = [0; 32];
        loop {
            let count = u32::from_le_bytes(self.bytes()?);
            let payload = self.payload()?;
            let found = hash(&before, count, &payload);
            if self.bytes()? != found {
                let reason = format!("what follows record {} is not what was written", self.number);
                return Err(Refusal::Because(reason));
            }
            if count == 0 {
                break;
            }
            before = found;
            for parsed in self.records(count, &payload)? {
                sink(parsed);
            }
        }
        match self.input.fill_buf()? {
            [] => Ok(()),
            _ => Err(Refusal::Because("something follows its end".to_owned())),
        }
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn payload(&mut self) -> Result<Vec<u8>, Refusal> {
        let length = u32::from_le_bytes(self.bytes()?) as usize;
        if length > self.most {
            let reason = format!("a section has {length} bytes, and {} is the most", self.most);
            return Err(Refusal::Because(reason));
        }
        let mut payload = Vec::new();
        if (&mut *self.input).take(length as u64).read_to_end(&mut payload)? < length {
            return Err(Refusal::Because("it is cut off".to_owned()));
        }
        Ok(payload)
    }

    fn records(&mut self, count: u32, payload: &[u8]) -> Result<Vec<Parsed>, Refusal> {
        let mut frames = Vec::new();
        let mut rest = payload;
        while !rest.is_empty() {
            let length = decode_varint(&mut rest).ok().and_then(|length| usize::try_from(length).ok());
            let Some((record, after)) = length.and_then(|length| rest.split_at_checked(length)) else {
                return Err(Refusal::Because("a record is longer than its section".to_owned()));
            };
            self.number = self.number.saturating_add(1);
            frames.push((self.number, record));
            rest = after;
        }
        if frames.len() != count as usize {
            let reason = format!("a section has {} records and says {count}", frames.len());
            return Err(Refusal::Because(reason));
        }
        Ok(frames.par_iter().map(|(number, record)| encoded_record::parse(*number, record)).collect())
    }
}

#[cfg(test)]
mod tests;
