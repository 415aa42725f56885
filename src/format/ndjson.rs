//! NDJSON: one record a line, in ProtoJSON.
//!
//! Nearly every line of a good file goes the short way, through the generated parser. What that parser takes wrongly
//! (a `null` before a field of the same name, repeated labels, times out of range) and what it refuses goes the long
//! way, [`json_record`](super::json_record), which gives the same record where there is one.

use std::io::{self, BufRead, Read, Write};

use rayon::prelude::*;

use super::json_record::Mended;
use super::lines::{Batch, Lines};
use super::{
    BYTE_ORDER_MARK, Parsed, ReadLimits, RecordWriter, Written, json_head, json_record, repeated_labels, time_range,
};
use crate::model::{Code, Findings, Repeat, check_record, record_name};
use crate::proto::v1::Record;

/// Whether first bytes begin with a record.
pub(super) fn recognises(head: &[u8]) -> bool {
    json_head::members(head).first().is_some_and(|(key, _)| matches!(key.as_str(), "article" | "actor" | "claim"))
}

/// Reads records to the end of `input`.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut head = Vec::with_capacity(BYTE_ORDER_MARK.len());
    (&mut *input).take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut head)?;
    let mut has_mark = head == BYTE_ORDER_MARK;
    let head = if has_mark { &[] } else { head.as_slice() };
    let mut input = head.chain(input);

    let mut lines = Lines::new(&mut input, limits.max_line_bytes);
    let mut batch = Batch::default();
    loop {
        let more = lines.fill(&mut batch);
        for mut parsed in parse(&batch, limits) {
            if std::mem::take(&mut has_mark) {
                parsed.findings.add(Code::ByteOrderMark, "", "the file begins with a byte order mark");
            }
            sink(parsed);
        }
        if !more? {
            return Ok(());
        }
    }
}

/// Parses the lines of a batch on all cores.
fn parse(batch: &Batch, limits: &ReadLimits) -> Vec<Parsed> {
    let parse_line = |line| match batch.content(line) {
        Ok(bytes) => parse_bytes(line.number, bytes),
        Err(length) => {
            let message = format!("{length} bytes are more than {}", limits.max_line_bytes);
            Parsed::finding(line.number, Code::LineTooLong, message)
        }
    };
    batch.lines().par_iter().map(parse_line).collect()
}

fn parse_bytes(line: u32, bytes: &[u8]) -> Parsed {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.valid_up_to();
            let message = format!("byte {} of the line (0x{:02x}) is not UTF-8", valid + 1, bytes[valid]);
            return Parsed::finding(line, Code::NotUtf8, message);
        }
    };
    let Mended { record, name, mut findings } = short_way(text).unwrap_or_else(|| json_record::mend(text));
    let record = record.and_then(|mut record| {
        let checked = check_record(&mut record);
        let is_good = !checked.has_error();
        findings.extend(checked);
        is_good.then_some(record)
    });
    Parsed { line, record, name, findings, repeat: Repeat::Refuse }
}

/// The record of a line that the generated parser takes, and takes as it is meant.
fn short_way(line: &str) -> Option<Mended> {
    // To the parser, `"a":null,"a":1` is one `a`; any null goes the long way.
    if memchr::memmem::find(line.as_bytes(), b"null").is_some() {
        return None;
    }
    let record: Record = serde_json::from_str(line).ok()?;
    let as_meant = record.record.is_some() && time_range::all_in_range(&record) && !repeated_labels::any(line, &record);
    if !as_meant {
        return None;
    }
    let name = record_name(&record).map(|(_, name)| name.to_owned()).unwrap_or_default();
    Some(Mended { record: Some(record), name, findings: Findings::default() })
}

/// Writes records, one a line.
pub(super) fn writer(output: &mut dyn Write) -> Box<dyn RecordWriter + '_> {
    Box::new(Writer { output, count: 0 })
}

struct Writer<'o> {
    output: &'o mut dyn Write,
    count: u64,
}

impl RecordWriter for Writer<'_> {
    fn write(&mut self, record: Record) -> io::Result<()> {
        self.count += 1;
        serde_json::to_writer(&mut *self.output, &record)?;
        self.output.write_all(b"\n")
    }

    fn finish(self: Box<Self>) -> io::Result<Written> {
        self.output.flush()?;
        Ok(Written { count: self.count, ..Written::default() })
    }
}

#[cfg(test)]
mod tests;
