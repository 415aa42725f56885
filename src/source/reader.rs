//! Reads one stream at a time into an intake: decompression, format, dataset.

use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::Intake;
use super::dataset::Dataset;
use super::head::Head;
use super::progress::Progress;
use crate::corpus::MergeRules;
use crate::format::{Compression, Format, Parsed, ReadLimits, StreamBroken};
use crate::model::{Code, Finding};

/// Size of the decompression buffer in bytes.
const UNPACK_BYTES: usize = 256 << 10;

/// What is known about a stream before it is read.
#[derive(Clone, Copy)]
pub(super) enum Known<'p> {
    /// Its format.
    Format(Format),
    /// The name of a file that was given explicitly.
    Named(&'p Path),
    /// The name of a file in a folder that was given.
    InFolder(&'p Path),
    /// Nothing.
    Nothing,
}

/// Reads streams into an intake.
pub(super) struct Reader<'a, I> {
    limits: &'a ReadLimits,
    intake: &'a mut I,
    /// The explicit format of the current source, whatever names and contents say.
    pub(super) format: Option<Format>,
    /// The current dataset.
    pub(super) dataset: Option<Dataset>,
    pub(super) progress: Progress,
}

impl<'a, I: Intake> Reader<'a, I> {
    pub(super) fn new(limits: &'a ReadLimits, intake: &'a mut I, progress: Progress) -> Self {
        Self { limits, intake, format: None, dataset: None, progress }
    }

    /// Starts a file.
    pub(super) fn open(&mut self, file: &str) {
        let is_strict = self.dataset.as_ref().is_some_and(|dataset| dataset.is_strict);
        self.intake.open(file, is_strict);
    }

    /// Sets which records of different datasets are merged.
    pub(super) fn merge(&mut self, merging: MergeRules) {
        self.intake.merge(merging);
    }

    /// Adds a finding about the file as a whole.
    pub(super) fn note(&mut self, code: Code, message: impl Into<String>) {
        self.intake.file_finding(Finding { code, field: String::new(), message: message.into() });
    }

    /// Adds a finding about a line of the file.
    pub(super) fn note_line(&mut self, line: u32, code: Code, message: impl Into<String>) {
        self.intake.take(Parsed::finding(line, code, message));
    }

    /// Adds a finding that a path cannot be read, or not to its end.
    pub(super) fn note_unreadable(&mut self, error: &io::Error) {
        let is_broken = matches!(error.get_ref(), Some(inner) if inner.is::<StreamBroken>());
        self.note(if is_broken { Code::StreamBroken } else { Code::FileUnreadable }, error.to_string());
    }

    /// Reads a stream to its end and decompresses it if necessary. Returns whether it had a known format. A format that is
    /// not known in advance is detected by name and content.
    pub(super) fn read(&mut self, input: &mut dyn BufRead, known: Known<'_>) -> bool {
        let mut head = Head::of(input);
        let Some(compression) = Compression::of_content(head.bytes()) else { return self.read_plain(head, known) };
        match compression.decoder(&mut head) {
            Ok(plain) => self.read_plain(Head::of(&mut BufReader::with_capacity(UNPACK_BYTES, plain)), known),
            Err(error) => {
                self.note_unreadable(&error);
                true
            }
        }
    }

    fn read_plain(&mut self, mut head: Head<'_>, known: Known<'_>) -> bool {
        let format = self.format.or_else(|| match known {
            Known::Format(format) => Some(format),
            Known::Named(path) | Known::InFolder(path) => Format::of_file(path, head.bytes()),
            Known::Nothing => Format::of_content(head.bytes()),
        });
        match (format, known) {
            (Some(format), _) => self.read_as(format, &mut head),
            // A file of white space is an empty file of any format.
            (None, _) if head.is_all_blank() => self.note_empty(),
            (None, Known::InFolder(_)) if !head.has_failed() => {
                self.note(Code::FileSkipped, "neither its name nor its first bytes tell a known format");
                return false;
            }
            (None, _) => match head.failure() {
                Some(error) => self.note_unreadable(&error),
                None => self.note(Code::FormatUnknown, "neither the name nor the first bytes tell a format"),
            },
        }
        true
    }

    fn read_as(&mut self, format: Format, input: &mut dyn BufRead) {
        self.intake.count_by(format.places());
        let mut count = 0_u64;
        let Self { limits, intake, dataset, .. } = self;
        let mut sink = |parsed: Parsed| {
            count += 1;
            intake.take(match dataset {
                Some(dataset) => dataset.adopt(parsed),
                None => parsed,
            });
        };
        match format.read(input, limits, &mut sink) {
            Err(error) => self.note_unreadable(&error),
            Ok(()) if count == 0 => self.note_empty(),
            Ok(()) => {}
        }
    }

    fn note_empty(&mut self) {
        self.note(Code::FileEmpty, "there is no record in it");
    }
}
