//! The load report: all findings of a load, with file, line, record and field.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{Code, Finding, Findings, Places, Severity};

/// A finding of a load, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Severity.
    pub severity: Severity,
    /// Kind of the finding.
    #[serde(serialize_with = "as_str")]
    pub code: Code,
    /// File as given, `-` for standard input; empty for the load as a whole.
    pub file: Arc<str>,
    /// Line of the file, or record of a file that is counted by records, from 1; 0 for the file as a whole.
    pub line: u32,
    /// Unit of `line`.
    #[serde(skip)]
    pub places: Places,
    /// Name of the record; empty if unknown.
    pub record: String,
    /// Path of the field within the record; empty for the record as a whole.
    pub field: String,
    /// Description of the finding.
    pub message: String,
    /// Recommended action.
    pub advice: &'static str,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn as_str<S: serde::Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str())
}

/// The findings of a load. Counts are exact; diagnostics are kept up to a limit, the most severe first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LoadReport {
    /// Findings of severity ERROR.
    pub errors: u32,
    /// Findings of severity WARNING.
    pub warnings: u32,
    /// Findings of severity NOTE.
    pub notes: u32,
    /// Number of findings by code.
    pub counts: BTreeMap<&'static str, u32>,
    /// Number of findings without a diagnostic, because of the limit.
    pub omitted: u32,
    /// The findings in the order of files as read, lines and fields.
    pub diagnostics: Vec<Diagnostic>,
}

/// The place of a record in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    /// Number of the file; see [`Origin::LOAD`] for the load as a whole.
    pub(super) file: u32,
    /// Line, counted from 1; 0 for the file as a whole.
    pub(super) line: u32,
}

impl Origin {
    /// The load as a whole. Sorts last.
    pub(super) const LOAD: Self = Self { file: u32::MAX, line: 0 };
}

/// Collects the findings of a load.
pub(super) struct ReportBuilder {
    files: Vec<Arc<str>>,
    /// Unit of the places in each file.
    places: Vec<Places>,
    /// Diagnostics by severity, the least severe first.
    kept: [Vec<(Origin, Diagnostic)>; 3],
    max_diagnostics: usize,
    report: LoadReport,
    /// Whether an error in each file refuses the load.
    is_strict: Vec<bool>,
    /// The reason if the load is refused.
    pub(super) refusal: Option<String>,
}

impl ReportBuilder {
    pub(super) fn new(max_diagnostics: usize) -> Self {
        Self {
            files: Vec::new(),
            places: Vec::new(),
            kept: Default::default(),
            max_diagnostics,
            report: LoadReport::default(),
            is_strict: Vec::new(),
            refusal: None,
        }
    }

    /// Opens a file; returns its number for origins. If `is_strict`, any error in the file refuses the load.
    pub(super) fn open(&mut self, file: &str, is_strict: bool) -> u32 {
        self.files.push(file.into());
        self.is_strict.push(is_strict);
        self.places.push(Places::default());
        u32::try_from(self.files.len() - 1).expect("files are counted in 32 bits")
    }

    /// Sets the unit of places in the file that was opened last.
    pub(super) fn count_by(&mut self, places: Places) {
        if let Some(last) = self.places.last_mut() {
            *last = places;
        }
    }

    pub(super) fn add(&mut self, origin: Origin, record: &str, finding: Finding) {
        let Finding { code, field, message } = finding;
        let severity = code.severity();
        let count = match severity {
            Severity::Error => &mut self.report.errors,
            Severity::Warning => &mut self.report.warnings,
            Severity::Note => &mut self.report.notes,
        };
        *count += 1;
        let is_strict = self.is_strict.get(origin.file as usize).copied().unwrap_or_default();
        if code.refuses_load() || (is_strict && severity == Severity::Error) {
            let place = self.place(origin);
            self.refusal.get_or_insert_with(|| format!("{place}: {} {message}", code.as_str()));
        }
        *self.report.counts.entry(code.as_str()).or_default() += 1;
        if self.kept.iter().map(Vec::len).sum::<usize>() >= self.max_diagnostics {
            self.report.omitted += 1;
            // A less severe diagnostic makes room, so that notes on every record do not hide an error.
            let milder = self.kept[..severity as usize].iter_mut().find(|kept| !kept.is_empty());
            if milder.and_then(Vec::pop).is_none() {
                return;
            }
        }
        let file = self.files.get(origin.file as usize).cloned().unwrap_or_default();
        let places = self.places.get(origin.file as usize).copied().unwrap_or_default();
        let (record, advice) = (record.to_owned(), code.advice());
        let diagnostic = Diagnostic { severity, code, file, line: origin.line, places, record, field, message, advice };
        self.kept[severity as usize].push((origin, diagnostic));
    }

    pub(super) fn add_all(&mut self, origin: Origin, record: &str, findings: Findings) {
        for finding in findings {
            self.add(origin, record, finding);
        }
    }

    /// File and line of a record, for messages.
    pub(super) fn place(&self, origin: Origin) -> String {
        let file = self.files.get(origin.file as usize).map_or("", |file| file);
        if origin.line == 0 { file.to_owned() } else { format!("{file}:{}", origin.line) }
    }

    pub(super) fn finish(self) -> LoadReport {
        let mut kept: Vec<_> = self.kept.into_iter().rev().flatten().collect();
        kept.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.field.cmp(&right.field)));
        LoadReport { diagnostics: kept.into_iter().map(|(_, diagnostic)| diagnostic).collect(), ..self.report }
    }
}
