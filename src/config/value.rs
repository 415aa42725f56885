//! Parsers of values that several settings share.

use std::time::Duration;

use clap::builder::RangedU64ValueParser;

/// Longest duration that a setting takes: a year. A longer one is most likely a typing error.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// Parses a number of seconds, 0 included.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "is not a number of seconds".to_owned())?;
    let time = Duration::try_from_secs_f64(number).map_err(|error| error.to_string())?;
    if time > LONGEST {
        return Err("must be at most a year".to_owned());
    }
    Ok(time)
}

/// Parses a number of seconds above 0.
pub(crate) fn positive_seconds(text: &str) -> Result<Duration, String> {
    let time = seconds(text)?;
    if time.is_zero() { Err("must be greater than 0".to_owned()) } else { Ok(time) }
}

/// Parses a share of 0 to 1.
pub(super) fn ratio(text: &str) -> Result<f64, String> {
    let ratio: f64 = text.parse().map_err(|_| "is not a number between 0 and 1".to_owned())?;
    if (0.0..=1.0).contains(&ratio) { Ok(ratio) } else { Err("must be between 0 and 1".to_owned()) }
}

/// Parses a count of at least 1.
pub(super) fn positive() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_may_have_a_fraction_and_end_at_a_year() {
        assert_eq!(seconds("0"), Ok(Duration::ZERO));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        assert_eq!(seconds("31536000"), Ok(LONGEST));
        for text in ["31536001", "-1", "inf", "NaN", "", "10s"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn positive_seconds_exclude_0() {
        assert!(positive_seconds("0").is_err());
        assert_eq!(positive_seconds("0.001"), Ok(Duration::from_millis(1)));
    }

    #[test]
    fn a_ratio_is_from_0_to_1() {
        assert_eq!([ratio("0"), ratio("0.75"), ratio("1")], [Ok(0.), Ok(0.75), Ok(1.)]);
        for wrong in ["-0.01", "1.01", "NaN", "inf", "half", ""] {
            assert!(ratio(wrong).is_err(), "{wrong}");
        }
    }
}
