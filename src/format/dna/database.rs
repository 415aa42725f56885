//! Opens a database in memory, and reads values of its rows.
//!
//! The file may come from anywhere: nothing that it defines (triggers, views, functions) is executed.

use std::io::{self, BufRead, Read};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use crate::format::reading::emit::Emitter;
use crate::format::records::{Parsed, ReadLimits};
use crate::model::Code;

/// The first bytes of every SQLite file.
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";
/// Position of the header bytes with the versions of the file format: 2 is with a write-ahead log in a file beside it, 1
/// is without.
const FORMAT_VERSIONS: std::ops::Range<usize> = 18..20;

/// The tables of DNA 3 that are read.
const TABLES: [&str; 12] = [
    "ATTRIBUTEVALUES",
    "ATTRIBUTEVARIABLES",
    "CODERS",
    "DATABOOLEAN",
    "DATAINTEGER",
    "DATALONGTEXT",
    "DATASHORTTEXT",
    "DOCUMENTS",
    "ENTITIES",
    "STATEMENTS",
    "STATEMENTTYPES",
    "VARIABLES",
];

/// Why a database cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnreadableDatabase {
    #[error("the file is not a SQLite database")]
    NotSqlite,
    #[error("SQLite cannot read the file: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the database has no table {0}, which databases of the Discourse Network Analyzer 3 have")]
    TableMissing(String),
    #[error("no statement type has {wanted}; the database has {found}")]
    NoStatementType { wanted: String, found: String },
}

impl UnreadableDatabase {
    /// The code of its finding.
    pub(super) fn code(&self) -> Code {
        match self {
            Self::NotSqlite | Self::Sqlite(_) => Code::DatabaseInvalid,
            Self::TableMissing(_) | Self::NoStatementType { .. } => Code::DatabaseForeign,
        }
    }
}

/// An open database.
pub(super) struct Database {
    pub(super) connection: Connection,
    /// Whether it was used with a write-ahead log, which has the latest changes in a file beside it.
    pub(super) had_log: bool,
}

impl Database {
    /// Opens the bytes of a file.
    pub(super) fn open(mut bytes: Vec<u8>) -> Result<Self, UnreadableDatabase> {
        if !bytes.starts_with(MAGIC) || bytes.len() < FORMAT_VERSIONS.end {
            return Err(UnreadableDatabase::NotSqlite);
        }
        // SQLite refuses to open a database whose log is missing, as it is in memory. The file alone is a consistent state
        // of the database.
        let had_log = bytes[FORMAT_VERSIONS].contains(&2);
        bytes[FORMAT_VERSIONS].fill(1);

        let mut connection = Connection::open_in_memory()?;
        restrict(&connection, bytes.len())?;
        let size = bytes.len();
        connection.deserialize_read_exact("main", io::Cursor::new(bytes), size, true)?;
        check_tables(&connection)?;
        Ok(Self { connection, had_log })
    }
}

/// Disables everything in the file that SQLite would execute.
fn restrict(connection: &Connection, bytes: usize) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    // A value cannot be longer than the file, even one of a generated column.
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(bytes).unwrap_or(i32::MAX))?;
    // Formats must not write files, so sorting happens in memory.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cell_size_check", true)
}

fn check_tables(connection: &Connection) -> Result<(), UnreadableDatabase> {
    let mut statement =
        connection.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND upper(name) = ?1")?;
    for table in TABLES {
        let count: i64 = statement.query_row([table], |row| row.get(0))?;
        if count == 0 {
            return Err(UnreadableDatabase::TableMissing(table.to_owned()));
        }
    }
    Ok(())
}

/// Reads a stream to its end, because SQLite needs the whole file. None if it is longer than the limit, which is reported.
pub(super) fn read_file(
    input: &mut dyn BufRead,
    limits: &ReadLimits,
    sink: &mut dyn FnMut(Parsed),
) -> io::Result<Option<Vec<u8>>> {
    let most = limits.max_database_bytes;
    let mut bytes = Vec::new();
    input.take((most as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() <= most {
        return Ok(Some(bytes));
    }
    sink(Parsed::finding(0, Code::FileTooLarge, format!("the file has more than {most} bytes")));
    Ok(None)
}

// === Rows ===

/// Calls `take` with each row of a query. A row that cannot be read is reported with the name of its table.
pub(super) fn each_row(
    connection: &Connection,
    table: &str,
    query: &str,
    emitter: &mut Emitter<'_>,
    mut take: impl FnMut(&Row<'_>, &mut Emitter<'_>) -> Result<(), InvalidCell>,
) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare(query)?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        if let Err(error) = take(row, emitter) {
            emitter.finding("", Code::ValueInvalid, "", format!("a row of {table}: {error}"));
        }
    }
    Ok(())
}

// SQLite stores values of any type in any column, whatever type the column is declared with.

/// A value of a row that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidCell {
    #[error("{0} is not UTF-8")]
    NotUtf8(&'static str),
    #[error("{0} has {1} instead of a text")]
    NotText(&'static str, &'static str),
    #[error("{0} has {1} instead of an integer")]
    NotInteger(&'static str, &'static str),
    #[error("{0} is missing")]
    Missing(&'static str),
}

/// A text; empty for NULL.
pub(super) fn text(row: &Row<'_>, column: &'static str) -> Result<String, InvalidCell> {
    match value(row, column)? {
        ValueRef::Null => Ok(String::new()),
        ValueRef::Text(bytes) => {
            std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| InvalidCell::NotUtf8(column))
        }
        ValueRef::Integer(number) => Ok(number.to_string()),
        other @ (ValueRef::Real(_) | ValueRef::Blob(_)) => Err(InvalidCell::NotText(column, kind(other))),
    }
}

/// An integer.
pub(super) fn integer(row: &Row<'_>, column: &'static str) -> Result<i64, InvalidCell> {
    optional_integer(row, column)?.ok_or(InvalidCell::NotInteger(column, "NULL"))
}

/// An integer; None for NULL.
pub(super) fn optional_integer(row: &Row<'_>, column: &'static str) -> Result<Option<i64>, InvalidCell> {
    match value(row, column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(number) => Ok(Some(number)),
        other => Err(InvalidCell::NotInteger(column, kind(other))),
    }
}

fn value<'r>(row: &'r Row<'_>, column: &'static str) -> Result<ValueRef<'r>, InvalidCell> {
    row.get_ref(column).map_err(|_| InvalidCell::Missing(column))
}

fn kind(value: ValueRef<'_>) -> &'static str {
    match value {
        ValueRef::Null => "NULL",
        ValueRef::Integer(_) => "an integer",
        ValueRef::Real(_) => "a decimal number",
        ValueRef::Text(_) => "a text",
        ValueRef::Blob(_) => "bytes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_at_the_limit_is_read_and_one_past_it_is_reported() {
        let limits = ReadLimits { max_database_bytes: 3, ..ReadLimits::for_tests() };
        let mut found = Vec::new();
        let mut sink = |parsed: Parsed| found.extend(parsed.findings.into_iter().map(|finding| finding.code));
        assert_eq!(read_file(&mut &b"abc"[..], &limits, &mut sink).unwrap(), Some(b"abc".to_vec()));
        assert_eq!(read_file(&mut &b"abcd"[..], &limits, &mut sink).unwrap(), None);
        assert_eq!(found, [Code::FileTooLarge]);
    }
}
