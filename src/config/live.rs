//! Reloads, the change feed and exports.

use std::time::Duration;

use clap::Args;

use super::value::{positive, positive_seconds, ratio};

/// Settings of a corpus that is reloaded while it is served.
#[derive(Args, Clone, Debug)]
pub struct LiveConfig {
    /// When the data are loaded again, and when a load is refused.
    #[command(flatten)]
    pub reload: ReloadConfig,
    /// Limits on WatchCorpus.
    #[command(flatten)]
    pub feed: FeedLimits,
    /// Limits on ExportRecords.
    #[command(flatten)]
    pub export: ExportLimits,
}

/// When the data are loaded again, and when a load is refused.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Reload")]
pub struct ReloadConfig {
    /// Reload whenever a file or folder of --data changes. SIGHUP and ReloadCorpus reload in any case
    #[arg(long, env = "CLAIMD_WATCH")]
    pub watch: bool,
    /// Time without changes to the watched files before they are loaded, in seconds. A file that is still being written
    /// changes more often than this
    #[arg(long, env = "CLAIMD_WATCH_QUIET_SECONDS", value_name = "SECONDS", default_value = "0.5", value_parser = positive_seconds)]
    pub watch_quiet_seconds: Duration,
    /// Interval at which the watched files are polled, in seconds. Network file systems do not report changes made by other
    /// hosts
    #[arg(long, env = "CLAIMD_WATCH_POLL_SECONDS", value_name = "SECONDS", default_value = "60", value_parser = positive_seconds)]
    pub watch_poll_seconds: Duration,
    /// Least share of the served records that a reload must have, in total and of each resource: 0 to 1. A reload with fewer
    /// is refused, because truncated data look the same; 0 allows any loss
    #[arg(long, env = "CLAIMD_MIN_KEEP_RATIO", value_name = "RATIO", default_value_t = 0.5, value_parser = ratio)]
    pub min_keep_ratio: f64,
}

/// Limits on WatchCorpus.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Change feed")]
pub struct FeedLimits {
    /// Most concurrent WatchCorpus streams. Each takes a few hundred bytes; the limit protects the memory from a client that
    /// opens streams and closes none
    #[arg(long, env = "CLAIMD_MAX_WATCHERS", value_name = "COUNT", default_value_t = 1000)]
    pub max_watchers: usize,
    /// Interval between heartbeats of a WatchCorpus stream, in seconds. Proxies close streams that are silent for a minute
    #[arg(long, env = "CLAIMD_WATCH_HEARTBEAT_SECONDS", value_name = "SECONDS", default_value = "30", value_parser = positive_seconds)]
    pub watch_heartbeat_seconds: Duration,
    /// Most bytes of the history of changes, which streams that resume from a revision are sent. A change takes about 100
    /// bytes. A stream that resumes from an older revision is sent RESET
    #[arg(long, env = "CLAIMD_WATCH_HISTORY_BYTES", value_name = "BYTES", default_value_t = 32 << 20)]
    pub watch_history_bytes: usize,
    /// Most reloads in the history of changes. A stream that resumes reads all reloads since its revision
    #[arg(long, env = "CLAIMD_WATCH_HISTORY_RELOADS", value_name = "COUNT", default_value_t = 1000)]
    pub watch_history_reloads: usize,
    /// Most bytes of the changes in one message; more are sent in several messages. Below the message limit of any client
    #[arg(long, env = "CLAIMD_MAX_CHANGE_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 1 << 20)]
    pub max_change_bytes: usize,
}

/// Limits on ExportRecords.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Export")]
pub struct ExportLimits {
    /// Most concurrent exports. Each holds one batch in memory and uses the network at full speed
    #[arg(long, env = "CLAIMD_MAX_EXPORTS", value_name = "COUNT", default_value_t = 16)]
    pub max_exports: usize,
    /// Most old revisions that are kept in memory for exports that started on them. Each takes as much memory as a corpus;
    /// with 0 an export ends when another revision is served
    #[arg(long, env = "CLAIMD_MAX_EXPORT_REVISIONS", value_name = "COUNT", default_value_t = 1)]
    pub max_export_revisions: usize,
    /// Most bytes of the records in one batch of an export. A single record that is larger is sent in a batch of its own
    #[arg(long, env = "CLAIMD_MAX_EXPORT_BATCH_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 1 << 20)]
    pub max_export_batch_bytes: usize,
    /// Most records in one batch of an export. Clients decode each into an object
    #[arg(long, env = "CLAIMD_MAX_EXPORT_BATCH_SIZE", value_name = "COUNT", value_parser = positive(), default_value_t = 1000)]
    pub max_export_batch_size: usize,
}
