//! Which program this is.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

/// Version of the program.
pub(in crate::server) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What it was built from, where the build was told by `CLAIMD_COMMIT`.
pub(in crate::server) const COMMIT: &str = match option_env!("CLAIMD_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};

/// Which program this is.
#[derive(Debug)]
pub(super) struct Build;

impl Collector for Build {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let labels = [("version", VERSION), ("commit", COMMIT)];
        let help = "The program: always 1";
        let mut encoder = encoder.encode_descriptor("claimd_build", help, None, MetricType::Info)?;
        encoder.encode_info(&labels)
    }
}
