//! Values of a row, as text or number whatever the column was declared to be: SQLite keeps any type in any column.

use rusqlite::Row;
use rusqlite::types::ValueRef;

/// Why a row is not read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RowError {
    #[error("{0} is not UTF-8")]
    NotUtf8(&'static str),
    #[error("{0} holds {1}, not a text")]
    NotText(&'static str, &'static str),
    #[error("{0} holds {1}, not a whole number")]
    NotInteger(&'static str, &'static str),
    #[error("{0} is not in the result")]
    Missing(&'static str),
}

/// A text; empty for NULL.
pub(super) fn text(row: &Row<'_>, column: &'static str) -> Result<String, RowError> {
    match value(row, column)? {
        ValueRef::Null => Ok(String::new()),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| RowError::NotUtf8(column)),
        ValueRef::Integer(number) => Ok(number.to_string()),
        other @ (ValueRef::Real(_) | ValueRef::Blob(_)) => Err(RowError::NotText(column, kind(other))),
    }
}

/// A whole number.
pub(super) fn integer(row: &Row<'_>, column: &'static str) -> Result<i64, RowError> {
    optional_integer(row, column)?.ok_or(RowError::NotInteger(column, "nothing"))
}

/// A whole number, or none for NULL.
pub(super) fn optional_integer(row: &Row<'_>, column: &'static str) -> Result<Option<i64>, RowError> {
    match value(row, column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(number) => Ok(Some(number)),
        other => Err(RowError::NotInteger(column, kind(other))),
    }
}

fn value<'r>(row: &'r Row<'_>, column: &'static str) -> Result<ValueRef<'r>, RowError> {
    row.get_ref(column).map_err(|_| RowError::Missing(column))
}

fn kind(value: ValueRef<'_>) -> &'static str {
    match value {
        ValueRef::Null => "nothing",
        ValueRef::Integer(_) => "a whole number",
        ValueRef::Real(_) => "a number with a fraction",
        ValueRef::Text(_) => "a text",
        ValueRef::Blob(_) => "bytes",
    }
}
