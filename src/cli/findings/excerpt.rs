//! Excerpts: the line of a finding, with the place marked.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Shown;
use crate::corpus::Diagnostic;
use crate::format::field_range;
use crate::model::{Places, Severity};
use crate::source;

/// Most bytes of a line that are read for an excerpt. Places beyond are not marked.
const MAX_LINE_BYTES: usize = 64 << 10;
/// Width of an excerpt in columns.
const COLUMNS: usize = 120;
/// Most bytes of a mark. Of a longer place the beginning is marked.
const MAX_MARK_BYTES: usize = 60;

/// Lines of files. Each file is read once.
pub(super) struct Excerpts {
    lines: BTreeMap<(String, u32), Vec<u8>>,
    renderer: Renderer,
}

impl Excerpts {
    /// Reads the lines of findings. There are no excerpts of input that cannot be read again, such as standard input, and of
    /// formats whose places are counted by records.
    pub(super) fn read<'d>(listed: impl Iterator<Item = &'d Diagnostic>, shown: &Shown) -> Self {
        let mut numbers: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for diagnostic in listed.filter(|one| one.line > 0 && one.places == Places::Lines) {
            numbers.entry(&diagnostic.file).or_default().insert(diagnostic.line);
        }
        let mut lines = BTreeMap::new();
        for (file, numbers) in numbers {
            // A finding whose line cannot be read is printed without an excerpt.
            let is_file = Path::new(file).is_file();
            let found = is_file.then(|| source::lines(Path::new(file), &numbers, MAX_LINE_BYTES).ok());
            for (number, line) in found.flatten().unwrap_or_default() {
                lines.insert((file.to_owned(), number), line);
            }
        }
        let renderer = if shown.styled { Renderer::styled() } else { Renderer::plain() };
        Self { lines, renderer: renderer.term_width(COLUMNS) }
    }

    /// The excerpt of a finding.
    pub(super) fn render(&mut self, diagnostic: &Diagnostic) -> Option<String> {
        let line = self.lines.get(&(diagnostic.file.to_string(), diagnostic.line))?;
        let place = place(line, diagnostic);
        let text = String::from_utf8_lossy(line);
        // Invalid UTF-8 was replaced by longer characters, so that the byte offsets no longer fit.
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

/// The place of a finding in its line: the byte that the message names, else the field, else the first character.
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

/// A range cut to the text, to the longest mark, and to character boundaries.
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
