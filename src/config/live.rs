//! How the corpus is loaded again, what is told of it, and how it is exported.

use clap::Args;

use super::{ExportLimits, FeedLimits, ReloadConfig};

/// All that concerns a corpus that changes while it is served.
#[derive(Args, Clone, Debug)]
pub struct LiveConfig {
    /// When the data are loaded again, and what a load must bring.
    #[command(flatten)]
    pub reload: ReloadConfig,
    /// What WatchCorpus may cost.
    #[command(flatten)]
    pub feed: FeedLimits,
    /// What ExportRecords may cost.
    #[command(flatten)]
    pub export: ExportLimits,
}
