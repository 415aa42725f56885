//! From sources to a corpus.

use super::{Intake, Source, read_all};
use crate::config::LoadLimits;
use crate::corpus::{Builder, Corpus, LoadFailed};
use crate::format::{Parsed, ReadLimits};
use crate::model::Finding;

/// Loads all sources into one corpus. With `strict` any error refuses the load.
pub fn load(sources: &[Source], limits: LoadLimits, strict: bool) -> Result<Corpus, LoadFailed> {
    let mut builder = Builder::new(limits);
    read_all(sources, &ReadLimits { max_line_bytes: limits.max_line_bytes }, &mut builder);
    builder.finish(strict)
}

impl Intake for Builder {
    fn open(&mut self, file: &str) {
        self.open(file);
    }

    fn take(&mut self, Parsed { line, record, name, findings }: Parsed) {
        self.add(line, &name, record, findings);
    }

    fn file_finding(&mut self, finding: Finding) {
        self.add_file_finding(finding);
    }
}
