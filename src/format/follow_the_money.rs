//! FollowTheMoney: entities of OpenSanctions, Aleph and others. A file has one entity per line; a delta has one operation
//! on an entity per line.
//!
//! [`entity`] parses a line, and [`actor`] and [`article`] make the records.

mod actor;
mod article;
mod entity;

use std::io::{self, BufRead};

use self::entity::{Entity, Line, Refused};
use super::reading::emit::{Emitted, Emitter};
use super::reading::json_items::{Item, ItemFault, read_items};
use super::reading::{json, stable_name};
use super::records::{Parsed, ReadLimits};
use crate::model::{Code, RecordOp, Resource};
use crate::proto::v1::ActorType;
use crate::proto::v1::record::Record as Kind;

/// Whether the first bytes of a file are an entity or an operation on one.
pub(super) fn recognises(head: &[u8]) -> bool {
    let members = json::members(head);
    let has = |wanted: &str| members.iter().any(|(key, _)| key == wanted);
    (has("id") && has("schema")) || (has("op") && has("entity"))
}

/// Reads entities to the end of `input`, which has one per line or a list.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut emitter = Emitter::new(sink);
    let parse = |item: Item<'_>| Emitted::at(item.line, |emitter| emit(item.content, emitter));
    read_items(input, &[], limits, parse, |emitted| emitter.pass_on(emitted))?;
    emitter.finish();
    Ok(())
}

fn emit(content: Result<&[u8], &ItemFault>, emitter: &mut Emitter<'_>) {
    let line = match content {
        Ok(bytes) => Line::parse(bytes),
        Err(fault) => return emitter.fault(fault),
    };
    match line {
        Ok(Line::Entity(entity)) => emit_entity(&entity, RecordOp::Merge, emitter),
        Ok(Line::Put(entity)) => emit_entity(&entity, RecordOp::Replace, emitter),
        Ok(Line::Delete(id)) => remove(&id, RecordOp::Remove, emitter),
        Err(Refused { code, field, message }) => emitter.finding("", code, field, message),
    }
}

fn emit_entity(entity: &Entity, op: RecordOp, emitter: &mut Emitter<'_>) {
    let (record, findings) = match becomes(&entity.schema) {
        Becomes::Actor(of_schema) => {
            let (actor, findings) = actor::actor(entity, of_schema);
            (Kind::Actor(actor), findings)
        }
        Becomes::Article => {
            let (article, findings) = article::article(entity);
            (Kind::Article(article), findings)
        }
        Becomes::Nothing => {
            emitter.skip(format!("entities of schema {}, which are neither actors nor texts", entity.schema));
            // The entity may have had another schema before this operation.
            if op == RecordOp::Replace {
                remove(&entity.id, RecordOp::RemoveIfPresent, emitter);
            }
            return;
        }
    };
    if entity.datasets.len() > 1 {
        emitter.count(
            Code::DatasetChosen,
            "entities of several datasets: provenance.dataset is the first in alphabetical order, labels.datasets has all",
        );
    }
    emitter.record_with(record, findings, op);
}

/// Removes the record of an entity. A delta does not tell its schema, so it may have become an actor or an article.
fn remove(id: &str, op: RecordOp, emitter: &mut Emitter<'_>) {
    for resource in [Resource::Actor, Resource::Article] {
        emitter.remove(stable_name::of_id(resource, id), op);
    }
}

/// The record that an entity becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Becomes {
    Actor(ActorType),
    Article,
    /// No record: it is neither an actor nor a text.
    Nothing,
}

/// The schemata that become records. A `LegalEntity` is a person or an organization, so its type is left unspecified.
const SCHEMATA: [(&str, Becomes); 12] = [
    ("Person", Becomes::Actor(ActorType::Person)),
    ("Organization", Becomes::Actor(ActorType::Organization)),
    ("Company", Becomes::Actor(ActorType::Company)),
    ("PublicBody", Becomes::Actor(ActorType::PublicBody)),
    ("LegalEntity", Becomes::Actor(ActorType::Unspecified)),
    ("Article", Becomes::Article),
    ("Document", Becomes::Article),
    ("Email", Becomes::Article),
    ("HyperText", Becomes::Article),
    ("Message", Becomes::Article),
    ("Pages", Becomes::Article),
    ("PlainText", Becomes::Article),
];

/// The record that an entity of a schema becomes.
fn becomes(schema: &str) -> Becomes {
    SCHEMATA.iter().find(|(name, _)| *name == schema).map_or(Becomes::Nothing, |(_, becomes)| *becomes)
}

#[cfg(test)]
mod tests;
