//! The lines of the log.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::series::counter;
use crate::telemetry::Log;

/// The lines of the log.
pub(super) struct Lines(pub(super) Log);

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

impl Collector for Lines {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Lines of the log that were lost, since whoever reads it was too slow";
        counter(&mut encoder, ("claimd_log_lines_lost", help), self.0.lost_lines())
    }
}
