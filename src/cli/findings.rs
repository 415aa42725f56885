//! Prints the findings of a load for people: grouped by code, the most severe first, with excerpts.

mod excerpt;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use self::excerpt::Excerpts;
use crate::corpus::{Diagnostic, LoadReport};

/// Findings that are shown per code, unless --all is given.
const SHOWN_OF_A_CODE: usize = 10;

/// Options of the output.
pub(super) struct Shown {
    /// Whether all findings are shown.
    pub(super) all: bool,
    /// Whether the output is coloured.
    pub(super) styled: bool,
}

/// Prints the findings, then a table of their codes.
pub(super) fn print(out: &mut impl Write, report: &LoadReport, shown: &Shown) -> io::Result<()> {
    let groups = groups(report);
    let most = if shown.all { usize::MAX } else { SHOWN_OF_A_CODE };
    let listed = groups.iter().flat_map(|(_, group)| group.iter().take(most).copied());
    let mut excerpts = Excerpts::read(listed, shown);
    for (code, group) in &groups {
        for (at, diagnostic) in group.iter().take(most).enumerate() {
            print_head(out, diagnostic)?;
            if at == 0 {
                writeln!(out, "    {}", diagnostic.advice)?;
            }
            if let Some(excerpt) = excerpts.render(diagnostic) {
                writeln!(out, "{excerpt}")?;
            }
        }
        let more = group.len().saturating_sub(most);
        if more > 0 {
            writeln!(out, "and {more} more {code}; --all shows them")?;
        }
    }
    if report.omitted > 0 {
        writeln!(out, "and {} more that were not kept; raise --max-diagnostics to see them", report.omitted)?;
    }
    print_table(out, report, &groups)
}

/// The findings of each code, the most severe codes first.
fn groups(report: &LoadReport) -> Vec<(&'static str, Vec<&Diagnostic>)> {
    let mut groups: BTreeMap<&'static str, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        groups.entry(diagnostic.code.as_str()).or_default().push(diagnostic);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group[0].severity));
    groups
}

fn print_head(out: &mut impl Write, diagnostic: &Diagnostic) -> io::Result<()> {
    let Diagnostic { severity, code, file, line, record, field, message, .. } = diagnostic;
    if !file.is_empty() {
        write!(out, "{file}:")?;
    }
    if *line > 0 {
        write!(out, "{line}:")?;
    }
    write!(out, " {severity} {}", code.as_str())?;
    for part in [record, field].into_iter().filter(|part| !part.is_empty()) {
        write!(out, " {}", visible(part))?;
    }
    writeln!(out, ": {message}")
}

/// Escapes control characters, which a terminal would interpret.
fn visible(data: &str) -> Cow<'_, str> {
    if !data.contains(char::is_control) {
        return data.into();
    }
    let escaped = |letter: char| if letter.is_control() { letter.escape_default().to_string() } else { letter.into() };
    data.chars().map(escaped).collect::<String>().into()
}

/// Prints the number of findings of each code. Codes of which no finding was kept come last.
fn print_table(
    out: &mut impl Write,
    report: &LoadReport,
    groups: &[(&'static str, Vec<&Diagnostic>)],
) -> io::Result<()> {
    if report.counts.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    for (code, group) in groups {
        let count = report.counts.get(code).copied().unwrap_or_default();
        writeln!(out, "{count:>9} {:<8} {code}", group[0].severity.to_string())?;
    }
    for (code, count) in report.counts.iter().filter(|(code, _)| groups.iter().all(|(shown, _)| shown != *code)) {
        writeln!(out, "{count:>9} {:<8} {code}", "")?;
    }
    Ok(())
}
