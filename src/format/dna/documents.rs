//! Documents: the texts that statements are coded in.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use super::row::{self, RowError};
use crate::format::emit::Emitter;
use crate::format::stable_name;
use crate::format::time_range;
use crate::model::{Code, Findings, Resource};
use crate::proto::Timestamp;
use crate::proto::v1::{Article, Method, PartialTime, Precision, Provenance};

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// A document as a record, with what was found while it was made.
pub(super) struct Document {
    pub(super) id: i64,
    pub(super) article: Article,
    pub(super) findings: Findings,
}

/// The names of coders, by number.
pub(super) type Coders = HashMap<i64, String>;

/// Reads the coders' names. One whose name cannot be read is reported, and is a coder without a name.
pub(super) fn coders(connection: &Connection, emitter: &mut Emitter<'_>) -> Result<Coders, rusqlite::Error> {
    let mut statement = connection.prepare("SELECT ID, Name FROM CODERS")?;
    let mut rows = statement.query(())?;
    let mut coders = Coders::new();
    while let Some(row) = rows.next()? {
        let read = || Ok::<_, RowError>((row::integer(row, "ID")?, row::text(row, "Name")?));
        match read() {
            Ok((id, name)) => _ = coders.insert(id, name),
            Err(error) => emitter.finding("", Code::ValueInvalid, "", format!("a row of CODERS: {error}")),
        }
    }
    Ok(coders)
}

/// What is read of documents.
pub(super) const QUERY: &str =
    "SELECT ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date FROM DOCUMENTS ORDER BY ID";

impl Document {
    pub(super) fn of(row: &Row<'_>, coders: &Coders) -> Result<Self, RowError> {
        let id = row::integer(row, "ID")?;
        let date = row::optional_integer(row, "Date")?;
        let coder = row::optional_integer(row, "Coder")?;
        let mut article = Article {
            title: row::text(row, "Title")?,
            body: row::text(row, "Text")?,
            publisher: row::text(row, "Source")?,
            section: row::text(row, "Section")?,
            provenance: Some(provenance(format!("DOCUMENTS/{id}"), coder, coders)),
            ..Article::default()
        };
        let author = row::text(row, "Author")?;
        if !author.is_empty() {
            article.authors.push(author);
        }
        for (key, column) in [("type", "Type"), ("notes", "Notes")] {
            let value = row::text(row, column)?;
            if !value.is_empty() {
                article.labels.insert(key.to_owned(), value);
            }
        }
        let mut findings = Findings::default();
        if let Some(seconds) = date {
            article.publish_time = time(seconds);
            if article.publish_time.is_none() {
                let message = format!("{seconds} seconds since 1970 are outside of the years 1 to 9999");
                findings.add(Code::KeptAsLabel, "publish_time", message);
                article.labels.insert("publish_time".to_owned(), seconds.to_string());
            }
        }
        let date = date.map(|date| date.to_string()).unwrap_or_default();
        article.name = stable_name::hashed(Resource::Article, "dna", &[&article.title, &date, &article.body]);
        Ok(Self { id, article, findings })
    }
}

/// Where a row stands, and who coded it: the name, or where there is none the row that should have it.
pub(super) fn provenance(record: String, coder: Option<i64>, coders: &Coders) -> Provenance {
    let name = |coder| coders.get(&coder).filter(|name| !name.is_empty()).cloned();
    let agent = coder.map(|coder| name(coder).unwrap_or_else(|| format!("CODERS/{coder}"))).unwrap_or_default();
    Provenance { record, agent, method: Method::Human.into(), ..Provenance::default() }
}

/// A date of the database: seconds since 1970. The program asks for a day and a time of day, and midnight is what
/// stands there when nobody gave the time; so midnight is a day.
fn time(seconds: i64) -> Option<PartialTime> {
    let time = Timestamp { seconds, nanos: 0 };
    let precision = match seconds {
        day if day % DAY == 0 => Precision::Day,
        minute if minute % 60 == 0 => Precision::Minute,
        _ => Precision::Second,
    };
    time_range::is_in_range(time).then(|| PartialTime { time: Some(time), precision: precision.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_a_day_and_no_instant() {
        let precision = |seconds| time(seconds).map(|time| time.precision());
        assert_eq!(precision(1_106_697_600), Some(Precision::Day));
        assert_eq!(precision(1_106_697_660), Some(Precision::Minute));
        assert_eq!(precision(1_106_697_661), Some(Precision::Second));
        assert_eq!(precision(-DAY), Some(Precision::Day));
        assert_eq!(precision(i64::MAX), None);
    }
}
