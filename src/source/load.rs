//! Loads sources into a corpus.

use super::progress::{Phase, Progress};
use super::{Intake, Source, read_all};
use crate::corpus::{Builder, Corpus, LoadFailed, MergeRules, ValidatedRecords};
use crate::format::{DnaNames, Format, Parsed, ReadLimits};
use crate::limits::LoadLimits;
use crate::model::{Finding, Places};

/// How sources are loaded.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "server", derive(clap::Args))]
pub struct LoadOptions {
    /// Refuse the whole load on any error, instead of leaving out the records with errors
    #[cfg_attr(feature = "server", arg(long, env = "CLAIMD_STRICT"))]
    #[cfg_attr(feature = "server", arg(value_parser = clap::builder::BoolishValueParser::new()))]
    pub strict: bool,
    /// Format of all files, whatever their names and contents. Default: by name and content of each file
    #[cfg_attr(feature = "server", arg(long, env = "CLAIMD_FORMAT", value_name = "FORMAT"))]
    #[cfg_attr(feature = "server", arg(value_parser = format_parser(Format::ALL)))]
    pub format: Option<Format>,
    /// Limits.
    #[cfg_attr(feature = "server", command(flatten))]
    pub limits: LoadLimits,
    /// Names of the variables in `.dna` databases.
    #[cfg_attr(feature = "server", command(flatten))]
    pub dna: DnaNames,
    /// Show the progress on standard error, as a bar on a terminal, else as log lines. Without the feature `server` nothing
    /// is shown
    #[cfg_attr(feature = "server", arg(skip = true))]
    pub show_progress: bool,
}

impl LoadOptions {
    /// Loads all sources into one corpus. Claims under an embargo that has not ended by now are left out.
    pub fn load(&self, sources: &[Source]) -> Result<Corpus, LoadFailed> {
        self.run(sources, |records, progress| {
            progress.enter(Phase::Indexing);
            Corpus::index(records)
        })
    }

    /// Loads all sources and checks the records, but builds no indexes.
    pub fn validate(&self, sources: &[Source]) -> Result<ValidatedRecords, LoadFailed> {
        self.run(sources, |records, _| records)
    }

    fn run<T: Send>(
        &self,
        sources: &[Source],
        finish: impl FnOnce(ValidatedRecords, &Progress) -> T + Send,
    ) -> Result<T, LoadFailed> {
        let progress = Progress::new();
        #[cfg(feature = "server")]
        let _showing = self.show_progress.then(|| progress.show());
        let reading = ReadLimits { dna: self.dna.clone(), ..ReadLimits::from(&self.limits) };
        on_own_threads(|| {
            let mut builder = Builder::new(self.limits);
            read_all(&self.with_format(sources), &reading, &mut builder, progress.clone());
            progress.enter(Phase::Checking);
            builder.validate(self.strict).map(|records| finish(records, &progress))
        })
    }

    fn with_format(&self, sources: &[Source]) -> Vec<Source> {
        let with_format = |source: &Source| match self.format {
            Some(format) => Source::As(format, Box::new(source.clone())),
            None => source.clone(),
        };
        sources.iter().map(with_format).collect()
    }
}

/// Loads all sources with these limits and the default options. With `strict` any error refuses the load.
pub fn load(sources: &[Source], limits: LoadLimits, strict: bool) -> Result<Corpus, LoadFailed> {
    LoadOptions { strict, limits, ..LoadOptions::default() }.load(sources)
}

/// A parser of the names of some formats.
#[cfg(feature = "server")]
pub(crate) fn format_parser(formats: &'static [Format]) -> impl clap::builder::TypedValueParser<Value = Format> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(formats.iter().map(|format| format.name()))
        .map(|name| Format::named(&name).expect("every possible value is the name of a format"))
}

/// Runs a load on threads of its own, which end with it, so that the allocator gives back their memory.
fn on_own_threads<T: Send>(load: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().build() {
        Ok(threads) => threads.install(load),
        // Where no thread can be started, rayon's global pool still works.
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
