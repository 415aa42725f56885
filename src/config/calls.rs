//! How long calls may take, and how many there may be.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;

use super::limits::positive;
use super::seconds::positive_seconds;
use super::{Misfit, RequestLimits};

/// How long calls may take, and how many there may be.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Calls")]
pub struct CallConfig {
    /// How long a call may take whose client does not say, in seconds. From its arrival to its last byte; streams of
    /// answers are exempt
    #[arg(long, env = "CLAIMD_DEFAULT_DEADLINE_SECONDS", value_name = "SECONDS", default_value = "10", value_parser = positive_seconds)]
    pub default_deadline_seconds: Duration,
    /// Longest time a call may take, whatever its client says, in seconds: nobody waits longer for an answer from
    /// memory
    #[arg(long, env = "CLAIMD_MAX_DEADLINE_SECONDS", value_name = "SECONDS", default_value = "60", value_parser = positive_seconds)]
    pub max_deadline_seconds: Duration,
    /// Most calls open at once, from their arrival to their last byte; more are turned away. At a millisecond a call,
    /// the last of them waits for about a second on one core
    #[arg(long, env = "CLAIMD_MAX_IN_FLIGHT", value_name = "COUNT", default_value_t = 1024,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_in_flight: u32,
    /// Most streams of answers (WatchCorpus, ExportRecords) open at once; more are turned away. Counted apart, so that
    /// those who watch take nothing from those who ask
    #[arg(long, env = "CLAIMD_MAX_OPEN_STREAMS", value_name = "COUNT", default_value_t = 256,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_open_streams: u32,
    /// Most bytes of answers that are made and not yet sent, but for pieces of up to 32 KiB; calls whose answers are more
    /// are turned away. Room for 64 of the largest, so that peers which ask for much and read nothing do not fill the
    /// memory
    #[arg(long, env = "CLAIMD_MAX_UNSENT_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 256 << 20)]
    pub max_unsent_bytes: usize,
    /// How often each client may call
    #[command(flatten)]
    pub quota: QuotaConfig,
}

impl CallConfig {
    /// Limits that are wrong together. Nobody has longer than the longest time, a client that says nothing least of all,
    /// and an answer has to fit where it waits.
    pub fn misfits(&self, limits: &RequestLimits) -> Vec<Misfit> {
        let default = ("default_deadline_seconds", self.default_deadline_seconds.as_secs_f64());
        let longest = ("max_deadline_seconds", self.max_deadline_seconds.as_secs_f64());
        let times = Misfit::above(default, longest);
        let answer = ("max_response_bytes", limits.max_response_bytes);
        let sizes = Misfit::above(answer, ("max_unsent_bytes", self.max_unsent_bytes));
        times.into_iter().chain(sizes).collect()
    }
}

/// How often each client may call.
#[derive(Args, Clone, Copy, Debug)]
pub struct QuotaConfig {
    /// Calls a second that each client may make, by name where clients have one, else by address. Default: no limit
    #[arg(long, env = "CLAIMD_QUOTA_PER_SECOND", value_name = "COUNT")]
    pub quota_per_second: Option<NonZeroU32>,
    /// Calls that a client may make at once after a pause. Default: those of a second
    #[arg(long, env = "CLAIMD_QUOTA_BURST", value_name = "COUNT", requires = "quota_per_second")]
    pub quota_burst: Option<NonZeroU32>,
}
