//! The log, and how loud it is.
//!
//! Lines are written by a thread of their own: a call does not wait for whoever reads the log, and a reader that takes
//! nothing does not stop the server.

use std::io::{self, BufWriter, IsTerminal};

use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

use crate::config::{LogConfig, LogFormat};

/// Lines that wait to be written. What comes when there are as many is lost, and counted. A line of a call has some 250
/// bytes.
const WAITING_LINES: usize = 16_384;
/// Bytes written at once, where so many wait.
const WRITTEN_BYTES: usize = 64 << 10;

/// What is logged, and what was lost. Clones are the same.
#[derive(Clone)]
pub struct Log {
    filter: reload::Handle<EnvFilter, Registry>,
    lost: ErrorCounter,
}

impl Log {
    /// What is logged now.
    pub fn levels(&self) -> String {
        self.filter.with_current(ToString::to_string).unwrap_or_default()
    }

    /// Logs what this says from now on.
    pub fn set_levels(&self, levels: &str) -> Result<(), ParseError> {
        let filter = EnvFilter::builder().parse(levels)?;
        self.filter.reload(filter).expect("the log lasts as long as the process");
        Ok(())
    }

    /// Lines that were not written, since too many waited.
    pub fn lost_lines(&self) -> u64 {
        self.lost.dropped_lines() as u64
    }
}

/// The lines of the log, on standard error. What still waits is written when the last of these is dropped.
pub(super) fn lines(config: &LogConfig) -> (impl Layer<Registry> + use<>, Log, WorkerGuard) {
    // The flag was checked by the same parser.
    let (filter, handle) = reload::Layer::new(EnvFilter::builder().parse_lossy(&config.log));
    let (writer, written) = NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES)
        .thread_name("claimd-log")
        .finish(BufWriter::with_capacity(WRITTEN_BYTES, io::stderr()));
    let log = Log { filter: handle, lost: writer.error_counter() };
    let lines = match config.log_format {
        LogFormat::Text => fmt::layer().with_writer(writer).with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => fmt::layer().with_writer(writer).json().flatten_event(true).boxed(),
    };
    (lines.with_filter(filter), log, written)
}
