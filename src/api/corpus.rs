//! GetCorpus: the description of a corpus.

use std::cmp::Reverse;
use std::time::{SystemTime, UNIX_EPOCH};

use pbjson_types::Duration;

use super::paging::signed;
use crate::corpus::{self, Table};
use crate::model;
use crate::proto::Timestamp;
use crate::proto::v1::{Corpus, Dataset, Diagnostic, DiagnosticCount, LoadReport, Severity};

/// Most diagnostics in a response, the most severe first; `claimd check` prints all.
const SENT_DIAGNOSTICS: usize = 100;

/// Describes a corpus: its revision, counts, datasets and load report. The state of reloads is left to the server.
pub fn describe(corpus: &corpus::Corpus) -> Corpus {
    let count = |table: &Table| signed(table.len());
    let load_duration = Duration {
        seconds: i64::try_from(corpus.load_duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(corpus.load_duration.subsec_nanos()).unwrap_or(0),
    };
    Corpus {
        revision: corpus.revision.clone(),
        load_time: Some(timestamp(corpus.load_time)),
        load_duration: Some(load_duration),
        article_count: count(&corpus.articles.table),
        actor_count: count(&corpus.actors.table),
        claim_count: count(&corpus.claims.table),
        datasets: corpus.datasets.iter().map(|(name, dataset)| describe_dataset(name, dataset)).collect(),
        memory_bytes: i64::try_from(corpus.memory_bytes).unwrap_or(i64::MAX),
        report: Some(describe_report(&corpus.report)),
        reload: None,
    }
}

pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp {
        seconds: i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(since_epoch.subsec_nanos()).unwrap_or(0),
    }
}

fn describe_dataset(name: &str, dataset: &corpus::Dataset) -> Dataset {
    Dataset {
        name: name.to_owned(),
        article_count: signed(dataset.articles),
        actor_count: signed(dataset.actors),
        claim_count: signed(dataset.claims),
        newest_time: dataset.newest.timestamp(),
        retrieve_time: dataset.retrieved.timestamp(),
    }
}

fn describe_report(report: &corpus::LoadReport) -> LoadReport {
    let counts = report.counts.iter();
    LoadReport {
        error_count: signed(report.errors),
        warning_count: signed(report.warnings),
        note_count: signed(report.notes),
        counts: counts
            .map(|(code, count)| DiagnosticCount { code: (*code).to_owned(), count: signed(*count) })
            .collect(),
        diagnostics: worst(&report.diagnostics).map(describe_diagnostic).collect(),
    }
}

/// The most severe diagnostics in their order: notes on every record must not hide an error.
fn worst(diagnostics: &[corpus::Diagnostic]) -> impl Iterator<Item = &corpus::Diagnostic> {
    let mut places: Vec<usize> = (0..diagnostics.len()).collect();
    places.sort_by_key(|place| Reverse(diagnostics[*place].severity));
    places.truncate(SENT_DIAGNOSTICS);
    places.sort_unstable();
    places.into_iter().map(|place| &diagnostics[place])
}

fn describe_diagnostic(diagnostic: &corpus::Diagnostic) -> Diagnostic {
    let severity = match diagnostic.severity {
        model::Severity::Note => Severity::Note,
        model::Severity::Warning => Severity::Warning,
        model::Severity::Error => Severity::Error,
    };
    Diagnostic {
        severity: severity.into(),
        code: diagnostic.code.as_str().to_owned(),
        file: diagnostic.file.to_string(),
        line: signed(diagnostic.line),
        record: diagnostic.record.clone(),
        field: diagnostic.field.clone(),
        message: diagnostic.message.clone(),
        advice: diagnostic.advice.to_owned(),
    }
}
