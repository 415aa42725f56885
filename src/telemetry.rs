//! Logs, traces, and histograms for metrics.

mod access_line;
mod histogram;
mod log;
mod traces;

use std::time::Duration;

use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogConfig, TraceConfig};

pub use access_line::CALL_TARGET;
pub use histogram::{Histogram, Scale};
pub use log::Log;
pub use traces::TracesFailed;

/// Timeout of the export of the last spans when the process ends.
const FLUSH: Duration = Duration::from_secs(5);

/// Logs and traces, once they are running.
pub struct Telemetry {
    /// The log, whose levels can be changed.
    pub log: Log,
    traces: Option<SdkTracerProvider>,
    /// Writes the lines that still wait when it is dropped, which comes last.
    _written: WorkerGuard,
}

/// Starts logging to standard error, and tracing if it is configured. Standard output is for the output of commands.
/// Needs a runtime, which exports the traces. To be called once in the life of the process.
pub fn start(log: &LogConfig, traces: &TraceConfig) -> Result<Telemetry, TracesFailed> {
    let traces = traces::provider(traces)?;
    let (lines, log, written) = log::lines(log);
    tracing_subscriber::registry().with(lines).with(traces.as_ref().map(traces::spans)).init();
    Ok(Telemetry { log, traces, _written: written })
}

impl Telemetry {
    /// Exports the last spans and writes the last lines.
    pub fn finish(self) {
        if let Some(traces) = self.traces
            && let Err(error) = traces.shutdown_with_timeout(FLUSH)
        {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }
}
