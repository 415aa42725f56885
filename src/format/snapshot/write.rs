//! Snapshots as they are written.

use std::io::{self, Write};

use prost::Message;

use super::{MAGIC, SECTION_BYTES, VERSION, hash};
use crate::format::{RecordWriter, Written};
use crate::proto::v1::Record;

/// Begins a snapshot.
pub(in crate::format) fn writer(output: &mut dyn Write) -> io::Result<Box<dyn RecordWriter + '_>> {
    output.write_all(&MAGIC)?;
    output.write_all(&VERSION.to_le_bytes())?;
    Ok(Box::new(Writer { output, payload: Vec::new(), count: 0, before: [0; 32], written: 0 }))
}

struct Writer<'o> {
    output: &'o mut dyn Write,
    /// Records of the section that is open.
    payload: Vec<u8>,
    count: u32,
    /// Hash of the section before.
    before: [u8; 32],
    written: u64,
}

impl Writer<'_> {
    fn end_section(&mut self) -> io::Result<()> {
        let length = u32::try_from(self.payload.len()).map_err(|_| io::Error::other("a record has more than 4 GiB"))?;
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
        // The end is a section of nothing.
        self.end_section()?;
        self.output.flush()?;
        Ok(Written { count: self.written, ..Written::default() })
    }
}
