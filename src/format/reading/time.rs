//! Times as text: ISO 8601, and dates as feeds write them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SecondsFormat};

use crate::model::is_in_range;
use crate::proto::Timestamp;
use crate::proto::v1::{PartialTime, Precision};

/// Formats of dates, in which the order of day and month is clear. Names of months are English, as in feeds.
const WRITTEN_OUT: [&str; 10] = [
    "%B %d, %Y",
    "%B %d %Y",
    "%d %B %Y",
    "%d %B, %Y",
    "%A, %B %d, %Y",
    "%A, %d %B %Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d.%m.%Y",
];

/// The years of dates in feeds. An earlier year is a year of two digits or another error.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=9999;

/// Reads an ISO 8601 year, month, day (`2015-12-01`), or day and time of day (`2015-12-01T10:00`), with or without seconds.
/// A time of day without an offset is read as UTC. None for any other text.
pub(in crate::format) fn parse_iso(text: &str) -> Option<PartialTime> {
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
    is_in_range(time).then(|| PartialTime { time: Some(time), precision: precision.into() })
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

/// Splits off the offset from UTC, in seconds.
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

/// A number without a sign.
fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Reads a time as feeds write it: ISO 8601, RFC 2822, or a date as people write it. Years have four digits.
///
/// Only the day is kept of a time at midnight, which programs add to a date without a time of day, and of a time without
/// a time zone, which is not an instant.
pub(in crate::format) fn parse_lenient(text: &str) -> Option<PartialTime> {
    if let Some(time) = parse_iso(text) {
        let exact = matches!(time.precision(), Precision::Minute | Precision::Second);
        return if exact && (!has_zone(text) || is_midnight(text)) { parse_day(text) } else { in_years(time) };
    }
    if let Ok(time) = DateTime::parse_from_rfc2822(text.trim()) {
        let time = Timestamp { seconds: time.timestamp(), nanos: 0 };
        return in_years(PartialTime { time: Some(time), precision: Precision::Second.into() });
    }
    written_out(text)
}

/// Reads the day of a time, in the calendar of the place where it was written.
pub(in crate::format) fn parse_day(text: &str) -> Option<PartialTime> {
    let text = text.trim();
    let date = text.split(['T', 't', ' ']).next().unwrap_or_default();
    if let Some(time) = parse_iso(date) {
        return in_years(time);
    }
    match DateTime::parse_from_rfc2822(text) {
        Ok(time) => of_date(time.date_naive()),
        Err(_) => written_out(text),
    }
}

/// Whether an ISO 8601 time has an offset from UTC.
fn has_zone(text: &str) -> bool {
    let clock = text.trim().split_once(['T', 't', ' ']).map_or("", |(_, clock)| clock);
    clock.contains(['Z', 'z', '+', '-'])
}

fn is_midnight(text: &str) -> bool {
    let clock = text.trim().split_once(['T', 't', ' ']).map_or("", |(_, clock)| clock);
    let digits = clock.split(['Z', 'z', '+', '-']).next().unwrap_or_default();
    digits.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.' | b','))
}

fn written_out(text: &str) -> Option<PartialTime> {
    let text = without_ordinal(text.trim());
    let dates = WRITTEN_OUT.iter().filter_map(|form| NaiveDate::parse_from_str(&text, form).ok());
    dates.into_iter().find(|date| YEARS.contains(&date.year())).or_else(|| with_slashes(&text)).and_then(of_date)
}

/// Reads 16/7/2021 or 7/16/2021, if one number cannot be a month. Other dates with slashes are ambiguous.
fn with_slashes(text: &str) -> Option<NaiveDate> {
    let numbers: Vec<u32> = text.split('/').map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
    let [first, second, year] = numbers.as_slice().try_into().ok()?;
    let (day, month) = match (first, second) {
        _ if first == second => (first, second),
        (13.., 1..=12) => (first, second),
        (1..=12, 13..) => (second, first),
        _ => return None,
    };
    let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// The text without ordinal endings, as in "July 16th, 2021".
fn without_ordinal(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    for word in &mut words {
        let (bare, comma) = word.strip_suffix(',').map_or((*word, false), |bare| (bare, true));
        let number = ["st", "nd", "rd", "th"].iter().find_map(|ending| bare.strip_suffix(ending));
        if let Some(number) = number.filter(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())) {
            // The comma is dropped too; there are formats with and without it.
            *word = if comma { number } else { &word[..number.len()] };
        }
    }
    words.join(" ")
}

fn of_date(date: NaiveDate) -> Option<PartialTime> {
    let seconds = date.and_time(NaiveTime::MIN).and_utc().timestamp();
    in_years(PartialTime { time: Some(Timestamp { seconds, nanos: 0 }), precision: Precision::Day.into() })
}

/// The time, if its year is in [`YEARS`].
fn in_years(time: PartialTime) -> Option<PartialTime> {
    let seconds = time.time.as_ref()?.seconds;
    let year = DateTime::from_timestamp(seconds, 0)?.year();
    YEARS.contains(&year).then_some(time)
}

/// A time as ISO 8601, to its precision. None if it is outside of the calendar.
pub(in crate::format) fn to_iso(time: &PartialTime) -> Option<String> {
    let instant = time.time.as_ref()?.date_time()?;
    Some(match time.precision() {
        Precision::Year => instant.format("%Y").to_string(),
        Precision::Month => instant.format("%Y-%m").to_string(),
        Precision::Day => instant.format("%Y-%m-%d").to_string(),
        Precision::Minute => instant.format("%Y-%m-%dT%H:%MZ").to_string(),
        Precision::Second | Precision::Unspecified => instant.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    })
}

/// Whether a date has as many digits as ISO 8601 requires; a time of day is not looked at.
pub(in crate::format) fn is_iso_date(text: &str) -> bool {
    let date = text.split(['T', 't', ' ']).next().unwrap_or_default();
    let lengths: Vec<usize> = date.split('-').map(str::len).collect();
    matches!(lengths.as_slice(), [4] | [4, 2] | [4, 2, 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<(String, Precision)> {
        let time = parse_iso(text)?;
        let Timestamp { seconds, nanos } = time.time?;
        let shown = DateTime::from_timestamp(seconds, u32::try_from(nanos).unwrap()).unwrap().to_rfc3339();
        Some((shown, time.precision()))
    }

    #[test]
    fn an_iso_time_has_the_precision_that_is_written() {
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
    fn other_texts_are_not_times() {
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
            // The ninth byte of the fraction is inside of a character.
            "2015-12-01T10:00:00.12345678é",
            "2015-12-01T10:00:00+ä",
            "2015-1-1-1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    fn shown(time: Option<PartialTime>) -> String {
        let Some(time) = time else { return "none".to_owned() };
        let instant = DateTime::from_timestamp(time.time.as_ref().unwrap().seconds, 0).unwrap();
        let form = match time.precision() {
            Precision::Year => "%Y",
            Precision::Month => "%Y-%m",
            Precision::Day => "%Y-%m-%d",
            _ => "%Y-%m-%dT%H:%M:%S",
        };
        instant.format(form).to_string()
    }

    #[test]
    fn dates_of_feeds_are_read() {
        for (text, read) in [
            ("2021-07-16", "2021-07-16"),
            ("2021-7-16", "2021-07-16"),
            ("2021-07", "2021-07"),
            ("2021", "2021"),
            ("20210716", "2021-07-16"),
            ("2021/7/16", "2021-07-16"),
            ("16.07.2021", "2021-07-16"),
            ("July 16, 2021", "2021-07-16"),
            ("Jul 16th, 2021", "2021-07-16"),
            ("16 July 2021", "2021-07-16"),
            ("16/7/2021", "2021-07-16"),
            ("7/16/2021", "2021-07-16"),
            ("2021-07-16T10:00:00+02:00", "2021-07-16T08:00:00"),
            ("2021-07-16T10:00:00", "2021-07-16"),
            ("2021-07-16T00:00:00.000Z", "2021-07-16"),
            ("2021-07-16T00:00:00+09:00", "2021-07-16"),
            ("Fri, 16 Jul 2021 10:00:00 +0200", "2021-07-16T08:00:00"),
            ("7/8/2021", "none"),
            ("16/7/21", "none"),
            ("0021-07-16", "none"),
            ("2021-13-01", "none"),
            ("yesterday", "none"),
            ("1626393600000", "none"),
        ] {
            assert_eq!(shown(parse_lenient(text)), read, "{text}");
        }
    }

    #[test]
    fn the_day_is_that_of_the_place_where_it_was_written() {
        assert_eq!(shown(parse_day("2021-07-16T01:00:00+02:00")), "2021-07-16");
        assert_eq!(shown(parse_day("Fri, 16 Jul 2021 01:00:00 +0200")), "2021-07-16");
        assert_eq!(shown(parse_day("2021-07")), "2021-07");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "[0-9TZ:+./ -]{0,30}|[A-Za-z0-9, ]{0,20}|\\PC{0,12}") {
            parse_lenient(&text);
            parse_day(&text);
        }

        #[test]
        fn a_date_of_the_calendar_is_read_as_that_day(days in 0..2_000_000_i64) {
            let date = NaiveDate::from_ymd_opt(1000, 1, 1).unwrap() + chrono::Duration::days(days);
            for form in ["%Y-%m-%d", "%-d %B %Y", "%Y-%-m-%-dT23:59:59", "%d.%m.%Y"] {
                prop_assert_eq!(shown(parse_lenient(&date.format(form).to_string())), date.to_string());
            }
        }

        #[test]
        fn no_text_makes_the_iso_parser_panic(text in "[0-9T:+.Zä -]{0,30}|\\PC{0,12}") {
            read(&text);
        }
    }
}
