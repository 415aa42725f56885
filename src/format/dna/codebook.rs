//! The codebook of a database: the statement type that is read, and the meaning of its variables.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::database::UnreadableDatabase;
use crate::format::DnaNames;

/// The data type of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataType {
    ShortText,
    LongText,
    Integer,
    Boolean,
}

impl DataType {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "short text" => Self::ShortText,
            "long text" => Self::LongText,
            "integer" => Self::Integer,
            "boolean" => Self::Boolean,
            _ => return None,
        })
    }
}

/// The meaning of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Person,
    Organization,
    Concept,
    Agreement,
    /// Any other variable, which becomes a label under its name.
    Label(String),
}

impl Meaning {
    /// Its key as a label.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
            Self::Concept => "concept",
            Self::Agreement => "agreement",
            Self::Label(name) => name,
        }
    }
}

/// The statement type that is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Codebook {
    /// Id of the statement type.
    pub(super) statement_type: i64,
    /// Label of the statement type.
    pub(super) label: String,
    /// The meaning of its variables, by id.
    pub(super) variables: BTreeMap<i64, Meaning>,
}

/// A statement type of the database.
struct StatementType {
    id: i64,
    label: String,
    variables: Vec<(i64, String, Option<DataType>)>,
}

impl Codebook {
    /// The requested statement type, or the first one with the required variables.
    pub(super) fn read(connection: &Connection, names: &DnaNames) -> Result<Self, UnreadableDatabase> {
        let types = statement_types(connection)?;
        let is_requested = |one: &&StatementType| names.statement_type.as_ref().is_none_or(|label| *label == one.label);
        let found = types.iter().filter(is_requested).find_map(|one| one.codebook(names));
        found.ok_or_else(|| UnreadableDatabase::NoStatementType {
            wanted: wanted(names),
            found: types.iter().map(StatementType::description).collect::<Vec<_>>().join("; "),
        })
    }
}

impl StatementType {
    /// The meaning of its variables; None if it lacks an actor, a concept or an agreement variable.
    fn codebook(&self, names: &DnaNames) -> Option<Codebook> {
        let mut variables = BTreeMap::new();
        for (id, name, data_type) in &self.variables {
            let meaning = match data_type {
                Some(DataType::ShortText) if *name == names.person => Meaning::Person,
                Some(DataType::ShortText) if *name == names.organization => Meaning::Organization,
                Some(DataType::ShortText) if *name == names.concept => Meaning::Concept,
                Some(DataType::Boolean) if *name == names.agreement => Meaning::Agreement,
                _ => Meaning::Label(name.clone()),
            };
            variables.insert(*id, meaning);
        }
        let has = |meaning: &Meaning| variables.values().any(|one| one == meaning);
        let fits = has(&Meaning::Concept)
            && has(&Meaning::Agreement)
            && (has(&Meaning::Person) || has(&Meaning::Organization));
        fits.then(|| Codebook { statement_type: self.id, label: self.label.clone(), variables })
    }

    fn description(&self) -> String {
        let variables: Vec<&str> = self.variables.iter().map(|(_, name, _)| name.as_str()).collect();
        format!("{:?} with {}", self.label, variables.join(", "))
    }
}

fn wanted(names: &DnaNames) -> String {
    let DnaNames { statement_type, person, organization, concept, agreement } = names;
    let label = statement_type.as_ref().map(|label| format!("the label {label:?} and ")).unwrap_or_default();
    format!("{label}the variables {person} or {organization}, {concept} (short text) and {agreement} (boolean)")
}

fn statement_types(connection: &Connection) -> Result<Vec<StatementType>, rusqlite::Error> {
    let mut statement = connection.prepare("SELECT ID, Label FROM STATEMENTTYPES ORDER BY ID")?;
    let types = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
    let mut statement =
        connection.prepare("SELECT ID, Variable, DataType FROM VARIABLES WHERE StatementTypeId = ?1 ORDER BY ID")?;
    let with_variables = |(id, label): (i64, String)| {
        let rows =
            statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, DataType::of(&row.get::<_, String>(2)?))))?;
        Ok(StatementType { id, label, variables: rows.collect::<Result<_, _>>()? })
    };
    types.into_iter().map(with_variables).collect()
}
