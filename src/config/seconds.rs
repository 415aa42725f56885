//! Times of day-to-day use, as flags take them: seconds, with a fraction if need be.

use std::time::Duration;

/// Longest time a flag takes: a year. More is a slip of the pen.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// Reads a number of seconds, 0 included.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "is no number of seconds".to_owned())?;
    let time = Duration::try_from_secs_f64(number).map_err(|error| error.to_string())?;
    if time > LONGEST {
        return Err("is longer than a year".to_owned());
    }
    Ok(time)
}

/// Reads a number of seconds above 0.
pub(super) fn positive_seconds(text: &str) -> Result<Duration, String> {
    let time = seconds(text)?;
    if time.is_zero() { Err("has to be more than 0".to_owned()) } else { Ok(time) }
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
    fn where_0_would_mean_never_it_is_refused() {
        assert!(positive_seconds("0").is_err());
        assert_eq!(positive_seconds("0.001"), Ok(Duration::from_millis(1)));
    }
}
