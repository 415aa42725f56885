//! Snapshots: files that `claimd convert` writes for fast starts.
//!
//! A snapshot is read completely or refused. It consists of, with little-endian numbers:
//!
//! - the magic bytes (8 bytes) and the version (4);
//! - sections of a few megabytes: number of records (4), number of bytes (4), the records, each after its length, and a
//!   hash (32);
//! - a section without records, which marks the end.
//!
//! The hash of a section covers the hash of the previous one, so that missing and moved sections are noticed; a file that
//! is truncated between two sections lacks its end. The hash protects against damage, not against forgery: the records
//! are checked like those of any other file.

use std::io::{self, BufRead, ErrorKind, Read, Write};

use prost::Message;
use prost::encoding::decode_varint;
use rayon::prelude::*;

use super::compression::StreamBroken;
use super::reading::encoded;
use super::records::{Parsed, ReadLimits, RecordWriter, Written};
use crate::model::Code;
use crate::proto::v1::Record;

/// The first bytes of a snapshot. The first byte is not text, and a conversion of line ends would change the last.
const MAGIC: [u8; 8] = *b"\x89claimd\n";
/// The version that is written, and the only version that is read.
const VERSION: u32 = 1;
/// A section ends with the record that reaches this number of bytes.
const SECTION_BYTES: usize = 4 << 20;
/// Maximum bytes of a record in addition to its resource: two lengths and a key.
const ENVELOPE_BYTES: usize = 16;

/// The hash of a section; `before` is the hash of the previous section.
fn hash(before: &[u8; 32], count: u32, payload: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before).update(&count.to_le_bytes()).update(payload);
    *hasher.finalize().as_bytes()
}

/// Whether the first bytes of a file are those of a snapshot of any version.
pub(super) fn recognises(head: &[u8]) -> bool {
    head.starts_with(&MAGIC)
}

/// Why a snapshot is refused.
enum Refusal {
    Io(io::Error),
    Invalid(String),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof if error.get_ref().is_none_or(|inner| !inner.is::<StreamBroken>()) => {
                Self::Invalid("the file is truncated".to_owned())
            }
            _ => Self::Io(error),
        }
    }
}

/// Reads records to the end of `input`. A snapshot that is not valid is one finding, which refuses the load.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut reader = Reader { input, most: SECTION_BYTES + limits.max_record_bytes + ENVELOPE_BYTES, number: 0 };
    match reader.read(sink) {
        Ok(()) => Ok(()),
        Err(Refusal::Io(error)) => Err(error),
        Err(Refusal::Invalid(reason)) => {
            sink(Parsed::finding(0, Code::SnapshotRefused, reason));
            Ok(())
        }
    }
}

struct Reader<'i> {
    input: &'i mut dyn BufRead,
    /// Maximum bytes of a section.
    most: usize,
    /// Number of records so far.
    number: u32,
}

impl Reader<'_> {
    fn read(&mut self, sink: &mut dyn FnMut(Parsed)) -> Result<(), Refusal> {
        if self.bytes::<8>()? != MAGIC {
            return Err(Refusal::Invalid("the file is not a snapshot".to_owned()));
        }
        let version = u32::from_le_bytes(self.bytes()?);
        if version != VERSION {
            let reason = format!("the snapshot has version {version}, but this program reads version {VERSION}");
            return Err(Refusal::Invalid(reason));
        }
        let mut before = [0; 32];
        loop {
            let count = u32::from_le_bytes(self.bytes()?);
            let payload = self.payload()?;
            let found = hash(&before, count, &payload);
            if self.bytes()? != found {
                let reason = format!("the section after record {} is damaged", self.number);
                return Err(Refusal::Invalid(reason));
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
            _ => Err(Refusal::Invalid("the file has more bytes after the end of the snapshot".to_owned())),
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
            let reason = format!("a section has {length} bytes, the maximum is {}", self.most);
            return Err(Refusal::Invalid(reason));
        }
        let mut payload = Vec::new();
        if (&mut *self.input).take(length as u64).read_to_end(&mut payload)? < length {
            return Err(Refusal::Invalid("the file is truncated".to_owned()));
        }
        Ok(payload)
    }

    fn records(&mut self, count: u32, payload: &[u8]) -> Result<Vec<Parsed>, Refusal> {
        let mut frames = Vec::new();
        let mut rest = payload;
        while !rest.is_empty() {
            let length = decode_varint(&mut rest).ok().and_then(|length| usize::try_from(length).ok());
            let Some((record, after)) = length.and_then(|length| rest.split_at_checked(length)) else {
                return Err(Refusal::Invalid("a record is longer than its section".to_owned()));
            };
            self.number = self.number.saturating_add(1);
            frames.push((self.number, record));
            rest = after;
        }
        if frames.len() != count as usize {
            let reason = format!("a section has {} records instead of {count}", frames.len());
            return Err(Refusal::Invalid(reason));
        }
        Ok(frames.par_iter().map(|(number, record)| encoded::parse(*number, record)).collect())
    }
}

/// Starts a snapshot.
pub(super) fn writer(output: &mut dyn Write) -> io::Result<Box<dyn RecordWriter + '_>> {
    output.write_all(&MAGIC)?;
    output.write_all(&VERSION.to_le_bytes())?;
    Ok(Box::new(Writer { output, payload: Vec::new(), count: 0, before: [0; 32], written: 0 }))
}

struct Writer<'o> {
    output: &'o mut dyn Write,
    /// Records of the open section.
    payload: Vec<u8>,
    count: u32,
    /// Hash of the previous section.
    before: [u8; 32],
    written: u64,
}

impl Writer<'_> {
    fn end_section(&mut self) -> io::Result<()> {
        let length =
            u32::try_from(self.payload.len()).map_err(|_| io::Error::other("a section has more than 4 GiB"))?;
        self.before = hash(&self.before, self.count, &self.payload);
        self.output.write_all(&self.count.to_le_bytes())?;
        self.output.write_all(&length.to_le_bytes())?;
        self.output.write_all(&self.payload)?;
        self.output.write_all(&self.before)?;
        self.payload.clear();
        self.count = 0;
        Ok(())
    }
}

impl RecordWriter for Writer<'_> {
    fn write(&mut self, record: Record) -> io::Result<()> {
        record.encode_length_delimited(&mut self.payload).map_err(io::Error::other)?;
        self.count += 1;
        self.written += 1;
        if self.payload.len() >= SECTION_BYTES { self.end_section() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> io::Result<Written> {
        if self.count > 0 {
            self.end_section()?;
        }
        // An empty section marks the end.
        self.end_section()?;
        self.output.flush()?;
        Ok(Written { count: self.written, ..Written::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Finding;
    use crate::proto::v1::Actor;
    use crate::proto::v1::record::Record as Kind;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static LIMITS: LazyLock<ReadLimits> =
        LazyLock::new(|| ReadLimits { max_record_bytes: 3 << 20, ..ReadLimits::for_tests() });

    fn snapshot(count: usize, size: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = writer(&mut bytes).unwrap();
        for number in 0..count {
            let description = "x".repeat(size);
            let (name, display_name) = (format!("actors/{number}"), "A".to_owned());
            let actor = Actor { name, display_name, description, ..Actor::default() };
            writer.write(Record { record: Some(Kind::Actor(actor)) }).unwrap();
        }
        assert_eq!(writer.finish().unwrap().count, count as u64);
        bytes
    }

    /// The number of records that were read, and why the snapshot was refused.
    fn outcome(mut bytes: &[u8]) -> (usize, Option<String>) {
        let (mut count, mut refusal) = (0, None);
        let mut sink = |parsed: Parsed| {
            count += usize::from(parsed.record.is_some());
            for Finding { code, message, .. } in parsed.findings {
                assert_eq!(code, Code::SnapshotRefused, "{message}");
                refusal = Some(message);
            }
        };
        read(&mut bytes, &LIMITS, &mut sink).unwrap();
        (count, refusal)
    }

    #[test]
    fn a_snapshot_of_any_number_of_sections_is_read_back() {
        for (count, size) in [(0, 0), (1, 0), (7, 1 << 20), (5000, 10)] {
            let bytes = snapshot(count, size);
            assert!(recognises(&bytes));
            assert_eq!(outcome(&bytes), (count, None));
        }
    }

    #[test]
    fn a_snapshot_truncated_anywhere_is_refused() {
        let bytes = snapshot(3, 1);
        for length in 0..bytes.len() {
            assert_eq!(outcome(&bytes[..length]).1.as_deref(), Some("the file is truncated"), "{length}");
        }
        assert_eq!(
            outcome(&[&bytes[..], b"x"].concat()).1.as_deref(),
            Some("the file has more bytes after the end of the snapshot")
        );
    }

    #[test]
    fn a_snapshot_with_any_byte_changed_is_refused() {
        let bytes = snapshot(3, 1);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x40;
            assert!(outcome(&changed).1.is_some(), "byte {at}");
        }
    }

    #[test]
    fn another_version_is_refused() {
        let mut bytes = snapshot(1, 1);
        bytes[8] = 9;
        assert_eq!(outcome(&bytes).1.unwrap(), "the snapshot has version 9, but this program reads version 1");
    }

    proptest! {
        #[test]
        fn no_bytes_cause_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            outcome(&bytes);
            outcome(&[&MAGIC[..], &VERSION.to_le_bytes(), &bytes].concat());
        }
    }
}
