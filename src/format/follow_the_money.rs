//! FollowTheMoney, the entities of OpenSanctions, Aleph and others: one entity a line, or, in a delta, one operation on
//! an entity a line.
//!
//! Reading order: [`entity`] is a line, [`schemata`] says what becomes of it, [`actors`] and [`articles`] make it, and
//! [`properties`] knows where each property of an actor goes.

mod actors;
mod articles;
mod entity;
mod properties;
mod schemata;

use std::io::{self, BufRead};

use self::entity::{Entity, Line, Refused};
use self::schemata::Becomes;
use super::emit::{Emitted, Emitter};
use super::json_items::{Item, ItemFault, read_items};
use super::{Parsed, ReadLimits, json_head, stable_name};
use crate::model::{Code, Repeat, Resource};
use crate::proto::v1::record::Record as Kind;

/// Whether the first bytes of a file are an entity, or an operation on one.
pub(super) fn recognises(head: &[u8]) -> bool {
    let members = json_head::members(head);
    let has = |wanted: &str| members.iter().any(|(key, _)| key == wanted);
    (has("id") && has("schema")) || (has("op") && has("entity"))
}

/// Reads entities to the end of `input`: one a line, or in a list.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut emitter = Emitter::new(sink);
    let parse = |item: Item<'_>| Emitted::at(item.line, |emitter| emit(item.content, emitter));
    read_items(input, &[], limits, parse, |emitted| emitter.hand_over(emitted))?;
    emitter.finish();
    Ok(())
}

fn emit(content: Result<&[u8], &ItemFault>, emitter: &mut Emitter<'_>) {
    let line = match content {
        Ok(bytes) => Line::parse(bytes),
        Err(fault) => return emitter.fault(fault),
    };
    match line {
        Ok(Line::Entity(entity)) => emit_entity(&entity, Repeat::Unite, emitter),
        Ok(Line::Put(entity)) => emit_entity(&entity, Repeat::Replace, emitter),
        Ok(Line::Delete(id)) => remove(&id, Repeat::Delete, emitter),
        Err(Refused { code, field, message }) => emitter.finding("", code, field, message),
    }
}

fn emit_entity(entity: &Entity, repeat: Repeat, emitter: &mut Emitter<'_>) {
    let (record, findings) = match schemata::becomes(&entity.schema) {
        Becomes::Actor(of_schema) => {
            let (actor, findings) = actors::actor(entity, of_schema);
            (Kind::Actor(actor), findings)
        }
        Becomes::Article => {
            let (article, findings) = articles::article(entity);
            (Kind::Article(article), findings)
        }
        Becomes::Nothing => {
            emitter.skip(format!("entities of schema {}, which are neither actors nor texts", entity.schema));
            // Before this operation it may have been something else.
            if repeat == Repeat::Replace {
                remove(&entity.id, Repeat::Remove, emitter);
            }
            return;
        }
    };
    if entity.datasets.len() > 1 {
        emitter.count(
            Code::DatasetChosen,
            "of several datasets: entities; provenance.dataset is the first in order of names, labels.datasets has all",
        );
    }
    emitter.record_by(record, findings, repeat);
}

/// A delta does not say what the entity was that it removes: it may have become either.
fn remove(id: &str, repeat: Repeat, emitter: &mut Emitter<'_>) {
    for resource in [Resource::Actor, Resource::Article] {
        emitter.remove_by(stable_name::of_id(resource, id), repeat);
    }
}

#[cfg(test)]
mod tests;
