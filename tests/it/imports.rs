//! Imports of other formats, from the file to the answers of a server.
//!
//! Tests on published data, which cannot be part of this repository, are skipped if the data are missing.

mod debatenet;
mod deltas;
mod dna;
mod follow_the_money;
mod ninjs;
mod round_trip;
pub(crate) mod shared;
use std::path::{Path, PathBuf};

use crate::support::defaults;
use claimd::corpus::{Corpus, Table};
use claimd::source::{Source, load};
use prost::Message;

/// Loads files and folders.
fn load_paths(paths: &[PathBuf]) -> Corpus {
    let sources: Vec<Source> = paths.iter().cloned().map(Source::Path).collect();
    load(&sources, defaults(), false).unwrap()
}

/// Writes a file into a folder, and creates the folders for it.
fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// All records of a table, in the order of their names.
fn all<M: Message + Default>(table: &Table) -> Vec<M> {
    (0..table.len()).map(|id| M::decode(table.encoded(id)).unwrap()).collect()
}

/// The number of articles, actors and claims.
fn counts(corpus: &Corpus) -> (u32, u32, u32) {
    (corpus.articles.table.len(), corpus.actors.table.len(), corpus.claims.table.len())
}

/// Messages of a code, with the name of their file.
fn messages(corpus: &Corpus, code: &str) -> Vec<(String, String)> {
    let of_code = corpus.report.diagnostics.iter().filter(|one| one.code.as_str() == code);
    let name = |file: &str| Path::new(file).file_name().unwrap().to_str().unwrap().to_owned();
    of_code.map(|one| (name(&one.file), one.message.clone())).collect()
}
