//! Entities: the persons, organizations, concepts and other values that short-text variables take.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Row};

use super::codebook::{Codebook, Meaning};
use super::row::{self, RowError};
use crate::format::emit::Emitter;
use crate::format::stable_name;
use crate::model::{Code, Findings, Resource};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, ActorType, Alias, AliasKind, Method, Provenance};

/// A value of a short-text variable.
pub(super) struct Entity {
    variable: i64,
    /// As coded; empty where nothing was coded.
    pub(super) value: String,
    child_of: Option<i64>,
    /// What is noted of it, by the attribute's name. Empty ones are left out.
    attributes: Vec<(String, String)>,
}

impl Entity {
    /// The name of the actor that an entity is, if it is one.
    pub(super) fn actor_name(&self, codebook: &Codebook) -> Option<String> {
        let kind = match codebook.variables.get(&self.variable)? {
            Meaning::Person => "person",
            Meaning::Organization => "organization",
            Meaning::Concept | Meaning::Agreement | Meaning::Label(_) => return None,
        };
        let value = self.value.trim();
        (!value.is_empty()).then(|| stable_name::hashed(Resource::Actor, &format!("dna-{kind}"), &[value]))
    }
}

/// All entities of a database.
pub(super) struct Entities {
    by_id: BTreeMap<i64, Entity>,
}

impl Entities {
    /// Reads all. A row that cannot be read is reported and left out.
    pub(super) fn read(connection: &Connection, emitter: &mut Emitter<'_>) -> Result<Self, rusqlite::Error> {
        let mut attributes = attributes(connection, emitter)?;
        let mut by_id = BTreeMap::new();
        let mut statement = connection.prepare("SELECT ID, VariableId, Value, ChildOf FROM ENTITIES ORDER BY ID")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            match entity(row) {
                Ok((id, entity)) => {
                    let attributes = attributes.remove(&id).unwrap_or_default();
                    by_id.insert(id, Entity { attributes, ..entity });
                }
                Err(error) => emitter.finding("", Code::ValueInvalid, "", format!("a row of ENTITIES: {error}")),
            }
        }
        Ok(Self { by_id })
    }

    pub(super) fn get(&self, id: i64) -> Option<&Entity> {
        self.by_id.get(&id)
    }

    /// Hands over the persons and organizations, whether or not a statement is theirs.
    pub(super) fn emit_actors(&self, codebook: &Codebook, emitter: &mut Emitter<'_>) {
        for (id, entity) in &self.by_id {
            if let Some(name) = entity.actor_name(codebook) {
                emitter.next();
                let actor = self.actor(*id, entity, name, codebook);
                emitter.record(Kind::Actor(actor), Findings::default());
            } else if codebook.variables.get(&entity.variable) == Some(&Meaning::Concept)
                && !entity.attributes.is_empty()
            {
                emitter.skip("attributes of concepts; a concept is a text and no record");
            }
        }
    }

    fn actor(&self, id: i64, entity: &Entity, name: String, codebook: &Codebook) -> Actor {
        let parent = entity.child_of.and_then(|parent| self.get(parent));
        let is_person = codebook.variables.get(&entity.variable) == Some(&Meaning::Person);
        let mut actor = Actor {
            name,
            display_name: entity.value.trim().to_owned(),
            r#type: if is_person { ActorType::Person } else { ActorType::Organization }.into(),
            parent: parent.and_then(|parent| parent.actor_name(codebook)).unwrap_or_default(),
            provenance: Some(Provenance {
                record: format!("ENTITIES/{id}"),
                method: Method::Human.into(),
                ..Provenance::default()
            }),
            ..Actor::default()
        };
        for (attribute, value) in &entity.attributes {
            match attribute.to_ascii_lowercase().as_str() {
                "alias" => {
                    actor.aliases.push(Alias {
                        text: value.clone(),
                        kind: AliasKind::Alias.into(),
                        ..Alias::default()
                    });
                }
                "notes" => actor.description.clone_from(value),
                _ => {
                    actor.labels.insert(attribute.clone(), value.clone());
                }
            }
        }
        actor
    }
}

fn entity(row: &Row<'_>) -> Result<(i64, Entity), RowError> {
    let entity = Entity {
        variable: row::integer(row, "VariableId")?,
        value: row::text(row, "Value")?,
        child_of: row::optional_integer(row, "ChildOf")?,
        attributes: Vec::new(),
    };
    Ok((row::integer(row, "ID")?, entity))
}

/// What is noted of each entity.
fn attributes(
    connection: &Connection,
    emitter: &mut Emitter<'_>,
) -> Result<HashMap<i64, Vec<(String, String)>>, rusqlite::Error> {
    let mut found: HashMap<i64, Vec<(String, String)>> = HashMap::new();
    let mut statement = connection.prepare(
        "SELECT v.EntityId, a.AttributeVariable, v.AttributeValue FROM ATTRIBUTEVALUES v \
         JOIN ATTRIBUTEVARIABLES a ON a.ID = v.AttributeVariableId ORDER BY v.EntityId, a.ID",
    )?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let read = || {
            let id = row::integer(row, "EntityId")?;
            Ok::<_, RowError>((id, row::text(row, "AttributeVariable")?, row::text(row, "AttributeValue")?))
        };
        match read() {
            Ok((_, _, value)) if value.trim().is_empty() => {}
            Ok((id, attribute, value)) => found.entry(id).or_default().push((attribute, value)),
            Err(error) => emitter.finding("", Code::ValueInvalid, "", format!("a row of ATTRIBUTEVALUES: {error}")),
        }
    }
    Ok(found)
}
