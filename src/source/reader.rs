//! One stream at a time, from its bytes into an intake.

use std::io::{self, BufRead, Cursor, ErrorKind, Read};

use super::Intake;
use crate::format::{Format, Parsed, ReadLimits};
use crate::model::{Code, Finding};

/// Most bytes that are looked at to tell a format. White space as long as this is not the start of a corpus.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// Feeds an intake.
pub(super) struct Reader<'a, I> {
    limits: &'a ReadLimits,
    intake: &'a mut I,
}

impl<'a, I: Intake> Reader<'a, I> {
    pub(super) fn new(limits: &'a ReadLimits, intake: &'a mut I) -> Self {
        Self { limits, intake }
    }

    /// Begins a file.
    pub(super) fn open(&mut self, file: &str) {
        self.intake.open(file);
    }

    /// Notes something about the file as a whole.
    pub(super) fn note(&mut self, code: Code, message: impl Into<String>) {
        self.intake.file_finding(Finding { code, field: String::new(), message: message.into() });
    }

    /// Notes that a path leads to nothing that can be read.
    pub(super) fn note_unreadable(&mut self, error: &io::Error) {
        self.note(Code::FileUnreadable, error.to_string());
    }

    /// Reads a stream to its end. Without a format the content has to tell it.
    pub(super) fn read(&mut self, input: &mut dyn BufRead, format: Option<Format>) {
        let mut count = 0_u64;
        let mut sink = |parsed: Parsed| {
            count += 1;
            self.intake.take(parsed);
        };
        let outcome = match format {
            Some(format) => format.read(input, self.limits, &mut sink).map(|()| Content::Read),
            None => read_unnamed(input, self.limits, &mut sink),
        };
        match outcome {
            Err(error) => self.note_unreadable(&error),
            Ok(Content::Unknown) => {
                self.note(Code::FormatUnknown, "neither the name nor the first bytes tell a format");
            }
            Ok(Content::Read) if count == 0 => self.note(Code::FileEmpty, "there is no line that is not blank"),
            Ok(Content::Read) => {}
        }
    }
}

/// Whether a stream was of a known format.
enum Content {
    /// It was read.
    Read,
    /// It was not.
    Unknown,
}

fn read_unnamed(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<Content> {
    let head = head(input)?;
    match Format::of_content(&head) {
        Some(format) => format.read(&mut Cursor::new(head).chain(input), limits, sink).map(|()| Content::Read),
        // Nothing but white space to the end is an empty file of any format.
        None if is_blank(&head) && head.len() < MAX_HEAD_BYTES => Ok(Content::Read),
        None => Ok(Content::Unknown),
    }
}

/// Takes the first bytes of a stream, up to one that is not white space. A pipe may give them one by one.
fn head(input: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    // Longer than a byte order mark and not blank: it is decided, one way or the other.
    while head.len() < MAX_HEAD_BYTES && (head.len() <= 3 || is_blank(&head)) {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            break;
        }
        let taken = chunk.len().min(MAX_HEAD_BYTES - head.len());
        head.extend_from_slice(&chunk[..taken]);
        input.consume(taken);
    }
    Ok(head)
}

fn is_blank(head: &[u8]) -> bool {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii().is_empty()
}
