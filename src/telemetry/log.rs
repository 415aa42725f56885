//! The log, and how loud it is.

use std::io::{self, IsTerminal};

use tracing_subscriber::filter::ParseError;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

use crate::config::{LogConfig, LogFormat};

/// What is logged. Clones are the same.
#[derive(Clone)]
pub struct Levels(reload::Handle<EnvFilter, Registry>);

impl Levels {
    /// What is logged now.
    pub fn current(&self) -> String {
        self.0.with_current(ToString::to_string).unwrap_or_default()
    }

    /// Logs what this says from now on.
    pub fn set(&self, levels: &str) -> Result<(), ParseError> {
        let filter = EnvFilter::builder().parse(levels)?;
        self.0.reload(filter).expect("the log lasts as long as the process");
        Ok(())
    }
}

/// The lines of the log, on standard error.
pub(super) fn lines(config: &LogConfig) -> (impl Layer<Registry> + use<>, Levels) {
    // The flag was checked by the same parser.
    let (filter, handle) = reload::Layer::new(EnvFilter::builder().parse_lossy(&config.log));
    let lines = match config.log_format {
        LogFormat::Text => fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => fmt::layer().with_writer(io::stderr).json().flatten_event(true).boxed(),
    };
    (lines.with_filter(filter), Levels(handle))
}
