//! NDJSON: one record per line, in ProtoJSON.
//!
//! Most lines are read by the generated parser, which is fast. A line that it refuses or reads wrongly (a `null` before a
//! field of the same name, repeated labels, times out of range) is read by [`repair`], which corrects what it can and
//! reports every error. For a line without errors both return the same record.

mod repair;
mod value;

use std::io::{self, BufRead, Read, Write};

use rayon::prelude::*;

use self::repair::Repaired;
use super::reading::json;
use super::reading::lines::{Batch, Lines};
use super::records::{Parsed, PlainWriter, ReadLimits, RecordWriter, skip_byte_order_mark};
use crate::model::{Code, Findings, RecordOp, all_in_range, check_record, record_name};
use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

/// Whether the first bytes of a file begin with a record.
pub(super) fn recognises(head: &[u8]) -> bool {
    json::members(head).first().is_some_and(|(key, _)| matches!(key.as_str(), "article" | "actor" | "claim"))
}

/// Reads records to the end of `input`.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let (head, mut has_mark) = skip_byte_order_mark(input)?;
    let mut input = head.as_slice().chain(input);

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
            let message = format!("the line has {length} bytes, the maximum is {}", limits.max_line_bytes);
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
    let Repaired { record, name, mut findings } = parse_fast(text).unwrap_or_else(|| repair::repair(text));
    let record = record.and_then(|mut record| {
        let checked = check_record(&mut record);
        let is_good = !checked.has_error();
        findings.extend(checked);
        is_good.then_some(record)
    });
    Parsed { line, record, name, findings, op: RecordOp::Insert }
}

/// Reads a line with the generated parser. None if the parser refuses the line or may read it wrongly.
fn parse_fast(line: &str) -> Option<Repaired> {
    // The parser reads `"a":null,"a":1` as a single `a`.
    if memchr::memmem::find(line.as_bytes(), b"null").is_some() {
        return None;
    }
    let record: Record = serde_json::from_str(line).ok()?;
    let is_correct = record.record.is_some() && all_in_range(&record) && !has_repeated_labels(line, &record);
    if !is_correct {
        return None;
    }
    let name = record_name(&record).map(|(_, name)| name.to_owned()).unwrap_or_default();
    Some(Repaired { record: Some(record), name, findings: Findings::default() })
}

/// Whether a line repeats a key in its `labels`. The generated parser refuses repeated fields, but keeps only the last of
/// repeated map keys.
fn has_repeated_labels(line: &str, record: &Record) -> bool {
    let kept = match &record.record {
        Some(Kind::Article(article)) => article.labels.len(),
        Some(Kind::Actor(actor)) => actor.labels.len(),
        Some(Kind::Claim(claim)) => claim.labels.len(),
        None => 0,
    };
    let labels = || {
        let fields = json::members(line.as_bytes()).into_iter().flat_map(|(_, value)| json::members(value));
        fields.filter(|(key, _)| key == "labels").map(|(_, labels)| json::members(labels).len()).sum::<usize>()
    };
    kept > 0 && labels() != kept
}

/// Writes one record per line.
pub(super) fn writer(output: &mut dyn Write) -> Box<dyn RecordWriter + '_> {
    PlainWriter::boxed(output, |record, output| {
        serde_json::to_writer(&mut *output, record)?;
        output.write_all(b"\n")
    })
}

#[cfg(test)]
mod tests;
