//! Times: the order of records in a corpus, the range of timestamps, and whether a time fits its precision.

use chrono::{Datelike, SecondsFormat, Timelike};

use super::Code;
use crate::proto::Timestamp;
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{PartialTime, Precision, Provenance, Record};

/// 0001-01-01T00:00:00Z in seconds since 1970.
const FIRST_SECOND: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z in seconds since 1970.
const LAST_SECOND: i64 = 253_402_300_799;

/// A time as a sort key. A record without a time sorts before every record with one, so that "newest first" lists it
/// last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeKey {
    /// Seconds since 1970 (UTC); `i64::MIN` for no time.
    seconds: i64,
    /// Nanoseconds within the second.
    nanos: i32,
}

impl TimeKey {
    /// No time.
    pub const NONE: Self = Self { seconds: i64::MIN, nanos: 0 };

    /// The key of an optional time.
    pub fn of(time: Option<&PartialTime>) -> Self {
        time.and_then(|time| time.time.as_ref()).map_or(Self::NONE, Self::from_timestamp)
    }

    /// The key of a timestamp.
    pub fn from_timestamp(time: &Timestamp) -> Self {
        Self { seconds: time.seconds, nanos: time.nanos }
    }

    /// The key of a time given as seconds since 1970 (UTC) and nanoseconds.
    pub fn from_parts(seconds: i64, nanos: i32) -> Self {
        Self { seconds, nanos }
    }

    /// Seconds since 1970 (UTC); meaningless for [`TimeKey::NONE`].
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second.
    pub fn nanos(self) -> i32 {
        self.nanos
    }

    /// The timestamp; None for [`TimeKey::NONE`].
    pub fn timestamp(self) -> Option<Timestamp> {
        (self != Self::NONE).then_some(Timestamp { seconds: self.seconds, nanos: self.nanos })
    }
}

/// Whether a timestamp is in the range of `google.protobuf.Timestamp`: the years 1 to 9999 and less than 10^9
/// nanoseconds.
///
/// The JSON parser does not check this range: it accepts the year 0, offsets that lead into the year 10000, and leap
/// seconds, which it turns into a second with more than 10^9 nanoseconds. It cuts fractions finer than a nanosecond.
pub fn is_in_range(time: Timestamp) -> bool {
    (FIRST_SECOND..=LAST_SECOND).contains(&time.seconds) && (0..1_000_000_000).contains(&time.nanos)
}

/// Whether every time in a record is in range. A test compares this list of fields with the message descriptors.
pub fn all_in_range(record: &Record) -> bool {
    let partial = |time: Option<&PartialTime>| time.and_then(|time| time.time).is_none_or(is_in_range);
    let provenance = |provenance: &Option<Provenance>| {
        provenance.as_ref().and_then(|provenance| provenance.retrieve_time).is_none_or(is_in_range)
    };
    match &record.record {
        Some(Kind::Article(article)) => {
            partial(article.publish_time.as_ref())
                && partial(article.modify_time.as_ref())
                && provenance(&article.provenance)
        }
        Some(Kind::Actor(actor)) => {
            let role_times = actor.roles.iter().flat_map(|role| [&role.start_time, &role.end_time]);
            role_times.map(Option::as_ref).all(partial) && provenance(&actor.provenance)
        }
        Some(Kind::Claim(claim)) => {
            let mut review_times = claim.reviews.iter().map(|review| review.review_time.as_ref());
            partial(claim.claim_time.as_ref()) && review_times.all(partial) && provenance(&claim.provenance)
        }
        None => true,
    }
}

/// How a time and its precision contradict each other: a finding's code, the part (`time` or `precision`) and message.
///
/// Neither is corrected, because the record does not tell which of the two is wrong.
pub(super) fn mismatch(partial: &PartialTime) -> Option<(Code, &'static str, String)> {
    let precision = partial.precision();
    match (&partial.time, precision) {
        (None, Precision::Unspecified) => None,
        (None, _) => {
            let message = format!("is missing, but precision is {}", precision.as_str_name());
            Some((Code::TimeMissing, "time", message))
        }
        (Some(time), Precision::Unspecified) => {
            Some((Code::PrecisionMissing, "precision", format!("is missing for the time {}", shown(time))))
        }
        (Some(time), _) if !is_first_instant(time, precision) => {
            let message = format!("{} is finer than {}", shown(time), precision.as_str_name());
            Some((Code::TimeTooFine, "time", message))
        }
        (Some(_), _) => None,
    }
}

/// Whether a time is the first instant of its year, month, day, minute or second. A time outside of the calendar
/// passes; its range is checked elsewhere.
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
    fn the_first_instant_of_a_unit_fits_its_precision_and_a_later_one_does_not() {
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

    #[test]
    fn the_first_and_the_last_nanosecond_are_in_range_and_their_neighbours_are_not() {
        let time = |seconds, nanos| Timestamp { seconds, nanos };
        assert!(is_in_range(time(FIRST_SECOND, 0)) && is_in_range(time(LAST_SECOND, 999_999_999)));
        assert!(!is_in_range(time(FIRST_SECOND - 1, 999_999_999)) && !is_in_range(time(LAST_SECOND + 1, 0)));
        assert!(!is_in_range(time(0, -1)) && !is_in_range(time(0, 1_000_000_000)));
    }

    #[test]
    fn the_json_parser_accepts_times_out_of_range() {
        for text in ["0000-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00", "2016-12-31T23:59:60Z"] {
            let time: Timestamp = serde_json::from_str(&format!("{text:?}")).unwrap();
            assert!(!is_in_range(time), "{text}");
        }
    }
}
