//! Flags that select the claims of a network.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use clap::Args;

use crate::error::Violations;
use crate::model::{Resource, TimeKey, check_name, is_language_range};
use crate::proto::v1::{ClaimFilter, ClaimStatus};

/// Flags combine like the fields of ClaimFilter: a claim has to match every flag, by one of its values.
#[derive(Args, Debug)]
#[command(next_help_heading = "Claims; flags with names or texts may be repeated to match any of the values")]
pub(super) struct NetworkFilter {
    /// Speaker is this actor (actors/…)
    #[arg(long, value_name = "ACTOR", value_parser = parse_actor)]
    speaker: Vec<String>,
    /// This actor (actors/…) has any role in the claim
    #[arg(long, value_name = "ACTOR", value_parser = parse_actor)]
    actor: Vec<String>,
    /// A position is on this concept (exact match)
    #[arg(long)]
    concept: Vec<String>,
    /// Topic (exact match)
    #[arg(long)]
    topic: Vec<String>,
    /// Language (BCP-47); de matches de-AT too
    #[arg(long, value_parser = parse_language)]
    language: Vec<String>,
    /// Dataset
    #[arg(long)]
    dataset: Vec<String>,
    /// Made in this year, month or day (2020, 2020-08, 2020-08-02; UTC) or later, or at or after this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse_period)]
    from: Option<Period>,
    /// Made in this year, month or day or earlier, or before this time
    #[arg(long, value_name = "TIME", value_parser = parse_period)]
    to: Option<Period>,
    /// Include superseded and retracted claims
    #[arg(long)]
    any_status: bool,
}

/// A year, month or day, or a single point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Period {
    start: TimeKey,
    end: TimeKey,
}

impl NetworkFilter {
    /// Checks that the flags do not contradict each other.
    pub(super) fn check(&self, violations: &mut Violations) {
        let range = self.from.zip(self.to);
        if range.is_some_and(|(from, to)| from.start >= to.end) {
            violations.add("from", "is not before the end of to, so that no claim can pass");
        }
    }

    /// The filter. Fields of ClaimFilter without a flag are empty, and named here, so that a new one is thought of.
    pub(super) fn claims(&self) -> ClaimFilter {
        let Self { speaker, actor, concept, topic, language, dataset, from, to, any_status } = self;
        let all = [ClaimStatus::Active, ClaimStatus::Superseded, ClaimStatus::Retracted];
        ClaimFilter {
            articles: Vec::new(),
            publishers: Vec::new(),
            speakers: speaker.clone(),
            subjects: Vec::new(),
            addressees: Vec::new(),
            actors: actor.clone(),
            kinds: Vec::new(),
            quotation_types: Vec::new(),
            concepts: concept.clone(),
            stances: Vec::new(),
            topics: topic.clone(),
            languages: language.clone(),
            claim_time_min: from.and_then(|period| period.start.timestamp()),
            claim_time_max: to.and_then(|period| period.end.min(last_time()).timestamp()),
            relation_kinds: Vec::new(),
            disputed: None,
            reviewed: None,
            verdicts: Vec::new(),
            statuses: if *any_status { all.map(i32::from).into() } else { Vec::new() },
            datasets: dataset.clone(),
            methods: Vec::new(),
            except: None,
        }
    }
}

/// The last instant that a Timestamp can hold.
fn last_time() -> TimeKey {
    TimeKey::from_parts(253_402_300_799, 999_999_999)
}

fn parse_actor(name: &str) -> Result<String, String> {
    check_name(name, Resource::Actor).map(|()| name.to_owned()).map_err(|error| error.to_string())
}

fn parse_language(range: &str) -> Result<String, String> {
    let fault = || "give a language tag (BCP-47), such as de or en-GB".to_owned();
    is_language_range(range).then(|| range.to_owned()).ok_or_else(fault)
}

fn parse_period(text: &str) -> Result<Period, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        let time = key(time.to_utc());
        return Ok(Period { start: time, end: time });
    }
    let period = || {
        let (date, months) = match text.len() {
            4 => (format!("{text}-01-01"), 12),
            7 => (format!("{text}-01"), 1),
            _ => (text.to_owned(), 0),
        };
        let first: NaiveDate = date.parse().ok().filter(|first: &NaiveDate| (1..=9999).contains(&first.year()))?;
        let next = if months > 0 { first.checked_add_months(Months::new(months)) } else { first.succ_opt() };
        Some(Period { start: start_of(first), end: start_of(next?) })
    };
    period().ok_or_else(|| "give a year, month or day (2020, 2020-08, 2020-08-02), or 2020-08-02T12:00:00Z".to_owned())
}

fn start_of(day: NaiveDate) -> TimeKey {
    key(day.and_time(NaiveTime::MIN).and_utc())
}

fn key(time: DateTime<Utc>) -> TimeKey {
    // A leap second counts as the last nanosecond of its second, as in records.
    let nanos = time.timestamp_subsec_nanos().min(999_999_999);
    TimeKey::from_parts(time.timestamp(), i32::try_from(nanos).expect("nanoseconds of a second fit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<(i64, i64)> {
        parse_period(text).ok().map(|Period { start, end }| (start.seconds(), end.seconds()))
    }

    #[test]
    fn periods_end_where_the_next_begins() {
        // 2020-01-01 is day 18262 and its year a leap year; 2020-02-01 is day 18293.
        let days = |start: i64, end: i64| Some((start * 86_400, end * 86_400));
        assert_eq!(seconds("2020"), days(18_262, 18_262 + 366));
        assert_eq!(seconds("2020-02"), days(18_293, 18_293 + 29));
        assert_eq!(seconds("2020-02-29"), days(18_293 + 28, 18_293 + 29));
        assert_eq!(seconds("2020-01-01T00:00:01Z"), Some((18_262 * 86_400 + 1, 18_262 * 86_400 + 1)));
        for wrong in ["", "20", "2020-13", "2020-02-30", "yesterday", "2020-01-01T25:00:00Z"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
