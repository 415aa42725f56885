//! One stream at a time, from its bytes into an intake.

use std::io::{self, BufRead};
use std::path::Path;

use super::Intake;
use super::head::Head;
use crate::format::{Format, Parsed, ReadLimits};
use crate::model::{Code, Finding};

/// What is known of a stream before its first byte.
#[derive(Clone, Copy)]
pub(super) enum Known<'p> {
    /// Its format.
    Format(Format),
    /// The name of a file that was asked for.
    Named(&'p Path),
    /// The name of a file that stands in a folder that was asked for.
    InFolder(&'p Path),
    /// Nothing.
    Nothing,
}

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

    /// Reads a stream to its end, and tells whether it was one to read. Where its format is not known, name and content
    /// have to tell it.
    pub(super) fn read(&mut self, input: &mut dyn BufRead, known: Known<'_>) -> bool {
        let mut head = Head::of(input);
        let format = match known {
            Known::Format(format) => Some(format),
            Known::Named(path) | Known::InFolder(path) => Format::of_file(path, head.bytes()),
            Known::Nothing => Format::of_content(head.bytes()),
        };
        match (format, known) {
            (Some(format), _) => self.read_as(format, &mut head),
            // Nothing but white space to the end is an empty file of any format.
            (None, _) if head.is_all_blank() => self.note_empty(),
            (None, Known::InFolder(_)) => {
                self.note(Code::FileSkipped, "neither its name nor its first bytes tell a known format");
                return false;
            }
            (None, _) => self.note(Code::FormatUnknown, "neither the name nor the first bytes tell a format"),
        }
        true
    }

    fn read_as(&mut self, format: Format, input: &mut dyn BufRead) {
        let mut count = 0_u64;
        let mut sink = |parsed: Parsed| {
            count += 1;
            self.intake.take(parsed);
        };
        match format.read(input, self.limits, &mut sink) {
            Err(error) => self.note_unreadable(&error),
            Ok(()) if count == 0 => self.note_empty(),
            Ok(()) => {}
        }
    }

    fn note_empty(&mut self) {
        self.note(Code::FileEmpty, "there is no record in it");
    }
}
