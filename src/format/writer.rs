//! Records as files.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Format, binary, claim_review, ndjson, snapshot};
use crate::proto::v1::Record;

/// Takes records one by one and writes them: articles, then actors, then claims.
pub trait RecordWriter {
    /// Takes a record.
    fn write(&mut self, record: Record) -> io::Result<()>;
    /// Writes what is left, and tells what was written.
    fn finish(self: Box<Self>) -> io::Result<Written>;
}

/// What was written.
#[derive(Debug, Default)]
pub struct Written {
    /// How many records, in the terms of the format.
    pub count: u64,
    /// What the format has no place for, and how many of it there were.
    pub left_out: BTreeMap<&'static str, u64>,
}

impl Format {
    /// Formats that are written.
    pub const WRITTEN: &[Self] = &[Self::Ndjson, Self::Binary, Self::Snapshot, Self::ClaimReview];

    /// Begins a file of this format; None if it is only read.
    pub fn writer(self, output: &mut dyn Write) -> Option<io::Result<Box<dyn RecordWriter + '_>>> {
        match self {
            Self::Ndjson => Some(Ok(ndjson::writer(output))),
            Self::Binary => Some(Ok(binary::writer(output))),
            Self::Snapshot => Some(snapshot::writer(output)),
            Self::ClaimReview => Some(claim_review::writer(output)),
            Self::Dna | Self::Ninjs | Self::FollowTheMoney | Self::DebateNet => None,
        }
    }
}
