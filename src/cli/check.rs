//! `claimd check`: loads a corpus and reports everything that is wrong with it.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{FAILED, LoadArgs};
use crate::corpus::{Corpus, Diagnostic, LoadReport};
use crate::source::Source;

#[derive(Args, Debug)]
pub(super) struct Check {
    /// Files and folders to load; - is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<Source>,
    /// Print one JSON object for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    load: LoadArgs,
}

/// What a check came to, as programs read it.
#[derive(Serialize)]
struct Outcome<'r> {
    articles: u32,
    actors: u32,
    claims: u32,
    /// Absent when nothing could be served.
    revision: Option<&'r str>,
    #[serde(flatten)]
    report: &'r LoadReport,
}

impl Check {
    pub(super) fn run(self) -> ExitCode {
        let loaded = self.load.load(&self.paths);
        let (corpus, report) = match &loaded {
            Ok(corpus) => (Some(corpus), &corpus.report),
            Err(failed) => (None, &failed.report),
        };
        let printed = if self.json { print_json(corpus, report) } else { print_text(corpus, report) };
        // A reader that has seen enough may close the pipe; the verdict stands all the same.
        if report.errors > 0 || printed.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
            return FAILED.into();
        }
        ExitCode::SUCCESS
    }
}

fn print_json(corpus: Option<&Corpus>, report: &LoadReport) -> io::Result<()> {
    let outcome = Outcome {
        articles: corpus.map_or(0, |corpus| corpus.articles.table.len()),
        actors: corpus.map_or(0, |corpus| corpus.actors.table.len()),
        claims: corpus.map_or(0, |corpus| corpus.claims.table.len()),
        revision: corpus.map(|corpus| corpus.revision.as_str()),
        report,
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &outcome)?;
    writeln!(out)
}

fn print_text(corpus: Option<&Corpus>, report: &LoadReport) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for diagnostic in &report.diagnostics {
        print_diagnostic(&mut out, diagnostic)?;
    }
    if report.omitted > 0 {
        writeln!(out, "and {} more; raise --max-diagnostics to see them\n", report.omitted)?;
    }
    let LoadReport { errors, warnings, notes, .. } = report;
    match corpus {
        Some(Corpus { articles, actors, claims, revision, .. }) => {
            let (articles, actors, claims) = (articles.table.len(), actors.table.len(), claims.table.len());
            writeln!(out, "{articles} articles, {actors} actors, {claims} claims; revision {revision}")?;
        }
        None => writeln!(out, "nothing can be served")?,
    }
    writeln!(out, "{errors} errors, {warnings} warnings, {notes} notes")?;
    out.flush()
}

fn print_diagnostic(out: &mut impl Write, diagnostic: &Diagnostic) -> io::Result<()> {
    let Diagnostic { severity, code, file, line, record, field, message, advice } = diagnostic;
    if !file.is_empty() {
        write!(out, "{file}:")?;
    }
    if *line > 0 {
        write!(out, "{line}:")?;
    }
    write!(out, " {severity} {}", code.as_str())?;
    for part in [record, field].into_iter().filter(|part| !part.is_empty()) {
        write!(out, " {part}")?;
    }
    writeln!(out, ": {message}\n    {advice}")
}
