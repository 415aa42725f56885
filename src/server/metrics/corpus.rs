//! Metrics of the served corpus and of reloads. They exist once there is a corpus.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use super::series::{counters, gauge, gauges};
use crate::corpus::Corpus;
use crate::server::ServerHandle;

/// The served corpus.
pub(super) struct CorpusGauges(ServerHandle);

impl CorpusGauges {
    pub(super) fn new(server: &ServerHandle) -> Self {
        Self(server.clone())
    }
}

impl fmt::Debug for CorpusGauges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CorpusGauges")
    }
}

impl Collector for CorpusGauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(live) = self.0.live() else { return Ok(()) };
        encode_corpus(&mut encoder, &live.corpus())
    }
}

fn encode_corpus(encoder: &mut DescriptorEncoder<'_>, corpus: &Corpus) -> fmt::Result {
    let Corpus { articles, actors, claims, report, .. } = corpus;
    let records = [
        ("articles", articles.table.len().into()),
        ("actors", actors.table.len().into()),
        ("claims", claims.table.len().into()),
    ];
    gauges(encoder, ("claimd_corpus_records", "Records served"), "resource", records)?;
    gauge(encoder, ("claimd_corpus_memory_bytes", "Bytes of records and indexes"), &corpus.memory_bytes)?;
    let loaded = corpus.load_time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let help = "End of the load of the corpus, in seconds since 1970";
    gauge(encoder, ("claimd_corpus_load_timestamp_seconds", help), &loaded.as_secs_f64())?;
    let age = SystemTime::now().duration_since(corpus.load_time).unwrap_or_default();
    gauge(encoder, ("claimd_corpus_age_seconds", "Time since the corpus was loaded"), &age.as_secs_f64())?;
    let help = "Duration of the load of the corpus";
    gauge(encoder, ("claimd_corpus_load_duration_seconds", help), &corpus.load_duration.as_secs_f64())?;
    let found = [("error", report.errors.into()), ("warning", report.warnings.into()), ("note", report.notes.into())];
    let help = "Diagnostics of the load of the corpus; claimd check prints them";
    gauges(encoder, ("claimd_corpus_diagnostics", help), "severity", found)?;
    let labels = [("revision", corpus.revision.as_str())];
    let help = "Revision of the served corpus; always 1";
    encoder.encode_descriptor("claimd_corpus", help, None, MetricType::Info)?.encode_info(&labels)
}

/// Reloads of the data, and streams that follow them.
pub(super) struct Reloads(ServerHandle);

impl Reloads {
    pub(super) fn new(server: &ServerHandle) -> Self {
        Self(server.clone())
    }
}

impl fmt::Debug for Reloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reloads")
    }
}

impl Collector for Reloads {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(live) = self.0.live() else { return Ok(()) };
        let status = live.status();
        let counts = status.counts;
        let results = [
            ("changed", counts.changed),
            ("unchanged", counts.unchanged),
            ("failed", counts.failed),
            ("shrunk", counts.shrunk),
        ];
        let help = "Reloads by outcome; after a failed or shrunk one the previous corpus stays served";
        counters(&mut encoder, ("claimd_reloads", help), "result", results)?;
        let help = "1 while a reload is running";
        gauge(&mut encoder, ("claimd_reload_running", help), &u64::from(status.running_since.is_some()))?;
        let help = "1 if the last load failed or was refused";
        gauge(&mut encoder, ("claimd_reload_failed", help), &u64::from(status.last_error.is_some()))?;
        let success = status.last_success.duration_since(UNIX_EPOCH).unwrap_or_default();
        let help = "End of the last successful load, in seconds since 1970";
        gauge(&mut encoder, ("claimd_reload_success_timestamp_seconds", help), &success.as_secs_f64())?;
        let streams = [("WatchCorpus", live.open_feeds() as u64), ("ExportRecords", live.open_exports() as u64)];
        let help = "Open streams of WatchCorpus and ExportRecords";
        gauges(&mut encoder, ("claimd_open_streams", help), "method", streams)
    }
}
