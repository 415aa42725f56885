//! When the data are loaded again, and what a load must bring.

use std::time::Duration;

use clap::Args;

use super::seconds::positive_seconds;

/// When the data are loaded again, and what a load must bring.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Reload")]
pub struct ReloadConfig {
    /// Load again whenever a file or folder of --data changes. SIGHUP and ReloadCorpus load again in any case
    #[arg(long, env = "CLAIMD_WATCH")]
    pub watch: bool,
    /// How long the watched files must stay as they are before they are loaded, in seconds: a file that is still being
    /// written changes more often. Longer than any pause of a local copy
    #[arg(long, env = "CLAIMD_WATCH_QUIET_SECONDS", value_name = "SECONDS", default_value = "0.5", value_parser = positive_seconds)]
    pub watch_quiet_seconds: Duration,
    /// How often the watched files are looked at without a word from the system, in seconds. Network file systems do not
    /// tell of changes by others
    #[arg(long, env = "CLAIMD_WATCH_POLL_SECONDS", value_name = "SECONDS", default_value = "60", value_parser = positive_seconds)]
    pub watch_poll_seconds: Duration,
    /// Least share of the records that a load must bring, of all that are served and of each resource: 0 to 1. A load
    /// that brings fewer is refused, since a feed that was cut off looks the same; 0 allows any loss
    #[arg(long, env = "CLAIMD_MIN_KEEP_RATIO", value_name = "RATIO", default_value_t = 0.5, value_parser = ratio)]
    pub min_keep_ratio: f64,
}

fn ratio(text: &str) -> Result<f64, String> {
    let ratio = text.parse().map_err(|_| "is no number; give 0 to 1".to_owned())?;
    if (0. ..=1.).contains(&ratio) { Ok(ratio) } else { Err("give 0 to 1".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::ratio;

    #[test]
    fn a_ratio_is_from_0_to_1() {
        assert_eq!([ratio("0"), ratio("0.75"), ratio("1")], [Ok(0.), Ok(0.75), Ok(1.)]);
        for wrong in ["-0.01", "1.01", "NaN", "inf", "half", ""] {
            assert!(ratio(wrong).is_err(), "{wrong}");
        }
    }
}
