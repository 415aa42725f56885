//! Days, weeks, months and years of the calendar as numbers, in UTC.

use chrono::{DateTime, Datelike, NaiveDate};

use crate::corpus::{Claims, Id};
use crate::proto::v1::WindowUnit;

const DAY_SECONDS: i64 = 86_400;
/// Days from the Monday of week 0 to 1970-01-01, a Thursday.
const DAYS_INTO_WEEK: i64 = 3;

/// The number of the unit that contains an instant. Days, weeks and months are counted from 1970-01-01; a year is its own
/// number.
pub(super) fn number(unit: WindowUnit, seconds: i64) -> i64 {
    let days = seconds.div_euclid(DAY_SECONDS);
    match unit {
        WindowUnit::Unspecified | WindowUnit::Day => days,
        WindowUnit::Week => (days + DAYS_INTO_WEEK).div_euclid(7),
        WindowUnit::Month => {
            let date = date(seconds);
            (i64::from(date.year()) - 1970) * 12 + i64::from(date.month0())
        }
        WindowUnit::Year => i64::from(date(seconds).year()),
    }
}

/// The number of the unit of a claim time. None if the claim has no time, or one of a coarser precision.
pub(super) fn number_of(unit: WindowUnit, claims: &Claims, id: Id) -> Option<i64> {
    let time = claims.table.time(id).timestamp()?;
    let is_known = match unit {
        WindowUnit::Unspecified | WindowUnit::Day | WindowUnit::Week => {
            !claims.to_the_month.contains(id) && !claims.to_the_year.contains(id)
        }
        WindowUnit::Month => !claims.to_the_year.contains(id),
        WindowUnit::Year => true,
    };
    is_known.then(|| number(unit, time.seconds))
}

/// The first second of a unit.
pub(super) fn start(unit: WindowUnit, number: i64) -> i64 {
    match unit {
        WindowUnit::Unspecified | WindowUnit::Day => number * DAY_SECONDS,
        WindowUnit::Week => (number * 7 - DAYS_INTO_WEEK) * DAY_SECONDS,
        WindowUnit::Month => first_of_month(1970 + number.div_euclid(12), number.rem_euclid(12)),
        WindowUnit::Year => first_of_month(number, 0),
    }
}

/// The ISO name of a unit: `2020-08-02` for a day and for the Monday of a week, `2020-08`, `2020`.
pub(super) fn name(unit: WindowUnit, number: i64) -> String {
    let first_day = date(start(unit, number));
    let form = match unit {
        WindowUnit::Unspecified | WindowUnit::Day | WindowUnit::Week => "%Y-%m-%d",
        WindowUnit::Month => "%Y-%m",
        WindowUnit::Year => "%Y",
    };
    first_day.format(form).to_string()
}

fn date(seconds: i64) -> NaiveDate {
    DateTime::from_timestamp(seconds, 0).expect("times are within the years 1 to 9999").date_naive()
}

fn first_of_month(year: i64, month: i64) -> i64 {
    let (year, month) = (i32::try_from(year), u32::try_from(month));
    let date = year.ok().zip(month.ok()).and_then(|(year, month)| NaiveDate::from_ymd_opt(year, month + 1, 1));
    let date = date.expect("windows end ten thousand years after the year 9999 at the latest");
    date.signed_duration_since(NaiveDate::default()).num_seconds()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp()
    }

    #[test]
    fn units_begin_where_the_calendar_says() {
        // 2020-08-02 was a Sunday, 1969-12-31 a Wednesday, 0001-01-01 a Monday.
        let cases = [
            ("2020-08-02T23:59:59Z", WindowUnit::Day, "2020-08-02T00:00:00Z"),
            ("2020-08-02T23:59:59Z", WindowUnit::Week, "2020-07-27T00:00:00Z"),
            ("2020-08-03T00:00:00Z", WindowUnit::Week, "2020-08-03T00:00:00Z"),
            ("2020-02-29T12:00:00Z", WindowUnit::Month, "2020-02-01T00:00:00Z"),
            ("2020-12-31T23:59:59Z", WindowUnit::Year, "2020-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59Z", WindowUnit::Day, "1969-12-31T00:00:00Z"),
            ("1969-12-31T23:59:59Z", WindowUnit::Week, "1969-12-29T00:00:00Z"),
            ("1969-12-31T23:59:59Z", WindowUnit::Month, "1969-12-01T00:00:00Z"),
            ("0001-01-01T00:00:00Z", WindowUnit::Week, "0001-01-01T00:00:00Z"),
            ("0001-06-01T00:00:00Z", WindowUnit::Year, "0001-01-01T00:00:00Z"),
        ];
        for (instant, unit, first) in cases {
            let number = number(unit, seconds(instant));
            assert_eq!(start(unit, number), seconds(first), "{instant} {unit:?}");
            assert!(start(unit, number + 1) > seconds(instant), "{instant} {unit:?}");
        }
    }

    #[test]
    fn units_have_the_names_that_iso_gives_them() {
        let name = |unit| name(unit, number(unit, seconds("2020-08-02T23:59:59Z")));
        assert_eq!(name(WindowUnit::Day), "2020-08-02");
        assert_eq!(name(WindowUnit::Week), "2020-07-27");
        assert_eq!(name(WindowUnit::Month), "2020-08");
        assert_eq!(name(WindowUnit::Year), "2020");
        assert_eq!(super::name(WindowUnit::Year, 1), "0001");
    }

    #[test]
    fn the_latest_window_ends() {
        let last = seconds("9999-12-31T23:59:59Z");
        for unit in [WindowUnit::Day, WindowUnit::Week, WindowUnit::Month, WindowUnit::Year] {
            assert!(start(unit, number(unit, last) + 10_000) > last);
        }
    }
}
