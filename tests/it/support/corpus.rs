//! Corpora: the demo, or whatever a test writes.

use std::io::Write;

use claimd::config::LoadLimits;
use claimd::corpus::{Corpus, LoadFailed};
use claimd::source::{Source, load};
use tempfile::NamedTempFile;

use super::defaults;

/// The built-in demo corpus.
pub(crate) fn demo() -> Corpus {
    load(&[Source::Demo], defaults(), true).unwrap()
}

/// Loads files of these texts, in this order.
pub(crate) fn load_files(texts: &[&str], limits: LoadLimits) -> Result<Corpus, LoadFailed> {
    let files: Vec<NamedTempFile> = texts.iter().map(|text| file(text)).collect();
    let sources: Vec<Source> = files.iter().map(|file| Source::from(file.path().to_str().unwrap())).collect();
    load(&sources, limits, false)
}

/// Loads one file of this text.
pub(crate) fn load_text(text: &str) -> Result<Corpus, LoadFailed> {
    load_files(&[text], defaults())
}

/// A corpus from text that has no error in it.
pub(crate) fn corpus_of(text: &str) -> Corpus {
    let corpus = load_text(text).unwrap();
    assert_eq!(corpus.report.errors, 0, "{:#?}", corpus.report.diagnostics);
    corpus
}

fn file(text: &str) -> NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".ndjson").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.flush().unwrap();
    file
}
