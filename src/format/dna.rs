//! Databases of the Discourse Network Analyzer, version 3: one SQLite file with texts, and passages of them coded by who
//! says what for whom.
//!
//! Reading order: [`database`] opens the file, [`codebook`] finds the statement type and what its variables mean,
//! [`entities`] makes actors, [`documents`] articles, [`statements`] and [`claims`] claims. Offsets in the file count
//! UTF-16 code units, which [`offsets`] turns into code points.

mod claims;
mod codebook;
mod database;
mod documents;
mod entities;
mod offsets;
mod row;
mod statements;

use std::io::{self, BufRead};

use rusqlite::Connection;

use self::claims::Coding;
use self::codebook::{Codebook, CodebookError};
use self::database::{Database, DatabaseError};
use self::documents::Document;
use self::entities::Entities;
use self::offsets::Utf16Text;
use self::statements::Statements;
use super::emit::Emitter;
use super::whole::read_whole;
use super::{Parsed, ReadLimits};
use crate::config::DnaNames;
use crate::model::Code;
use crate::proto::v1::record::Record as Kind;

/// Why a database is not read to its end.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Codebook(CodebookError),
    #[error("SQLite cannot read on: {0}")]
    Corrupt(#[from] rusqlite::Error),
}

/// Whether the first bytes of a file are a database. Whose it is, they do not tell.
pub(super) fn recognises(head: &[u8]) -> bool {
    head.starts_with(database::MAGIC)
}

/// Reads a database to its end; it has to be in memory as a whole.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    match read_whole(input, limits, sink)? {
        // An empty file is reported as one, in whatever format.
        Some(bytes) if !bytes.is_empty() => read_bytes(bytes, &limits.dna, sink),
        Some(_) | None => {}
    }
    Ok(())
}

/// Reads a database from its bytes. Records are numbered as they come: actors, then each article with its claims.
fn read_bytes(bytes: Vec<u8>, names: &DnaNames, sink: &mut dyn FnMut(Parsed)) {
    let mut emitter = Emitter::new(sink);
    if let Err(error) = read_all(bytes, names, &mut emitter) {
        let code = match error {
            ReadError::Database(DatabaseError::Foreign(_)) | ReadError::Codebook(_) => Code::DatabaseForeign,
            ReadError::Database(_) | ReadError::Corrupt(_) => Code::DatabaseInvalid,
        };
        emitter.at(0);
        emitter.finding("", code, "", error.to_string());
    }
    emitter.finish();
}

fn read_all(bytes: Vec<u8>, names: &DnaNames, emitter: &mut Emitter<'_>) -> Result<(), ReadError> {
    let Database { connection, had_log } = Database::open(bytes)?;
    if had_log {
        let message = "it was in use with a write-ahead log; what stands only in the -wal file beside it is not read";
        emitter.finding("", Code::DatabaseLogged, "", message);
    }
    let codebook = Codebook::read(&connection, names).map_err(|error| match error {
        CodebookError::Database(error) => ReadError::Corrupt(error),
        other @ CodebookError::NoneFits { .. } => ReadError::Codebook(other),
    })?;
    let entities = Entities::read(&connection, emitter)?;
    let statements = Statements::read(&connection, &codebook, emitter)?;
    let coders = documents::coders(&connection, emitter)?;
    entities.emit_actors(&codebook, emitter);
    let coding = Coding { codebook: &codebook, entities: &entities, coders: &coders };
    emit_documents(&connection, &coding, statements, emitter)?;
    Ok(())
}

/// Hands over each document with its statements.
fn emit_documents(
    connection: &Connection,
    coding: &Coding<'_>,
    mut statements: Statements,
    emitter: &mut Emitter<'_>,
) -> Result<(), rusqlite::Error> {
    let mut query = connection.prepare(documents::QUERY)?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        emitter.next();
        match Document::of(row, coding.coders) {
            Ok(document) => emit_document(document, coding, &mut statements, emitter),
            Err(error) => emitter.finding("", Code::ValueInvalid, "", format!("a row of DOCUMENTS: {error}")),
        }
    }
    for (document, statement) in statements.rest() {
        emitter.next();
        let message = format!("statement {} stands in document {document}, which is not in DOCUMENTS", statement.id);
        emitter.finding("", Code::ReferenceUnknown, "evidence[0].article", message);
    }
    Ok(())
}

fn emit_document(document: Document, coding: &Coding<'_>, statements: &mut Statements, emitter: &mut Emitter<'_>) {
    let Document { id, article, findings } = document;
    // The sink takes the record; the statements still need its text.
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
