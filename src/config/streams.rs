//! What the streams of CorpusService may cost.

use std::time::Duration;

use clap::Args;

use super::limits::positive;
use super::seconds::positive_seconds;

/// What WatchCorpus may cost.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Change feed")]
pub struct FeedLimits {
    /// Most WatchCorpus streams at once. Each costs a few hundred bytes; the limit keeps a client that never closes any
    /// from using up the memory
    #[arg(long, env = "CLAIMD_MAX_WATCHERS", value_name = "COUNT", default_value_t = 1000)]
    pub max_watchers: usize,
    /// Time between two messages of a WatchCorpus stream when nothing changes, in seconds: proxies cut streams that are
    /// silent for a minute
    #[arg(long, env = "CLAIMD_WATCH_HEARTBEAT_SECONDS", value_name = "SECONDS", default_value = "30", value_parser = positive_seconds)]
    pub watch_heartbeat_seconds: Duration,
    /// Most bytes kept of what past reloads changed, for streams that come back with the revision they know. A change
    /// takes about 100 bytes. A stream whose revision is older is told to read everything again
    #[arg(long, env = "CLAIMD_WATCH_HISTORY_BYTES", value_name = "BYTES", default_value_t = 32 << 20)]
    pub watch_history_bytes: usize,
    /// Most past reloads that are kept so. Each one since is looked at for every stream that comes back
    #[arg(long, env = "CLAIMD_WATCH_HISTORY_RELOADS", value_name = "COUNT", default_value_t = 1000)]
    pub watch_history_reloads: usize,
    /// Most bytes of the changes in one message; more are told in several. Below what any client takes
    #[arg(long, env = "CLAIMD_MAX_CHANGE_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 1 << 20)]
    pub max_change_bytes: usize,
}

/// What ExportRecords may cost.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Export")]
pub struct ExportLimits {
    /// Most exports at once. Each holds one batch in memory, and keeps the network busy
    #[arg(long, env = "CLAIMD_MAX_EXPORTS", value_name = "COUNT", default_value_t = 16)]
    pub max_exports: usize,
    /// Most revisions beside the served one that are kept in memory for exports which began on them. Each takes as much
    /// memory as a corpus; with 0 an export ends when another revision is served
    #[arg(long, env = "CLAIMD_MAX_EXPORT_REVISIONS", value_name = "COUNT", default_value_t = 1)]
    pub max_export_revisions: usize,
    /// Most bytes of the records in one batch of an export; a record that alone is larger has a batch of its own
    #[arg(long, env = "CLAIMD_MAX_EXPORT_BATCH_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 1 << 20)]
    pub max_export_batch_bytes: usize,
    /// Most records in one batch of an export. Clients make an object of each
    #[arg(long, env = "CLAIMD_MAX_EXPORT_BATCH_SIZE", value_name = "COUNT", value_parser = positive(), default_value_t = 1000)]
    pub max_export_batch_size: usize,
}
