//! Dates of feeds: ISO 8601 or what was meant by it, and what people write.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SecondsFormat};

use super::node::{Node, text};
use super::notes::Notes;
use crate::format::partial_time;
use crate::format::shown::quoted;
use crate::proto::Timestamp;
use crate::proto::v1::{PartialTime, Precision};

/// Dates that are written in one order only. Names of months are English: feeds that write them out are.
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

/// The years that a date may have. What is earlier is a year of two digits, or an error of another kind.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=9999;

/// The time in a property, as finely as it is known. One that cannot be read goes to the labels.
pub(super) fn moment(node: Node<'_>, property: &str, path: &str, notes: &mut Notes) -> Option<PartialTime> {
    first(node, property, path, notes, parse)
}

/// The day in a property, as the calendar says where it was written.
pub(super) fn day(node: Node<'_>, property: &str, path: &str, notes: &mut Notes) -> Option<PartialTime> {
    first(node, property, path, notes, parse_day)
}

fn first(
    node: Node<'_>,
    property: &str,
    path: &str,
    notes: &mut Notes,
    parse: fn(&str) -> Option<PartialTime>,
) -> Option<PartialTime> {
    let mut read = None;
    for text in node.values(property).into_iter().filter_map(text) {
        let Some(time) = parse(&text) else {
            notes.keep(path, &text, "is no date that can be read");
            continue;
        };
        if !is_iso(&text)
            && let Some(meant) = written(&time)
        {
            notes.mended(path, format!("{} was read as {meant}", quoted(&text)));
        }
        read = read.or(Some(time));
    }
    read
}

/// Whether a date has its digits as ISO 8601 wants them. What stands behind it is left to the parser.
fn is_iso(text: &str) -> bool {
    let date = text.split(['T', 't', ' ']).next().unwrap_or_default();
    let lengths: Vec<usize> = date.split('-').map(str::len).collect();
    matches!(lengths.as_slice(), [4] | [4, 2] | [4, 2, 2])
}

/// Reads a time. Midnight is what programs add to a date that has no time of day, and a time of day without its zone
/// tells no instant: of both, the day is known.
fn parse(text: &str) -> Option<PartialTime> {
    if let Some(time) = partial_time::parse(text) {
        let exact = matches!(time.precision(), Precision::Minute | Precision::Second);
        return if exact && (!has_zone(text) || is_midnight(text)) { parse_day(text) } else { in_range(time) };
    }
    if let Ok(time) = DateTime::parse_from_rfc2822(text.trim()) {
        let time = Timestamp { seconds: time.timestamp(), nanos: 0 };
        return in_range(PartialTime { time: Some(time), precision: Precision::Second.into() });
    }
    written_out(text)
}

fn parse_day(text: &str) -> Option<PartialTime> {
    let text = text.trim();
    let date = text.split(['T', 't', ' ']).next().unwrap_or_default();
    if let Some(time) = partial_time::parse(date) {
        return in_range(time);
    }
    match DateTime::parse_from_rfc2822(text) {
        Ok(time) => of_date(time.date_naive()),
        Err(_) => written_out(text),
    }
}

/// Whether a time of ISO 8601 says how far its clock is from UTC.
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

/// 16/7/2021 or 7/16/2021, where one number can be no month. Else nobody can tell the two apart.
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

/// "July 16th, 2021" without the letters behind the number.
fn without_ordinal(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    for word in &mut words {
        let (bare, comma) = word.strip_suffix(',').map_or((*word, false), |bare| (bare, true));
        let number = ["st", "nd", "rd", "th"].iter().find_map(|ending| bare.strip_suffix(ending));
        if let Some(number) = number.filter(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())) {
            // The comma is dropped too; the forms are there with it and without.
            *word = if comma { number } else { &word[..number.len()] };
        }
    }
    words.join(" ")
}

fn of_date(date: NaiveDate) -> Option<PartialTime> {
    let seconds = date.and_time(NaiveTime::MIN).and_utc().timestamp();
    in_range(PartialTime { time: Some(Timestamp { seconds, nanos: 0 }), precision: Precision::Day.into() })
}

/// The time, if its year is one that a date may have.
fn in_range(time: PartialTime) -> Option<PartialTime> {
    let seconds = time.time.as_ref()?.seconds;
    let year = DateTime::from_timestamp(seconds, 0)?.year();
    YEARS.contains(&year).then_some(time)
}

/// A time as feeds have it, as finely as it is known. None where it is out of the calendar.
pub(super) fn written(time: &PartialTime) -> Option<String> {
    let instant = time.time.as_ref()?.date_time()?;
    Some(match time.precision() {
        Precision::Year => instant.format("%Y").to_string(),
        Precision::Month => instant.format("%Y-%m").to_string(),
        Precision::Day => instant.format("%Y-%m-%d").to_string(),
        Precision::Minute => instant.format("%Y-%m-%dT%H:%MZ").to_string(),
        Precision::Second | Precision::Unspecified => instant.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn dates_are_read_as_they_are_written() {
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
            assert_eq!(shown(parse(text)), read, "{text}");
        }
    }

    #[test]
    fn the_day_is_the_one_of_the_place_where_it_was_written() {
        assert_eq!(shown(parse_day("2021-07-16T01:00:00+02:00")), "2021-07-16");
        assert_eq!(shown(parse_day("Fri, 16 Jul 2021 01:00:00 +0200")), "2021-07-16");
        assert_eq!(shown(parse_day("2021-07")), "2021-07");
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_not(text in "[0-9TZ:+./ -]{0,30}|[A-Za-z0-9, ]{0,20}|\\PC{0,12}") {
            parse(&text);
            parse_day(&text);
        }

        #[test]
        fn a_date_of_the_calendar_is_read_as_that_day(days in 0..2_000_000_i64) {
            let date = NaiveDate::from_ymd_opt(1000, 1, 1).unwrap() + chrono::Duration::days(days);
            for form in ["%Y-%m-%d", "%-d %B %Y", "%Y-%-m-%-dT23:59:59", "%d.%m.%Y"] {
                prop_assert_eq!(shown(parse(&date.format(form).to_string())), date.to_string());
            }
        }
    }
}
