//! A database that lies in memory, opened so that what is in it can be read and nothing in it can act.

use std::io;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;

/// What every SQLite file begins with.
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";
/// Where the header says which versions of the file format write and read the file: 2 is with a write-ahead log beside
/// it, 1 without.
const FORMAT_VERSIONS: std::ops::Range<usize> = 18..20;

/// The tables that are read.
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

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum DatabaseError {
    #[error("does not begin as SQLite files do")]
    NotSqlite,
    #[error("SQLite cannot read it: {0}")]
    Corrupt(#[from] rusqlite::Error),
    #[error("there is no table {0} in it, which databases of the Discourse Network Analyzer 3 have")]
    Foreign(String),
}

/// An open database.
pub(super) struct Database {
    pub(super) connection: Connection,
    /// Whether it was used with a write-ahead log, whose changes stand in a file beside it.
    pub(super) had_log: bool,
}

impl Database {
    /// Opens the bytes of a file.
    pub(super) fn open(mut bytes: Vec<u8>) -> Result<Self, DatabaseError> {
        if !bytes.starts_with(MAGIC) || bytes.len() < FORMAT_VERSIONS.end {
            return Err(DatabaseError::NotSqlite);
        }
        // SQLite refuses a database with a log that it cannot open. In memory there is none, and the file alone is one
        // whole state of the database.
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

/// The file may come from anywhere: what it defines is data, never code.
fn restrict(connection: &Connection, bytes: usize) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    // No value is longer than the file, whatever a generated column would make of it.
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(bytes).unwrap_or(i32::MAX))?;
    // Sorting stays in memory: a format writes no files.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cell_size_check", true)
}

fn check_tables(connection: &Connection) -> Result<(), DatabaseError> {
    let mut statement =
        connection.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND upper(name) = ?1")?;
    for table in TABLES {
        let count: i64 = statement.query_row([table], |row| row.get(0))?;
        if count == 0 {
            return Err(DatabaseError::Foreign(table.to_owned()));
        }
    }
    Ok(())
}
