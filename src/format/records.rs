//! Records as readers return them and writers take them, and the limits of a reader.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use super::DnaNames;
use crate::limits::LoadLimits;
use crate::model::{Code, Findings, RecordOp};
use crate::proto::Timestamp;
use crate::proto::v1::Record;

/// A byte order mark, which some editors write at the start of UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a reader made of one line or record of a file.
#[derive(Debug)]
pub struct Parsed {
    /// Line in the file, from 1; in formats without lines the number of the record. 0: the whole file.
    pub line: u32,
    /// The record, checked and with its defaults. None: there was an error.
    pub record: Option<Record>,
    /// Name of the record, if it is known, even if the record is not valid. Empty: not known.
    pub name: String,
    /// The findings.
    pub findings: Findings,
    /// What the record does to an earlier record of its name.
    pub op: RecordOp,
}

impl Parsed {
    /// A finding without a record, about a line, or with line 0 about the whole file.
    pub fn finding(line: u32, code: Code, message: impl Into<String>) -> Self {
        let mut findings = Findings::default();
        findings.add(code, "", message);
        Self { line, record: None, name: String::new(), findings, op: RecordOp::Insert }
    }
}

/// The limits of a reader, and what else it has to know about its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Maximum bytes of a line without its line end, and of an element of a JSON list. A longer one is skipped without
    /// being stored, and reported, so that memory is bounded whatever the file contains.
    pub max_line_bytes: usize,
    /// Maximum bytes of an encoded record. A longer one is skipped and reported.
    pub max_record_bytes: usize,
    /// Maximum bytes of a file whose format cannot be streamed, such as a database.
    pub max_database_bytes: usize,
    /// The current time, which embargoes are compared with.
    pub now: Timestamp,
    /// Names of the statement type and variables in databases of the Discourse Network Analyzer.
    pub dna: DnaNames,
}

impl From<&LoadLimits> for ReadLimits {
    fn from(limits: &LoadLimits) -> Self {
        let &LoadLimits { max_line_bytes, max_record_bytes, max_database_bytes, .. } = limits;
        Self { max_line_bytes, max_record_bytes, max_database_bytes, now: now(), dna: DnaNames::default() }
    }
}

/// The current time; 1970 if the clock is set to an earlier time.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    Timestamp { seconds, nanos: i32::try_from(since.subsec_nanos()).unwrap_or(0) }
}

#[cfg(test)]
impl ReadLimits {
    /// Limits of a mebibyte, and 2023-11-14T22:13:20Z as the current time.
    pub(super) fn for_tests() -> Self {
        let now = Timestamp { seconds: 1_700_000_000, nanos: 0 };
        Self {
            max_line_bytes: 1 << 20,
            max_record_bytes: 1 << 20,
            max_database_bytes: 1 << 20,
            now,
            dna: DnaNames::default(),
        }
    }
}

/// Reads the first bytes of a stream of text. Returns them without a byte order mark, and whether there was one; the
/// rest of the stream follows.
pub(super) fn skip_byte_order_mark(input: &mut dyn BufRead) -> io::Result<(Vec<u8>, bool)> {
    let mut head = Vec::with_capacity(BYTE_ORDER_MARK.len());
    input.take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut head)?;
    let has_mark = head == BYTE_ORDER_MARK;
    if has_mark {
        head.clear();
    }
    Ok((head, has_mark))
}

/// Writes records to a file one by one: first articles, then actors, then claims.
pub trait RecordWriter {
    /// Writes a record.
    fn write(&mut self, record: Record) -> io::Result<()>;
    /// Writes the end of the file, and tells what was written.
    fn finish(self: Box<Self>) -> io::Result<Written>;
}

/// What a writer wrote.
#[derive(Debug, Default)]
pub struct Written {
    /// Number of records, or of what the format has instead.
    pub count: u64,
    /// What the format cannot hold, with its number.
    pub left_out: BTreeMap<&'static str, u64>,
}

/// A writer of formats in which a record is bytes of its own, without a head or end of the file.
pub(super) struct PlainWriter<'o> {
    output: &'o mut dyn Write,
    write: fn(&Record, &mut dyn Write) -> io::Result<()>,
    count: u64,
}

impl<'o> PlainWriter<'o> {
    /// `write` writes one record.
    pub(super) fn boxed(
        output: &'o mut dyn Write,
        write: fn(&Record, &mut dyn Write) -> io::Result<()>,
    ) -> Box<dyn RecordWriter + 'o> {
        Box::new(Self { output, write, count: 0 })
    }
}

impl RecordWriter for PlainWriter<'_> {
    fn write(&mut self, record: Record) -> io::Result<()> {
        self.count += 1;
        (self.write)(&record, self.output)
    }

    fn finish(self: Box<Self>) -> io::Result<Written> {
        self.output.flush()?;
        Ok(Written { count: self.count, ..Written::default() })
    }
}
