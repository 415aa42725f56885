//! File formats: bytes become records, each with the place where it stood.
//!
//! A format knows nothing of files and sockets. It reads a stream, keeps no more of it than it needs for one batch of
//! records, and hands over every record, good or bad, in the order in which they stand.

mod dot;
mod edge_list;
mod graphml;
mod json;
mod json_record;
mod line_findings;
mod lines;
mod matrix;
mod mend;
mod ndjson;
mod network;
mod repeated_labels;
mod scalar;
mod shown;
mod time_range;

#[cfg(test)]
mod arbitrary;

pub use network::NetworkFormat;

use std::io::{self, BufRead};
use std::path::Path;

use crate::model::Findings;
use crate::proto::v1::Record;

/// A byte order mark, which some editors put at the start of UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One record a line, in ProtoJSON.
    Ndjson,
}

impl Format {
    /// The format that a file's name tells, in lower or upper case.
    pub fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }

    /// The format that a file's first bytes tell.
    pub fn of_content(head: &[u8]) -> Option<Self> {
        let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
        match head.trim_ascii_start().first() {
            Some(b'{') => Some(Self::Ndjson),
            _ => None,
        }
    }

    /// Reads records to the end of `input` and hands each to `sink`, in order.
    ///
    /// Where reading fails half-way, everything that stood complete before is handed over first.
    pub fn read(self, input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
        match self {
            Self::Ndjson => ndjson::read(input, limits, sink),
        }
    }
}

/// A record, or what kept it from being one, with where it stood.
#[derive(Debug)]
pub struct Parsed {
    /// Line in the file, counted from 1.
    pub line: u32,
    /// The record, checked and with its defaults filled in. None: an error was found.
    pub record: Option<Record>,
    /// Name of the record as far as it is known, even where the record is not valid. Empty: not known.
    pub name: String,
    /// What was found in the line.
    pub findings: Findings,
}

/// How much a reader takes in at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Most bytes of one line, its end not counted. A longer line is read past, never stored, and reported: it is what
    /// keeps memory bounded when a file is not what its name says.
    pub max_line_bytes: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_format() {
        for name in ["a.ndjson", "a.jsonl", "dir.d/A.NDJSON"] {
            assert_eq!(Format::of_name(Path::new(name)), Some(Format::Ndjson), "{name}");
        }
        for name in ["a.json", "ndjson", ".ndjson", "a.ndjson.bak", ""] {
            assert_eq!(Format::of_name(Path::new(name)), None, "{name}");
        }
    }

    #[test]
    fn the_first_byte_that_is_no_space_tells_the_format() {
        for head in ["{", " \r\n\t{\"claim\"", "\u{feff}{}", "\u{feff}\n{"] {
            assert_eq!(Format::of_content(head.as_bytes()), Some(Format::Ndjson), "{head:?}");
        }
        for head in ["", " ", "[{", "\u{feff}", "x{"] {
            assert_eq!(Format::of_content(head.as_bytes()), None, "{head:?}");
        }
    }
}
