//! How the log is written.

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

/// How the log is written.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Logging")]
pub struct LogConfig {
    /// Form of log lines
    #[arg(long, env = "CLAIMD_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// What is logged: a level, or levels by module as `claimd=debug,tonic=warn`
    #[arg(long, env = "CLAIMD_LOG", value_name = "LEVELS", value_parser = levels, default_value = "info")]
    pub log: String,
}

/// Takes what the log's filter takes, which is made of it later.
fn levels(text: &str) -> Result<String, String> {
    EnvFilter::builder().parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// Form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people; in colour on a terminal.
    Text,
    /// For programs: one object a line.
    Json,
}
