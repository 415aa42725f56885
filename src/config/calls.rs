//! Deadlines, concurrency and quotas of calls.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;

use super::ConfigConflict;
use super::value::{positive, positive_seconds};
use crate::limits::{LoadLimits, RequestLimits};

/// Settings for what a request gets when it does not choose, each with the maximum that a request may ask for. When only
/// the maximum is configured, and below the default, the default is lowered to it.
pub(super) const DEFAULT_AND_MAXIMUM: [(&str, &str); 5] = [
    ("default_page_size", "max_page_size"),
    ("default_matches", "max_matches"),
    ("default_network_nodes", "max_network_nodes"),
    ("default_quote_matches", "max_quote_matches"),
    ("default_deadline_seconds", "max_deadline_seconds"),
];

/// Deadlines, concurrency and quotas of calls.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Calls")]
pub struct CallConfig {
    /// Deadline of a call whose client sets none, in seconds. Counted from the arrival of the call to the last byte of its
    /// response. Response streams have no deadline
    #[arg(long, env = "CLAIMD_DEFAULT_DEADLINE_SECONDS", value_name = "SECONDS", default_value = "10", value_parser = positive_seconds)]
    pub default_deadline_seconds: Duration,
    /// Longest deadline of a call, in seconds. A longer one that a client sets is lowered to this
    #[arg(long, env = "CLAIMD_MAX_DEADLINE_SECONDS", value_name = "SECONDS", default_value = "60", value_parser = positive_seconds)]
    pub max_deadline_seconds: Duration,
    /// Most concurrent calls; the server sheds the rest. A call counts from its arrival to the last byte of its response.
    /// At a millisecond per call, the last one waits for about a second on one core
    #[arg(long, env = "CLAIMD_MAX_IN_FLIGHT", value_name = "COUNT", default_value_t = 1024,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_in_flight: u32,
    /// Most concurrent response streams (WatchCorpus, ExportRecords); the server sheds the rest. They have a limit of their
    /// own, so that streams do not take the capacity of unary calls
    #[arg(long, env = "CLAIMD_MAX_OPEN_STREAMS", value_name = "COUNT", default_value_t = 256,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_open_streams: u32,
    /// Most bytes of responses that are built and not yet sent, not counting chunks of up to 32 KiB; the server sheds calls
    /// whose responses exceed it. The default holds 64 of the largest responses, so that slow readers cannot exhaust the
    /// memory
    #[arg(long, env = "CLAIMD_MAX_UNSENT_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 256 << 20)]
    pub max_unsent_bytes: usize,
    /// Rate limits per client.
    #[command(flatten)]
    pub quota: QuotaConfig,
}

impl CallConfig {
    /// Values that contradict each other: a default above its maximum, a response that does not fit into the buffers.
    pub fn conflicts(&self, limits: &RequestLimits) -> Vec<ConfigConflict> {
        let default = ("default_deadline_seconds", self.default_deadline_seconds.as_secs_f64());
        let longest = ("max_deadline_seconds", self.max_deadline_seconds.as_secs_f64());
        let response = ("max_response_bytes", limits.max_response_bytes);
        let buffers = ("max_unsent_bytes", self.max_unsent_bytes);
        exceeds(default, longest).into_iter().chain(exceeds(response, buffers)).collect()
    }
}

/// Rate limits per client.
#[derive(Args, Clone, Copy, Debug)]
pub struct QuotaConfig {
    /// Calls per second that each client may make. A client is identified by its name, or else by its address. Default: no
    /// limit
    #[arg(long, env = "CLAIMD_QUOTA_PER_SECOND", value_name = "COUNT")]
    pub quota_per_second: Option<NonZeroU32>,
    /// Calls that a client may make at once after a pause. Default: the calls of one second
    #[arg(long, env = "CLAIMD_QUOTA_BURST", value_name = "COUNT", requires = "quota_per_second")]
    pub quota_burst: Option<NonZeroU32>,
}

/// Limits that contradict each other. A record has to fit into a page, a page into a response, and a request into the
/// larger of the two request limits, which is the one that the decoder enforces.
pub fn limit_conflicts(limits: &RequestLimits, load: &LoadLimits) -> Vec<ConfigConflict> {
    let pairs = [
        (("default_page_size", limits.default_page_size), ("max_page_size", limits.max_page_size)),
        (("default_matches", limits.default_matches), ("max_matches", limits.max_matches)),
        (("default_network_nodes", limits.default_network_nodes), ("max_network_nodes", limits.max_network_nodes)),
        (("default_quote_matches", limits.default_quote_matches), ("max_quote_matches", limits.max_quote_matches)),
        (("max_record_bytes", load.max_record_bytes), ("max_page_bytes", limits.max_page_bytes)),
        (("max_page_bytes", limits.max_page_bytes), ("max_response_bytes", limits.max_response_bytes)),
        (("max_request_bytes", limits.max_request_bytes), ("max_batch_request_bytes", limits.max_batch_request_bytes)),
        (("max_text_bytes", limits.max_text_bytes), ("max_request_bytes", limits.max_request_bytes)),
        (("max_query_bytes", limits.max_query_bytes), ("max_request_bytes", limits.max_request_bytes)),
    ];
    pairs.into_iter().filter_map(|(lower, upper)| exceeds(lower, upper)).collect()
}

/// A conflict if the first value is above the second.
fn exceeds<N: PartialOrd + fmt::Display>(
    (lower, low): (&'static str, N),
    (upper, high): (&'static str, N),
) -> Option<ConfigConflict> {
    let text = || format!("{lower} is {low}, which is above {upper}, {high}; lower the one or raise the other");
    (low > high).then(|| ConfigConflict::new(&[lower, upper], text()))
}
