//! How loads of the data went, and what follows them. There are no such metrics before there is a corpus.

use std::fmt;
use std::time::UNIX_EPOCH;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::series::{counters, gauge, gauges};
use crate::server::Vitals;

/// How loads of the data went.
pub(super) struct Reloads(Vitals);

impl Reloads {
    pub(super) fn new(vitals: &Vitals) -> Self {
        Self(vitals.clone())
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
        let help =
            "Loads after the first one, by what came of them; after a failed or shrunk one the old corpus is served";
        counters(&mut encoder, ("claimd_reloads", help), "result", results)?;
        let help = "Whether a load is running beside the served corpus";
        gauge(&mut encoder, ("claimd_reload_running", help), &u64::from(status.running_since.is_some()))?;
        let help = "Whether the last load failed or was refused";
        gauge(&mut encoder, ("claimd_reload_failed", help), &u64::from(status.last_error.is_some()))?;
        let success = status.last_success.duration_since(UNIX_EPOCH).unwrap_or_default();
        let help = "When a load last came to be served, in seconds since 1970";
        gauge(&mut encoder, ("claimd_reload_success_timestamp_seconds", help), &success.as_secs_f64())?;
        let streams = [("WatchCorpus", live.open_feeds() as u64), ("ExportRecords", live.open_exports() as u64)];
        let help = "Streams of what changes, and exports, that are open";
        gauges(&mut encoder, ("claimd_open_streams", help), "method", streams)
    }
}
