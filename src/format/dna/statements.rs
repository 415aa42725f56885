//! Statements: passages of documents, coded by variables.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Row};

use super::codebook::Codebook;
use super::row::{self, RowError};
use crate::format::emit::Emitter;
use crate::model::Code;

/// A coded passage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub(super) id: i64,
    /// UTF-16 offset of its first character.
    pub(super) start: i64,
    /// UTF-16 offset behind its last character.
    pub(super) stop: i64,
    pub(super) coder: Option<i64>,
}

/// What a variable says of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// The number of an entity.
    Entity(i64),
    Integer(i64),
    Boolean(bool),
    Text(String),
}

/// The statements of the type that is read, and what is coded in them.
pub(super) struct Statements {
    /// By document.
    by_document: BTreeMap<i64, Vec<Statement>>,
    /// By statement: variable and value.
    values: HashMap<i64, Vec<(i64, Value)>>,
}

/// How a value is read from its row.
type ReadValue = fn(&Row<'_>) -> Result<Value, RowError>;

/// The tables of values, the column that has them, and how one is read.
const VALUES: [(&str, &str, ReadValue); 4] = [
    ("DATASHORTTEXT", "Entity", |row| row::integer(row, "Value").map(Value::Entity)),
    ("DATABOOLEAN", "Value", |row| row::integer(row, "Value").map(|value| Value::Boolean(value != 0))),
    ("DATAINTEGER", "Value", |row| row::integer(row, "Value").map(Value::Integer)),
    ("DATALONGTEXT", "Value", |row| row::text(row, "Value").map(Value::Text)),
];

impl Statements {
    /// Reads all. A row that cannot be read is reported and left out.
    pub(super) fn read(
        connection: &Connection,
        codebook: &Codebook,
        emitter: &mut Emitter<'_>,
    ) -> Result<Self, rusqlite::Error> {
        let mut by_document: BTreeMap<i64, Vec<Statement>> = BTreeMap::new();
        let mut query = connection
            .prepare("SELECT ID, StatementTypeId, DocumentId, Start, Stop, Coder FROM STATEMENTS ORDER BY ID")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            match statement(row) {
                Ok((kind, document, statement)) if kind == Some(codebook.statement_type) => {
                    by_document.entry(document).or_default().push(statement);
                }
                Ok(_) => emitter.skip(format!(
                    "statements of other types than {:?}; choose another with --dna-statement-type",
                    codebook.label
                )),
                Err(error) => emitter.finding("", Code::ValueInvalid, "", format!("a row of STATEMENTS: {error}")),
            }
        }
        Ok(Self { by_document, values: values(connection, codebook, emitter)? })
    }

    /// Takes the statements of a document out, in the order of their numbers.
    pub(super) fn take(&mut self, document: i64) -> Vec<Statement> {
        self.by_document.remove(&document).unwrap_or_default()
    }

    /// The statements that were not taken, with the numbers of their documents.
    pub(super) fn rest(&self) -> impl Iterator<Item = (i64, &Statement)> {
        self.by_document.iter().flat_map(|(document, statements)| statements.iter().map(|one| (*document, one)))
    }

    /// What is coded in a statement: variable and value.
    pub(super) fn values(&self, statement: i64) -> &[(i64, Value)] {
        self.values.get(&statement).map_or(&[], Vec::as_slice)
    }
}

/// The type, the document and the statement.
fn statement(row: &Row<'_>) -> Result<(Option<i64>, i64, Statement), RowError> {
    let statement = Statement {
        id: row::integer(row, "ID")?,
        start: row::integer(row, "Start")?,
        stop: row::integer(row, "Stop")?,
        coder: row::optional_integer(row, "Coder")?,
    };
    Ok((row::optional_integer(row, "StatementTypeId")?, row::integer(row, "DocumentId")?, statement))
}

fn values(
    connection: &Connection,
    codebook: &Codebook,
    emitter: &mut Emitter<'_>,
) -> Result<HashMap<i64, Vec<(i64, Value)>>, rusqlite::Error> {
    let mut values: HashMap<i64, Vec<(i64, Value)>> = HashMap::new();
    for (table, column, value) in VALUES {
        let mut query = connection.prepare(&format!(
            "SELECT StatementId, VariableId, {column} AS Value FROM {table} ORDER BY StatementId, VariableId, ID"
        ))?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let read = || {
                let statement = row::integer(row, "StatementId")?;
                Ok::<_, RowError>((statement, row::integer(row, "VariableId")?, value(row)?))
            };
            match read() {
                Ok((_, variable, _)) if !codebook.variables.contains_key(&variable) => {}
                Ok((statement, variable, value)) => values.entry(statement).or_default().push((variable, value)),
                Err(error) => emitter.finding("", Code::ValueInvalid, "", format!("a row of {table}: {error}")),
            }
        }
    }
    Ok(values)
}
