//! What is served. There are no such metrics before there is a corpus.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use super::series::{gauge, gauges};
use crate::corpus::Corpus;
use crate::server::Vitals;

/// What is served.
pub(super) struct CorpusGauges(Vitals);

impl CorpusGauges {
    pub(super) fn new(vitals: &Vitals) -> Self {
        Self(vitals.clone())
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
    let help = "When the corpus was loaded, in seconds since 1970";
    gauge(encoder, ("claimd_corpus_load_timestamp_seconds", help), &loaded.as_secs_f64())?;
    let age = SystemTime::now().duration_since(corpus.load_time).unwrap_or_default();
    gauge(encoder, ("claimd_corpus_age_seconds", "Time since the corpus was loaded"), &age.as_secs_f64())?;
    let help = "How long loading the corpus took";
    gauge(encoder, ("claimd_corpus_load_duration_seconds", help), &corpus.load_duration.as_secs_f64())?;
    let found = [("error", report.errors.into()), ("warning", report.warnings.into()), ("note", report.notes.into())];
    let help = "What the load of the corpus found wrong; claimd check tells more";
    gauges(encoder, ("claimd_corpus_diagnostics", help), "severity", found)?;
    let labels = [("revision", corpus.revision.as_str())];
    let help = "The content that is served: always 1";
    encoder.encode_descriptor("claimd_corpus", help, None, MetricType::Info)?.encode_info(&labels)
}
