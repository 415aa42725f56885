//! Records that passed every check, before they are indexed.

use std::time::Instant;

use super::Corpus;
use super::report::LoadReport;
use super::revision::revision;
use super::table::Table;

/// Records that passed every check, before they are indexed: enough to write them, not to ask them anything.
pub struct Settled {
    /// The articles.
    pub articles: Table,
    /// The actors.
    pub actors: Table,
    /// The claims.
    pub claims: Table,
    /// What the load found.
    pub report: LoadReport,
    pub(super) started: Instant,
}

impl Settled {
    /// Hash of the content, as the corpus of these records has it.
    pub fn revision(&self) -> String {
        revision([&self.articles, &self.actors, &self.claims])
    }

    /// Indexes the records.
    pub fn index(self) -> Corpus {
        Corpus::index(self)
    }
}
