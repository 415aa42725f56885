//! What is refused, and loads that failed.

use std::time::Duration;

use super::Shrinkage;

/// What is refused, and loads that failed. How each is said to a client stands in `rpc/error.rs`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A load is running.
    #[error("a load is running; ask again when it has ended")]
    Running {
        /// When it is likely to have ended.
        retry: Duration,
    },
    /// There is nothing to load again.
    #[error("the data came from standard input, which cannot be read again; give files to be able to reload")]
    Impossible,
    /// The load failed.
    #[error("{reason}")]
    Failed {
        /// Why, in a sentence.
        reason: String,
        /// Diagnostics of severity ERROR.
        errors: u32,
        /// Diagnostics of severity WARNING.
        warnings: u32,
    },
    /// The load lost too much.
    #[error("{0}")]
    Shrunk(Shrinkage),
    /// The load ended in a fault of ours.
    #[error("the load ended in a fault of claimd, which the log tells of")]
    Fault,
    /// A revision is no longer in memory.
    #[error("revision {revision} is no longer in memory; export again from the start")]
    RevisionGone {
        /// The revision.
        revision: String,
    },
    /// Enough streams are open.
    #[error("{limit} streams of {method} are open, and more are not taken; try again later or another server")]
    TooManyStreams {
        /// The method.
        method: &'static str,
        /// Most of its streams.
        limit: usize,
    },
}
