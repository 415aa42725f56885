//! The lines that findings are about, with a mark at the place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Shown;
use crate::corpus::Diagnostic;
use crate::format::field_range;
use crate::model::{Places, Severity};
use crate::source;

/// Most bytes of a line that are read to show a part of it. Marks beyond are left out.
const MAX_LINE_BYTES: usize = 64 << 10;
/// Columns of an excerpt, where the line is longer.
const COLUMNS: usize = 120;
/// Most bytes of a line that are marked. What is longer is marked at its beginning.
const MAX_MARK_BYTES: usize = 60;

/// Lines of files, read once.
pub(super) struct Excerpts {
    lines: BTreeMap<(String, u32), Vec<u8>>,
    renderer: Renderer,
}

impl Excerpts {
    /// Reads the lines that findings are about. A file that cannot be read again, such as standard input, has none, and
    /// neither has one that is counted by records.
    pub(super) fn read<'d>(listed: impl Iterator<Item = &'d Diagnostic>, shown: &Shown) -> Self {
        let mut numbers: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for diagnostic in listed.filter(|one| one.line > 0 && one.places == Places::Lines) {
            numbers.entry(&diagnostic.file).or_default().insert(diagnostic.line);
        }
        let mut lines = BTreeMap::new();
        for (file, numbers) in numbers {
            // Nothing is lost without an excerpt: what was found is printed all the same.
            let is_file = Path::new(file).is_file();
            let found = is_file.then(|| source::lines(Path::new(file), &numbers, MAX_LINE_BYTES).ok());
            for (number, line) in found.flatten().unwrap_or_default() {
                lines.insert((file.to_owned(), number), line);
            }
        }
        let renderer = if shown.styled { Renderer::styled() } else { Renderer::plain() };
        Self { lines, renderer: renderer.term_width(COLUMNS) }
    }

    /// The line of a finding, with a mark at its place.
    pub(super) fn render(&mut self, diagnostic: &Diagnostic) -> Option<String> {
        let line = self.lines.get(&(diagnostic.file.to_string(), diagnostic.line))?;
        let place = place(line, diagnostic);
        let text = String::from_utf8_lossy(line);
        // Bytes that are no text have become longer ones: then there is no telling where the mark belongs.
        let place = if text.len() == line.len() { within(&text, place) } else { 0..0 };
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let snippet = Snippet::source(text.trim_end())
            .line_start(diagnostic.line as usize)
            .annotation(AnnotationKind::Primary.span(place));
        Some(self.renderer.render(&[Group::with_level(level).element(snippet)]))
    }
}

/// The bytes of a line that a finding is about: those that the message names, those of the field, or the first one.
fn place(line: &[u8], diagnostic: &Diagnostic) -> Range<usize> {
    let named = diagnostic.message.strip_prefix("byte ").and_then(|rest| rest.split_once(" of the line"));
    if let Some(byte) = named.and_then(|(number, _)| number.parse::<usize>().ok()) {
        let start = byte.saturating_sub(1);
        return start..byte;
    }
    let first = line.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let field = if diagnostic.field.is_empty() { "name" } else { &diagnostic.field };
    field_range(line, field).unwrap_or(first..first + 1)
}

/// A place of the text, short, inside of it, and between characters.
fn within(text: &str, place: Range<usize>) -> Range<usize> {
    let boundary = |mut at: usize| {
        at = at.min(text.trim_end().len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(place.start);
    let end = boundary(place.end.min(place.start + MAX_MARK_BYTES));
    start..end.max(start)
}
