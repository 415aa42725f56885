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

use rayon::prelude::*;

use self::entity::{Entity, Line, Refused};
use self::schemata::Becomes;
use super::emit::Emitter;
use super::lines::{Batch, Lines};
use super::{Parsed, ReadLimits, json_head, stable_name};
use crate::model::{Code, Findings, Repeat, Resource};
use crate::proto::v1::record::Record as Kind;

/// What a line came to.
enum Outcome {
    Record {
        record: Box<Kind>,
        findings: Findings,
        repeat: Repeat,
    },
    /// An entity that becomes nothing, of a schema. In a delta it may have become something before: its id.
    Skipped {
        schema: String,
        removes: Option<String>,
    },
    /// The id of an entity that is no more.
    Removed(String),
    Refused(Refused),
    /// A line that was too long to be kept; its length in bytes.
    TooLong(u64),
}

/// Whether the first bytes of a file are an entity, or an operation on one.
pub(super) fn recognises(head: &[u8]) -> bool {
    let members = json_head::members(head);
    let has = |wanted: &str| members.iter().any(|(key, _)| key == wanted);
    (has("id") && has("schema")) || (has("op") && has("entity"))
}

/// Reads entities to the end of `input`.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut emitter = Emitter::new(sink);
    let mut lines = Lines::new(input, limits.max_line_bytes);
    let mut batch = Batch::default();
    loop {
        let more = lines.fill(&mut batch);
        let outcomes: Vec<(u32, Outcome)> = batch
            .lines()
            .par_iter()
            .map(|line| (line.number, batch.content(line).map_or_else(Outcome::TooLong, outcome)))
            .collect();
        for (line, outcome) in outcomes {
            emitter.at(line);
            emit(outcome, limits, &mut emitter);
        }
        if !more? {
            emitter.finish();
            return Ok(());
        }
    }
}

fn outcome(bytes: &[u8]) -> Outcome {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let message = format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1);
            return Outcome::Refused(Refused { code: Code::NotUtf8, field: "", message });
        }
    };
    match Line::parse(text) {
        Ok(Line::Entity(entity)) => made(entity, Repeat::Unite),
        Ok(Line::Put(entity)) => made(entity, Repeat::Replace),
        Ok(Line::Delete(id)) => Outcome::Removed(id),
        Err(refused) => Outcome::Refused(refused),
    }
}

fn made(entity: Entity, repeat: Repeat) -> Outcome {
    let (record, findings) = match schemata::becomes(&entity.schema) {
        Becomes::Actor(of_schema) => {
            let (actor, findings) = actors::actor(&entity, of_schema);
            (Kind::Actor(actor), findings)
        }
        Becomes::Article => {
            let (article, findings) = articles::article(&entity);
            (Kind::Article(article), findings)
        }
        Becomes::Nothing => {
            let removes = (repeat == Repeat::Replace).then_some(entity.id);
            return Outcome::Skipped { schema: entity.schema, removes };
        }
    };
    Outcome::Record { record: Box::new(record), findings, repeat }
}

fn emit(outcome: Outcome, limits: &ReadLimits, emitter: &mut Emitter<'_>) {
    match outcome {
        Outcome::Record { record, findings, repeat } => emitter.record_by(*record, findings, repeat),
        Outcome::Skipped { schema, removes } => {
            emitter.skip(format!("entities of schema {schema}, which are neither actors nor texts"));
            if let Some(id) = removes {
                remove(&id, emitter);
            }
        }
        Outcome::Removed(id) => remove(&id, emitter),
        Outcome::Refused(Refused { code, field, message }) => emitter.finding("", code, field, message),
        Outcome::TooLong(length) => emitter.too_long(length, limits),
    }
}

/// A delta does not say what the entity was that it removes: it may have become either.
fn remove(id: &str, emitter: &mut Emitter<'_>) {
    for resource in [Resource::Actor, Resource::Article] {
        emitter.remove(stable_name::of_id(resource, id));
    }
}

#[cfg(test)]
mod tests;
