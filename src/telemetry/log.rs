//! The log on standard error, and its levels.
//!
//! A thread of its own writes the lines, so that a call does not wait for the reader of the log, and a reader that reads
//! nothing does not stop the server.

use std::io::{self, BufWriter, IsTerminal};

use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::format::Format;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

use super::access_line::TextLines;
use crate::config::{LogConfig, LogFormat};

/// Most lines that wait to be written. Further lines are lost, and counted. The line of a call has some 250 bytes.
const WAITING_LINES: usize = 16_384;
/// Most bytes of one write.
const WRITTEN_BYTES: usize = 64 << 10;

/// The levels of the log, and the number of lost lines. Clones share them.
#[derive(Clone)]
pub struct Log {
    filter: reload::Handle<EnvFilter, Registry>,
    lost: ErrorCounter,
}

impl Log {
    /// The current levels.
    pub fn levels(&self) -> String {
        self.filter.with_current(ToString::to_string).unwrap_or_default()
    }

    /// Replaces the levels: a level, or levels by module.
    pub fn set_levels(&self, levels: &str) -> Result<(), ParseError> {
        let filter = EnvFilter::builder().parse(levels)?;
        self.filter.reload(filter).expect("the log lasts as long as the process");
        Ok(())
    }

    /// Lines that were lost since too many waited.
    pub fn lost_lines(&self) -> u64 {
        self.lost.dropped_lines() as u64
    }
}

/// The layer that writes lines to standard error. Lines that still wait are written when the guard is dropped.
pub(super) fn lines(config: &LogConfig) -> (impl Layer<Registry> + use<>, Log, WorkerGuard) {
    // The configuration has checked the levels with the same parser.
    let (filter, handle) = reload::Layer::new(EnvFilter::builder().parse_lossy(&config.log));
    let (writer, written) = NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES)
        .thread_name("claimd-log")
        .finish(BufWriter::with_capacity(WRITTEN_BYTES, io::stderr()));
    let log = Log { filter: handle, lost: writer.error_counter() };
    let lines = match config.log_format {
        LogFormat::Text if io::stderr().is_terminal() => fmt::layer().with_writer(writer).with_ansi(true).boxed(),
        LogFormat::Text => {
            fmt::layer().with_writer(writer).with_ansi(false).event_format(TextLines(Format::default())).boxed()
        }
        LogFormat::Json => fmt::layer().with_writer(writer).json().flatten_event(true).boxed(),
    };
    (lines.with_filter(filter), log, written)
}
