//! From sources to a corpus.

use super::progress::{Phase, Progress};
use super::{Intake, Source, read_all};
use crate::config::LoadLimits;
use crate::corpus::{Builder, Corpus, LoadFailed, MergeRules, ValidatedRecords};
use crate::format::{Parsed, ReadLimits};
use crate::model::{Finding, Places};

/// Loads all sources into one corpus. With `strict` any error refuses the load.
pub fn load(sources: &[Source], limits: LoadLimits, strict: bool) -> Result<Corpus, LoadFailed> {
    load_reading(sources, limits, &ReadLimits::from(&limits), strict)
}

/// The same, with more said of how files are read than limits.
pub fn load_reading(
    sources: &[Source],
    limits: LoadLimits,
    reading: &ReadLimits,
    strict: bool,
) -> Result<Corpus, LoadFailed> {
    let progress = Progress::new();
    let _showing = progress.show();
    on_own_threads(|| {
        let records = validate(sources, limits, reading, strict, &progress)?;
        progress.enter(Phase::Indexing);
        Ok(Corpus::index(records))
    })
}

/// The same, but leaves the records without indexes.
pub fn validate_reading(
    sources: &[Source],
    limits: LoadLimits,
    reading: &ReadLimits,
    strict: bool,
) -> Result<ValidatedRecords, LoadFailed> {
    let progress = Progress::new();
    let _showing = progress.show();
    on_own_threads(|| validate(sources, limits, reading, strict, &progress))
}

fn validate(
    sources: &[Source],
    limits: LoadLimits,
    reading: &ReadLimits,
    strict: bool,
    progress: &Progress,
) -> Result<ValidatedRecords, LoadFailed> {
    let mut builder = Builder::new(limits);
    read_all(sources, reading, &mut builder, progress.clone());
    progress.enter(Phase::Checking);
    builder.validate(strict)
}

/// Runs a load on threads of its own, which end with it: an allocator gives back what a thread freed when the thread
/// ends.
fn on_own_threads<T: Send>(load: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().build() {
        Ok(threads) => threads.install(load),
        // A machine that has no thread left still has the threads of the pool that all share.
        Err(_) => load(),
    }
}

impl Intake for Builder {
    fn open(&mut self, file: &str, is_strict: bool) {
        self.open(file, is_strict);
    }

    fn count_by(&mut self, places: Places) {
        self.count_by(places);
    }

    fn take(&mut self, Parsed { line, record, name, findings, op }: Parsed) {
        self.add(line, &name, record, findings, op);
    }

    fn file_finding(&mut self, finding: Finding) {
        self.add_file_finding(finding);
    }

    fn merge(&mut self, merging: MergeRules) {
        self.merge(merging);
    }
}
