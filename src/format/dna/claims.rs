//! Statements: passages of documents, coded by variables. Each becomes a claim.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Row};

use super::codebook::{Codebook, Meaning};
use super::database::{self, InvalidCell};
use super::documents::{Coders, provenance};
use super::entities::{Entities, Entity};
use super::offsets::{Cut, InvalidOffsets, Utf16Text};
use crate::format::reading::emit::Emitter;
use crate::format::reading::stable_name;
use crate::model::{Code, Findings, Resource};
use crate::proto::v1::{Article, Claim, Evidence, Party, Position, Stance};

/// A coded passage of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub(super) id: i64,
    /// UTF-16 offset of its first character.
    pub(super) start: i64,
    /// UTF-16 offset after its last character.
    pub(super) stop: i64,
    pub(super) coder: Option<i64>,
}

/// The value of a variable in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// The id of an entity.
    Entity(i64),
    Integer(i64),
    Boolean(bool),
    Text(String),
}

/// The statements of the statement type that is read, with their values.
pub(super) struct Statements {
    /// By document.
    by_document: BTreeMap<i64, Vec<Statement>>,
    /// By statement: variables and values.
    values: HashMap<i64, Vec<(i64, Value)>>,
}

/// Reads a value from its row.
type ReadValue = fn(&Row<'_>) -> Result<Value, InvalidCell>;

/// The tables of values, with the column of the value and how it is read.
const VALUES: [(&str, &str, ReadValue); 4] = [
    ("DATASHORTTEXT", "Entity", |row| database::integer(row, "Value").map(Value::Entity)),
    ("DATABOOLEAN", "Value", |row| database::integer(row, "Value").map(|value| Value::Boolean(value != 0))),
    ("DATAINTEGER", "Value", |row| database::integer(row, "Value").map(Value::Integer)),
    ("DATALONGTEXT", "Value", |row| database::text(row, "Value").map(Value::Text)),
];

impl Statements {
    /// Reads all statements. A row that cannot be read is reported and left out.
    pub(super) fn read(
        connection: &Connection,
        codebook: &Codebook,
        emitter: &mut Emitter<'_>,
    ) -> Result<Self, rusqlite::Error> {
        let mut by_document: BTreeMap<i64, Vec<Statement>> = BTreeMap::new();
        let query = "SELECT ID, StatementTypeId, DocumentId, Start, Stop, Coder FROM STATEMENTS ORDER BY ID";
        database::each_row(connection, "STATEMENTS", query, emitter, |row, emitter| {
            let statement = Statement {
                id: database::integer(row, "ID")?,
                start: database::integer(row, "Start")?,
                stop: database::integer(row, "Stop")?,
                coder: database::optional_integer(row, "Coder")?,
            };
            let document = database::integer(row, "DocumentId")?;
            if database::optional_integer(row, "StatementTypeId")? == Some(codebook.statement_type) {
                by_document.entry(document).or_default().push(statement);
            } else {
                let label = &codebook.label;
                let advice = "--dna-statement-type chooses the type";
                emitter.skip(format!("statements of other types than {label:?}; {advice}"));
            }
            Ok(())
        })?;
        Ok(Self { by_document, values: values(connection, codebook, emitter)? })
    }

    /// Removes and returns the statements of a document, in the order of their ids.
    pub(super) fn take(&mut self, document: i64) -> Vec<Statement> {
        self.by_document.remove(&document).unwrap_or_default()
    }

    /// The statements that were not taken, with the ids of their documents.
    pub(super) fn rest(&self) -> impl Iterator<Item = (i64, &Statement)> {
        self.by_document.iter().flat_map(|(document, statements)| statements.iter().map(|one| (*document, one)))
    }

    /// The variables and values of a statement.
    pub(super) fn values(&self, statement: i64) -> &[(i64, Value)] {
        self.values.get(&statement).map_or(&[], Vec::as_slice)
    }
}

fn values(
    connection: &Connection,
    codebook: &Codebook,
    emitter: &mut Emitter<'_>,
) -> Result<HashMap<i64, Vec<(i64, Value)>>, rusqlite::Error> {
    let mut values: HashMap<i64, Vec<(i64, Value)>> = HashMap::new();
    for (table, column, value) in VALUES {
        let query = format!(
            "SELECT StatementId, VariableId, {column} AS Value FROM {table} ORDER BY StatementId, VariableId, ID"
        );
        database::each_row(connection, table, &query, emitter, |row, _| {
            let (statement, variable) = (database::integer(row, "StatementId")?, database::integer(row, "VariableId")?);
            let value = value(row)?;
            if codebook.variables.contains_key(&variable) {
                values.entry(statement).or_default().push((variable, value));
            }
            Ok(())
        })?;
    }
    Ok(values)
}

/// What all statements of a database share.
pub(super) struct Coding<'d> {
    pub(super) codebook: &'d Codebook,
    pub(super) entities: &'d Entities,
    pub(super) coders: &'d Coders,
}

/// The coding of a statement.
#[derive(Default)]
struct Coded<'d> {
    person: Option<&'d Entity>,
    organization: Option<&'d Entity>,
    concept: Option<&'d Entity>,
    agreement: Option<bool>,
    /// Other variables, by name.
    others: Vec<(String, String)>,
}

impl Coding<'_> {
    /// Makes the claim of a statement. `text` is the body of `article`.
    pub(super) fn claim(
        &self,
        statement: &Statement,
        values: &[(i64, Value)],
        article: &Article,
        text: &Utf16Text<'_>,
    ) -> Result<(Claim, Findings), InvalidOffsets> {
        let Cut { range, span, widened } = text.cut(statement.start, statement.stop)?;
        let mut findings = Findings::default();
        if widened {
            let (start, stop) = (statement.start, statement.stop);
            let message =
                format!("Start {start} or Stop {stop} is inside of a character; the whole character was taken");
            findings.add(Code::QuoteMoved, "evidence[0].spans[0]", message);
        }
        let quote = &article.body[range];
        let coded = self.coded(values, &mut findings);
        let (speaker, position) = (self.speaker(&coded), position(&coded));
        report_gaps(statement, speaker.as_ref(), position.as_ref(), &mut findings);
        let mut claim = Claim {
            name: self.name(statement, article),
            text: quote.to_owned(),
            speakers: speaker.into_iter().collect(),
            claim_time: article.publish_time,
            positions: position.into_iter().collect(),
            evidence: vec![Evidence {
                article: article.name.clone(),
                spans: vec![span],
                quote: quote.to_owned(),
                ..Evidence::default()
            }],
            provenance: Some(provenance(format!("STATEMENTS/{}", statement.id), statement.coder, self.coders)),
            ..Claim::default()
        };
        claim.labels.extend(coded.others);
        // Agreement without a concept has no field.
        if let (true, Some(agrees)) = (claim.positions.is_empty(), coded.agreement) {
            claim.labels.insert(Meaning::Agreement.key().to_owned(), agrees.to_string());
        }
        Ok((claim, findings))
    }

    /// The name depends on the place and id of the statement and not on its values, so that a recoded statement is the same
    /// claim.
    fn name(&self, statement: &Statement, article: &Article) -> String {
        let coder = statement.coder.and_then(|coder| self.coders.get(&coder)).map_or("", String::as_str);
        let numbers = [statement.id, statement.start, statement.stop].map(|number| number.to_string());
        let [id, start, stop] = &numbers;
        stable_name::hashed(Resource::Claim, "dna", &[&article.name, coder, id, start, stop])
    }

    fn coded(&self, values: &[(i64, Value)], findings: &mut Findings) -> Coded<'_> {
        let mut coded = Coded::default();
        for (variable, value) in values {
            let Some(meaning) = self.codebook.variables.get(variable) else { continue };
            let entity = match value {
                Value::Entity(id) => self.entities.get(*id),
                Value::Integer(_) | Value::Boolean(_) | Value::Text(_) => None,
            };
            match (meaning, entity, value) {
                (Meaning::Person, Some(entity), _) => coded.person = Some(entity),
                (Meaning::Organization, Some(entity), _) => coded.organization = Some(entity),
                (Meaning::Concept, Some(entity), _) => coded.concept = Some(entity),
                (Meaning::Agreement, _, Value::Boolean(agrees)) => coded.agreement = Some(*agrees),
                (_, None, Value::Entity(id)) => {
                    let message = format!("{} has entity {id}, which is not in ENTITIES", meaning.key());
                    findings.add(Code::KeptAsLabel, "", message);
                    coded.others.push((meaning.key().to_owned(), id.to_string()));
                }
                _ => coded.others.extend(shown(value, entity).map(|text| (meaning.key().to_owned(), text))),
            }
        }
        coded
    }

    /// The person, on behalf of the organization; without a person, the organization.
    fn speaker(&self, coded: &Coded<'_>) -> Option<Party> {
        let name = |entity: Option<&Entity>| entity.and_then(|entity| entity.actor_name(self.codebook));
        let (person, organization) = (name(coded.person), name(coded.organization));
        match (person, organization) {
            (Some(actor), organization) => {
                Some(Party { actor, on_behalf_of: organization.unwrap_or_default(), ..Party::default() })
            }
            (None, Some(actor)) => Some(Party { actor, ..Party::default() }),
            (None, None) => None,
        }
    }
}

fn position(coded: &Coded<'_>) -> Option<Position> {
    let concept = coded.concept.map(|entity| entity.value.trim()).filter(|concept| !concept.is_empty())?;
    let stance = match coded.agreement {
        Some(true) => Stance::Support,
        Some(false) => Stance::Oppose,
        None => Stance::Unspecified,
    };
    Some(Position { concept: concept.to_owned(), stance: stance.into() })
}

/// Reports missing values that a statement needs to count in a network.
fn report_gaps(statement: &Statement, speaker: Option<&Party>, position: Option<&Position>, findings: &mut Findings) {
    let has_stance = position.is_none_or(|position| position.stance() != Stance::Unspecified);
    for (is_there, field, what) in [
        (speaker.is_some(), "speakers", "no person and no organization"),
        (position.is_some(), "positions", "no concept"),
        (has_stance, "positions[0].stance", "no agreement"),
    ] {
        if !is_there {
            findings.add(Code::CodingMissing, field, format!("statement {} has {what}", statement.id));
        }
    }
}

/// A value as text; None if nothing was coded.
fn shown(value: &Value, entity: Option<&Entity>) -> Option<String> {
    let text = match value {
        Value::Entity(_) => entity.map(|entity| entity.value.clone()).unwrap_or_default(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Text(text) => text.clone(),
    };
    (!text.trim().is_empty()).then_some(text)
}
