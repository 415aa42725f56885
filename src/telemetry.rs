//! What the process tells of itself: logs, traces, and how metrics are kept.

mod histogram;
mod log;
mod traces;

use std::time::Duration;

use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogConfig, TraceConfig};

pub use histogram::{Histogram, Scale};
pub use log::Log;
pub use traces::TracesFailed;

/// Longest time that the last spans have to get to their receiver when the process ends.
const FLUSH: Duration = Duration::from_secs(5);

/// Logs and traces, once they are running.
pub struct Telemetry {
    /// What is logged. Can be changed.
    pub log: Log,
    traces: Option<SdkTracerProvider>,
    /// Dropped last: it writes the lines that still wait.
    _written: WorkerGuard,
}

/// Starts logging to standard error, and tracing where that is asked for. Standard output is for what commands answer.
/// Wants to be called within the runtime that is to carry the traces, and once in the life of the process.
pub fn start(log: &LogConfig, traces: &TraceConfig) -> Result<Telemetry, TracesFailed> {
    let traces = traces::provider(traces)?;
    let (lines, log, written) = log::lines(log);
    tracing_subscriber::registry().with(lines).with(traces.as_ref().map(traces::spans)).init();
    Ok(Telemetry { log, traces, _written: written })
}

impl Telemetry {
    /// Sends the spans and writes the lines that are still here.
    pub fn finish(self) {
        if let Some(traces) = self.traces
            && let Err(error) = traces.shutdown_with_timeout(FLUSH)
        {
            tracing::warn!(%error, "the last spans did not get to their receiver");
        }
    }
}
