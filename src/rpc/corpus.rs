//! CorpusService.

use pbjson_types::{Duration, Timestamp};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use super::accept;
use crate::corpus::{self, Table};
use crate::model;
use crate::proto::v1::corpus_service_server::CorpusService;
use crate::proto::v1::{
    Corpus, Dataset, Diagnostic, DiagnosticCount, ExportRecordsRequest, ExportRecordsResponse, GetCorpusRequest,
    LoadReport, ReloadCorpusRequest, ReloadCorpusResponse, ReloadState, Severity, WatchCorpusRequest,
    WatchCorpusResponse,
};
use crate::query::Error;

/// Diagnostics that are sent; the whole report is for `claimd check`.
const SENT_DIAGNOSTICS: usize = 100;

pub(super) struct Service;

#[tonic::async_trait]
impl CorpusService for Service {
    type ExportRecordsStream = BoxStream<ExportRecordsResponse>;
    type WatchCorpusStream = BoxStream<WatchCorpusResponse>;

    async fn get_corpus(&self, request: Request<GetCorpusRequest>) -> Result<Response<Corpus>, Status> {
        let (corpus, GetCorpusRequest {}) = accept(request, usize::MAX)?;
        Ok(Response::new(describe(&corpus)))
    }

    async fn export_records(
        &self,
        _request: Request<ExportRecordsRequest>,
    ) -> Result<Response<Self::ExportRecordsStream>, Status> {
        Err(Error::NotOffered { method: "ExportRecords" }.into())
    }

    async fn watch_corpus(
        &self,
        _request: Request<WatchCorpusRequest>,
    ) -> Result<Response<Self::WatchCorpusStream>, Status> {
        Err(Error::NotOffered { method: "WatchCorpus" }.into())
    }

    async fn reload_corpus(
        &self,
        _request: Request<ReloadCorpusRequest>,
    ) -> Result<Response<ReloadCorpusResponse>, Status> {
        Err(Error::NotOffered { method: "ReloadCorpus" }.into())
    }
}

fn describe(corpus: &corpus::Corpus) -> Corpus {
    let count = |table: &Table| signed(table.len());
    let load_duration = Duration {
        seconds: i64::try_from(corpus.load_duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(corpus.load_duration.subsec_nanos()).unwrap_or(0),
    };
    let since_epoch = corpus.load_time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let load_time = Timestamp {
        seconds: i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(since_epoch.subsec_nanos()).unwrap_or(0),
    };
    Corpus {
        revision: corpus.revision.clone(),
        load_time: Some(load_time),
        load_duration: Some(load_duration),
        article_count: count(&corpus.articles.table),
        actor_count: count(&corpus.actors.table),
        claim_count: count(&corpus.claims.table),
        datasets: corpus.datasets.iter().map(|(name, dataset)| describe_dataset(name, dataset)).collect(),
        memory_bytes: i64::try_from(corpus.memory_bytes).unwrap_or(i64::MAX),
        report: Some(describe_report(&corpus.report)),
        reload: Some(ReloadState::default()),
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
        diagnostics: report.diagnostics.iter().take(SENT_DIAGNOSTICS).map(describe_diagnostic).collect(),
    }
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

fn signed(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
