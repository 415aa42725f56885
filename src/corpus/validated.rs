//! Validated records: the outcome of a load before indexing.

use std::time::Instant;

use super::report::LoadReport;
use super::table::Table;

/// The records of a load that passed every check. Enough to write them to a file; a corpus is needed to query them.
pub struct ValidatedRecords {
    /// The articles.
    pub articles: Table,
    /// The actors.
    pub actors: Table,
    /// The claims.
    pub claims: Table,
    /// The findings of the load.
    pub report: LoadReport,
    /// Start of the load.
    pub(super) started: Instant,
}

/// Bytes of the hash that a revision keeps: 128 bits make a collision of two corpora practically impossible.
const REVISION_BYTES: usize = 16;

impl ValidatedRecords {
    /// The revision: a hash of the content. Each table is hashed in its own order, so that the revision depends on the
    /// records alone, not on files, lines or the order of the input.
    pub fn revision(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for table in [&self.articles, &self.actors, &self.claims] {
            hasher.update(&table.len().to_le_bytes());
            for id in 0..table.len() {
                let record = table.encoded(id);
                hasher.update(&(record.len() as u64).to_le_bytes());
                hasher.update(record);
            }
        }
        hasher.finalize().to_hex()[..2 * REVISION_BYTES].to_owned()
    }
}
