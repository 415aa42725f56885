//! Entities: the values of short-text variables, such as persons, organizations and concepts.

use std::collections::{BTreeMap, HashMap};

use rusqlite::Connection;

use super::codebook::{Codebook, Meaning};
use super::database;
use crate::format::reading::emit::Emitter;
use crate::format::reading::stable_name;
use crate::model::{Findings, Resource};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, ActorType, Alias, AliasKind, Method, Provenance};

/// A value of a short-text variable.
pub(super) struct Entity {
    variable: i64,
    /// The coded value; empty if nothing was coded.
    pub(super) value: String,
    child_of: Option<i64>,
    /// Names and values of its attributes that are not empty.
    attributes: Vec<(String, String)>,
}

impl Entity {
    /// The resource name of the actor; None if the entity is not a person or organization.
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
    /// Reads all entities. A row that cannot be read is reported and left out.
    pub(super) fn read(connection: &Connection, emitter: &mut Emitter<'_>) -> Result<Self, rusqlite::Error> {
        let mut attributes = attributes(connection, emitter)?;
        let mut by_id = BTreeMap::new();
        let query = "SELECT ID, VariableId, Value, ChildOf FROM ENTITIES ORDER BY ID";
        database::each_row(connection, "ENTITIES", query, emitter, |row, _| {
            let id = database::integer(row, "ID")?;
            let entity = Entity {
                variable: database::integer(row, "VariableId")?,
                value: database::text(row, "Value")?,
                child_of: database::optional_integer(row, "ChildOf")?,
                attributes: attributes.remove(&id).unwrap_or_default(),
            };
            by_id.insert(id, entity);
            Ok(())
        })?;
        Ok(Self { by_id })
    }

    pub(super) fn get(&self, id: i64) -> Option<&Entity> {
        self.by_id.get(&id)
    }

    /// Emits the persons and organizations, including those without a statement.
    pub(super) fn emit_actors(&self, codebook: &Codebook, emitter: &mut Emitter<'_>) {
        for (id, entity) in &self.by_id {
            if let Some(name) = entity.actor_name(codebook) {
                emitter.next();
                let actor = self.actor(*id, entity, name, codebook);
                emitter.record(Kind::Actor(actor), Findings::default());
            } else if codebook.variables.get(&entity.variable) == Some(&Meaning::Concept)
                && !entity.attributes.is_empty()
            {
                emitter.skip("attributes of concepts; a concept is a text, not a record");
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

/// The attributes of each entity.
fn attributes(
    connection: &Connection,
    emitter: &mut Emitter<'_>,
) -> Result<HashMap<i64, Vec<(String, String)>>, rusqlite::Error> {
    let mut found: HashMap<i64, Vec<(String, String)>> = HashMap::new();
    let query = "SELECT v.EntityId, a.AttributeVariable, v.AttributeValue FROM ATTRIBUTEVALUES v \
                 JOIN ATTRIBUTEVARIABLES a ON a.ID = v.AttributeVariableId ORDER BY v.EntityId, a.ID";
    database::each_row(connection, "ATTRIBUTEVALUES", query, emitter, |row, _| {
        let id = database::integer(row, "EntityId")?;
        let (attribute, value) = (database::text(row, "AttributeVariable")?, database::text(row, "AttributeValue")?);
        if !value.trim().is_empty() {
            found.entry(id).or_default().push((attribute, value));
        }
        Ok(())
    })?;
    Ok(found)
}
