//! Databases of the Discourse Network Analyzer 3: a SQLite file with documents, and with passages that are coded as
//! statements of actors on concepts.
//!
//! [`database`] opens the file, and [`codebook`] finds the statement type and the meaning of its variables. [`entities`]
//! makes actors, [`documents`] articles, and [`claims`] claims. [`offsets`] converts the UTF-16 offsets of the file.

mod claims;
mod codebook;
mod database;
mod documents;
mod entities;
mod offsets;

use std::io::{self, BufRead};

use rusqlite::Connection;

use self::claims::{Coding, Statements};
use self::codebook::Codebook;
use self::database::{Database, UnreadableDatabase};
use self::documents::Document;
use self::entities::Entities;
use self::offsets::Utf16Text;
use super::reading::emit::Emitter;
use super::records::{Parsed, ReadLimits};
use crate::format::DnaNames;
use crate::model::Code;
use crate::proto::v1::record::Record as Kind;

/// Whether the first bytes of a file are those of a SQLite database, of whatever program.
pub(super) fn recognises(head: &[u8]) -> bool {
    head.starts_with(database::MAGIC)
}

/// Reads a database to its end. The whole file has to be in memory.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    match database::read_file(input, limits, sink)? {
        // An empty file is reported for every format in one place.
        Some(bytes) if !bytes.is_empty() => read_bytes(bytes, &limits.dna, sink),
        Some(_) | None => {}
    }
    Ok(())
}

/// Reads a database from its bytes. Records are numbered: first actors, then each article with its claims.
fn read_bytes(bytes: Vec<u8>, names: &DnaNames, sink: &mut dyn FnMut(Parsed)) {
    let mut emitter = Emitter::new(sink);
    if let Err(error) = read_all(bytes, names, &mut emitter) {
        emitter.at(0);
        emitter.finding("", error.code(), "", error.to_string());
    }
    emitter.finish();
}

fn read_all(bytes: Vec<u8>, names: &DnaNames, emitter: &mut Emitter<'_>) -> Result<(), UnreadableDatabase> {
    let Database { connection, had_log } = Database::open(bytes)?;
    if had_log {
        let message = "the database was in use with a write-ahead log; changes in the -wal file beside it are not read";
        emitter.finding("", Code::DatabaseLogged, "", message);
    }
    let codebook = Codebook::read(&connection, names)?;
    let entities = Entities::read(&connection, emitter)?;
    let statements = Statements::read(&connection, &codebook, emitter)?;
    let coders = documents::coders(&connection, emitter)?;
    entities.emit_actors(&codebook, emitter);
    let coding = Coding { codebook: &codebook, entities: &entities, coders: &coders };
    emit_documents(&connection, &coding, statements, emitter)?;
    Ok(())
}

/// Emits each document with its statements.
fn emit_documents(
    connection: &Connection,
    coding: &Coding<'_>,
    mut statements: Statements,
    emitter: &mut Emitter<'_>,
) -> Result<(), rusqlite::Error> {
    database::each_row(connection, "DOCUMENTS", documents::QUERY, emitter, |row, emitter| {
        emitter.next();
        emit_document(Document::of(row, coding.coders)?, coding, &mut statements, emitter);
        Ok(())
    })?;
    for (document, statement) in statements.rest() {
        emitter.next();
        let message = format!("statement {} is of document {document}, which is not in DOCUMENTS", statement.id);
        emitter.finding("", Code::ReferenceUnknown, "evidence[0].article", message);
    }
    Ok(())
}

fn emit_document(document: Document, coding: &Coding<'_>, statements: &mut Statements, emitter: &mut Emitter<'_>) {
    let Document { id, article, findings } = document;
    // The statements need the text after the record was passed on.
    emitter.record(Kind::Article(article.clone()), findings);
    let text = Utf16Text::new(&article.body);
    for statement in statements.take(id) {
        emitter.next();
        match coding.claim(&statement, statements.values(statement.id), &article, &text) {
            Ok((claim, findings)) => emitter.record(Kind::Claim(claim), findings),
            Err(error) => {
                let message = format!("statement {} of document {id}: {error}", statement.id);
                emitter.finding("", Code::SpanInvalid, "evidence[0].spans[0]", message);
            }
        }
    }
}

#[cfg(test)]
mod tests;
