//! Times as other formats write them: ISO 8601, as much of it as is known.

use chrono::{DateTime, NaiveDate, NaiveTime};

use super::time_range;
use crate::proto::Timestamp;
use crate::proto::v1::{PartialTime, Precision};

/// Reads `2015`, `2015-12`, `2015-12-01`, and the last with a time of day: `2015-12-01T10:00`, with seconds or without,
/// with an offset or in UTC. None for anything else.
pub(super) fn parse(text: &str) -> Option<PartialTime> {
    let text = text.trim();
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let (date, precision) = parse_date(date)?;
    let Some(time) = time else {
        return partial(date.and_time(NaiveTime::MIN).and_utc().timestamp(), 0, precision);
    };
    if precision != Precision::Day {
        return None;
    }
    let (time, offset_seconds) = split_offset(time)?;
    let (time, precision) = parse_time(time)?;
    let instant: DateTime<_> = date.and_time(time).and_utc();
    let nanos = i32::try_from(instant.timestamp_subsec_nanos()).ok()?;
    partial(instant.timestamp() - offset_seconds, nanos, precision)
}

fn partial(seconds: i64, nanos: i32, precision: Precision) -> Option<PartialTime> {
    let time = Timestamp { seconds, nanos };
    time_range::is_in_range(time).then(|| PartialTime { time: Some(time), precision: precision.into() })
}

fn parse_date(date: &str) -> Option<(NaiveDate, Precision)> {
    let mut parts = date.split('-');
    let year = number(parts.next().filter(|year| year.len() == 4)?)?;
    let (month, day) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let precision = match (month, day) {
        (None, _) => Precision::Year,
        (Some(_), None) => Precision::Month,
        (Some(_), Some(_)) => Precision::Day,
    };
    let part = |part: Option<&str>| part.map_or(Some(1), number);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, part(month)?, part(day)?)?;
    Some((date, precision))
}

/// A time of day, and how far its clock is ahead of UTC.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let (time, offset) = time.split_at(at);
    let (sign, digits) = offset.split_at(1);
    let digits = digits.replace(':', "");
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0 } else { number(minutes)? };
    let seconds = i64::from(number(hours)?) * 3600 + i64::from(minutes) * 60;
    Some((time, if sign == "-" { -seconds } else { seconds }))
}

fn parse_time(time: &str) -> Option<(NaiveTime, Precision)> {
    let (time, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || (second.is_none() && !fraction.is_empty()) {
        return None;
    }
    let nanos = if fraction.is_empty() { 0 } else { number(format!("{fraction:0<9}").get(..9)?)? };
    let precision = if second.is_some() { Precision::Second } else { Precision::Minute };
    let time = NaiveTime::from_hms_nano_opt(number(hour)?, number(minute)?, second.map_or(Some(0), number)?, nanos)?;
    Some((time, precision))
}

/// Digits and nothing else.
fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<(String, Precision)> {
        let time = parse(text)?;
        let Timestamp { seconds, nanos } = time.time?;
        let shown = DateTime::from_timestamp(seconds, u32::try_from(nanos).unwrap()).unwrap().to_rfc3339();
        Some((shown, time.precision()))
    }

    #[test]
    fn as_much_as_is_written_is_known() {
        for (text, shown, precision) in [
            ("2015", "2015-01-01T00:00:00+00:00", Precision::Year),
            ("2015-12", "2015-12-01T00:00:00+00:00", Precision::Month),
            ("2021-7-16", "2021-07-16T00:00:00+00:00", Precision::Day),
            ("2015-12-01T10:00", "2015-12-01T10:00:00+00:00", Precision::Minute),
            (" 2019-05-10T16:02:28+02:00", "2019-05-10T14:02:28+00:00", Precision::Second),
            ("2019-05-10 16:02:28-0530", "2019-05-10T21:32:28+00:00", Precision::Second),
            ("2019-05-10T16:02:28.5Z", "2019-05-10T16:02:28.500+00:00", Precision::Second),
            ("2019-05-10T00:30:00+01", "2019-05-09T23:30:00+00:00", Precision::Second),
        ] {
            assert_eq!(read(text), Some((shown.to_owned(), precision)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "15",
            "2015-13",
            "2015-02-30",
            "2015-12-01T25:00",
            "2015T10:00",
            "10.12.2015",
            "2015-12-01T10",
            "-2015",
            "0000",
            "2015-12-01T10:00.5",
            "2015-+1-01",
            // A digit of two bytes, in the middle of which the ninth place ends.
            "2015-12-01T10:00:00.12345678é",
            "2015-12-01T10:00:00+ä",
            "2015-1-1-1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(text in "[0-9T:+.Zä -]{0,30}|\\PC{0,12}") {
            read(&text);
        }
    }
}
