//! Documents: the texts in which statements are coded.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use super::database::{self, InvalidCell};
use crate::format::reading::emit::Emitter;
use crate::format::reading::stable_name;
use crate::model::{Code, Findings, Resource, is_in_range};
use crate::proto::Timestamp;
use crate::proto::v1::{Article, Method, PartialTime, Precision, Provenance};

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// The article of a document, with its findings.
pub(super) struct Document {
    pub(super) id: i64,
    pub(super) article: Article,
    pub(super) findings: Findings,
}

/// The names of coders, by id.
pub(super) type Coders = HashMap<i64, String>;

/// Reads the names of coders. A name that cannot be read is reported and left out.
pub(super) fn coders(connection: &Connection, emitter: &mut Emitter<'_>) -> Result<Coders, rusqlite::Error> {
    let mut coders = Coders::new();
    database::each_row(connection, "CODERS", "SELECT ID, Name FROM CODERS", emitter, |row, _| {
        coders.insert(database::integer(row, "ID")?, database::text(row, "Name")?);
        Ok(())
    })?;
    Ok(coders)
}

/// The query for documents.
pub(super) const QUERY: &str =
    "SELECT ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date FROM DOCUMENTS ORDER BY ID";

impl Document {
    pub(super) fn of(row: &Row<'_>, coders: &Coders) -> Result<Self, InvalidCell> {
        let id = database::integer(row, "ID")?;
        let date = database::optional_integer(row, "Date")?;
        let coder = database::optional_integer(row, "Coder")?;
        let mut article = Article {
            title: database::text(row, "Title")?,
            body: database::text(row, "Text")?,
            publisher: database::text(row, "Source")?,
            section: database::text(row, "Section")?,
            provenance: Some(provenance(format!("DOCUMENTS/{id}"), coder, coders)),
            ..Article::default()
        };
        let author = database::text(row, "Author")?;
        if !author.is_empty() {
            article.authors.push(author);
        }
        for (key, column) in [("type", "Type"), ("notes", "Notes")] {
            let value = database::text(row, column)?;
            if !value.is_empty() {
                article.labels.insert(key.to_owned(), value);
            }
        }
        let mut findings = Findings::default();
        if let Some(seconds) = date {
            article.publish_time = time(seconds);
            if article.publish_time.is_none() {
                let message = format!("{seconds} seconds since 1970 is outside of the years 1 to 9999");
                findings.add(Code::KeptAsLabel, "publish_time", message);
                article.labels.insert("publish_time".to_owned(), seconds.to_string());
            }
        }
        let date = date.map(|date| date.to_string()).unwrap_or_default();
        article.name = stable_name::hashed(Resource::Article, "dna", &[&article.title, &date, &article.body]);
        Ok(Self { id, article, findings })
    }
}

/// The provenance of a row: its place, and the name of its coder, or the place of the coder if it has no name.
pub(super) fn provenance(record: String, coder: Option<i64>, coders: &Coders) -> Provenance {
    let name = |coder| coders.get(&coder).filter(|name| !name.is_empty()).cloned();
    let agent = coder.map(|coder| name(coder).unwrap_or_else(|| format!("CODERS/{coder}"))).unwrap_or_default();
    Provenance { record, agent, method: Method::Human.into(), ..Provenance::default() }
}

/// A date of the database, in seconds since 1970. The Discourse Network Analyzer stores midnight if no time of day is given,
/// so midnight is read as a day.
fn time(seconds: i64) -> Option<PartialTime> {
    let time = Timestamp { seconds, nanos: 0 };
    let precision = match seconds {
        day if day % DAY == 0 => Precision::Day,
        minute if minute % 60 == 0 => Precision::Minute,
        _ => Precision::Second,
    };
    is_in_range(time).then(|| PartialTime { time: Some(time), precision: precision.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_a_day() {
        let precision = |seconds| time(seconds).map(|time| time.precision());
        assert_eq!(precision(1_106_697_600), Some(Precision::Day));
        assert_eq!(precision(1_106_697_660), Some(Precision::Minute));
        assert_eq!(precision(1_106_697_661), Some(Precision::Second));
        assert_eq!(precision(-DAY), Some(Precision::Day));
        assert_eq!(precision(i64::MAX), None);
    }
}
