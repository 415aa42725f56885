//! `claimd check`: loads a corpus and reports every error in it.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::FAILED;
use super::findings::{self, Shown};
use crate::corpus::{LoadReport, ValidatedRecords};
use crate::source::{LoadOptions, Source};

#[derive(Args, Debug)]
pub(super) struct Check {
    /// Files, folders and manifests (.toml) to load; - is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<Source>,
    /// Print one JSON object, for programs
    #[arg(long)]
    json: bool,
    /// Print all findings instead of the first ten of each code
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    load: LoadOptions,
}

/// The result of a check in JSON.
#[derive(Serialize)]
struct Outcome<'r> {
    articles: u32,
    actors: u32,
    claims: u32,
    /// Null if the load was refused.
    revision: Option<&'r str>,
    #[serde(flatten)]
    report: &'r LoadReport,
}

impl Check {
    pub(super) fn run(self) -> ExitCode {
        let loaded = self.load.validate(&self.paths);
        let (records, report) = match &loaded {
            Ok(records) => (Some(records), &records.report),
            Err(failed) => (None, &failed.report),
        };
        let printed = if self.json {
            print_json(records, report)
        } else {
            let shown = Shown { all: self.all, styled: io::stdout().is_terminal() };
            let refusal = loaded.as_ref().err().map(|failed| failed.reason.as_str());
            print_text(records, refusal, report, &shown)
        };
        // A reader may close the pipe early; this does not change the exit code.
        if report.errors > 0 || printed.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
            return FAILED.into();
        }
        ExitCode::SUCCESS
    }
}

fn print_json(records: Option<&ValidatedRecords>, report: &LoadReport) -> io::Result<()> {
    let revision = records.map(ValidatedRecords::revision);
    let outcome = Outcome {
        articles: records.map_or(0, |records| records.articles.len()),
        actors: records.map_or(0, |records| records.actors.len()),
        claims: records.map_or(0, |records| records.claims.len()),
        revision: revision.as_deref(),
        report,
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &outcome)?;
    writeln!(out)
}

fn print_text(
    records: Option<&ValidatedRecords>,
    refusal: Option<&str>,
    report: &LoadReport,
    shown: &Shown,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    findings::print(&mut out, report, shown)?;
    match records {
        Some(ValidatedRecords { articles, actors, claims, .. }) => {
            let (articles, actors, claims) = (articles.len(), actors.len(), claims.len());
            let revision = records.map(ValidatedRecords::revision).unwrap_or_default();
            writeln!(out, "{articles} articles, {actors} actors, {claims} claims; revision {revision}")?;
        }
        None => writeln!(out, "nothing can be served: {}", refusal.unwrap_or_default())?,
    }
    let LoadReport { errors, warnings, notes, .. } = report;
    writeln!(out, "{errors} errors, {warnings} warnings, {notes} notes")?;
    out.flush()
}
