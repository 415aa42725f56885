//! How much of a time is known, and whether the time that is given fits that.

use chrono::{Datelike, SecondsFormat, Timelike};

use super::{Code, Findings};
use crate::proto::Timestamp;
use crate::proto::v1::{PartialTime, Precision};

/// Compares a time with its precision. Both stay as they are: which of them is wrong, the record does not tell.
pub(super) fn check(time: Option<&PartialTime>, field: impl FnOnce() -> String, findings: &mut Findings) {
    let Some(partial) = time else { return };
    let precision = partial.precision();
    match (&partial.time, precision) {
        (None, Precision::Unspecified) => {}
        (None, _) => {
            let message = format!("there is none, only {}", precision.as_str_name());
            findings.add(Code::TimeMissing, format!("{}.time", field()), message);
        }
        (Some(time), Precision::Unspecified) => {
            let message = format!("how exact {} is, is not said", shown(time));
            findings.add(Code::PrecisionMissing, format!("{}.precision", field()), message);
        }
        (Some(time), _) if !is_first_instant(time, precision) => {
            let message = format!("{} is finer than {}", shown(time), precision.as_str_name());
            findings.add(Code::TimeTooFine, format!("{}.time", field()), message);
        }
        (Some(_), _) => {}
    }
}

/// Whether nothing of a time is finer than its precision. A time outside of the calendar is reported elsewhere.
fn is_first_instant(time: &Timestamp, precision: Precision) -> bool {
    let Some(at) = time.date_time() else { return true };
    let is_midnight = at.num_seconds_from_midnight() == 0 && at.nanosecond() == 0;
    match precision {
        Precision::Unspecified | Precision::Second => true,
        Precision::Minute => at.second() == 0 && at.nanosecond() == 0,
        Precision::Day => is_midnight,
        Precision::Month => is_midnight && at.day() == 1,
        Precision::Year => is_midnight && at.ordinal() == 1,
    }
}

fn shown(time: &Timestamp) -> String {
    let written = time.date_time().map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    written.unwrap_or_else(|| format!("{} seconds since 1970", time.seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn the_first_instant_of_a_unit_fits_it_and_the_next_does_not() {
        let fits = |text: &str, precision| {
            let at = DateTime::parse_from_rfc3339(text).unwrap();
            let nanos = at.timestamp_subsec_nanos().cast_signed();
            is_first_instant(&Timestamp { seconds: at.timestamp(), nanos }, precision)
        };
        for (precision, first, others) in [
            (Precision::Year, "2020-01-01T00:00:00Z", ["2020-02-01T00:00:00Z", "2020-01-01T00:00:00.000000001Z"]),
            (Precision::Month, "2020-02-01T00:00:00Z", ["2020-02-02T00:00:00Z", "2020-02-01T00:00:01Z"]),
            (Precision::Day, "1969-12-31T00:00:00Z", ["1969-12-31T12:00:00Z", "1969-12-31T00:00:00+02:00"]),
            (Precision::Minute, "1969-12-31T23:59:00Z", ["1969-12-31T23:59:01Z", "1969-12-31T23:59:00.5Z"]),
        ] {
            assert!(fits(first, precision), "{first} {precision:?}");
            for other in others {
                assert!(!fits(other, precision), "{other} {precision:?}");
            }
        }
        assert!(fits("2020-02-01T00:00:00.5Z", Precision::Second));
        assert!(is_first_instant(&Timestamp { seconds: i64::MAX, nanos: -1 }, Precision::Day));
    }
}
