//! Manifests: a TOML file that lists datasets, each with its own settings.
//!
//! ```toml
//! merge_actors_by = ["wikidata", "lei"]
//! merge_articles_by_url = true
//!
//! [[dataset]]
//! name = "elections"
//! path = "elections/claims.ndjson.gz"   # or a list of files and folders
//! format = "ndjson"                     # else by name and content
//! namespace = "elections"
//! license = "CC-BY-4.0"
//! strict = true
//! sha256 = "…"                          # of the one file
//! ```
//!
//! A path that is given explicitly and ends in `.toml` is read as a manifest. A `.toml` file in a folder is skipped, since
//! many tools keep such files. Paths in a manifest are relative to its folder.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::corpus::MergeRules;
use crate::format::Format;

/// Largest manifest in bytes. Ten thousand datasets take far less.
const MAX_MANIFEST_BYTES: u64 = 16 << 20;

/// Size of the read buffer for hashing in bytes.
const HASH_BYTES: usize = 256 << 10;

/// The content of a manifest.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    #[serde(default)]
    merge_actors_by: Vec<String>,
    #[serde(default)]
    merge_articles_by_url: bool,
    #[serde(default, rename = "dataset")]
    pub(super) datasets: Vec<DatasetEntry>,
}

/// One dataset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DatasetEntry {
    /// Its name. Required and unique.
    pub(super) name: String,
    /// Files and folders, relative to the manifest. Required.
    pub(super) path: Paths,
    /// Format of its files. Default: by name and content.
    #[serde(default, deserialize_with = "format")]
    pub(super) format: Option<Format>,
    /// Prefix of the ids of its records, followed by a full stop.
    pub(super) namespace: Option<String>,
    /// Licence of records without one.
    pub(super) license: Option<String>,
    /// Whether any error in the dataset refuses the load.
    #[serde(default)]
    pub(super) strict: bool,
    /// SHA-256 of its only file, in hexadecimal digits. A file with another hash is not read.
    sha256: Option<String>,
}

/// One path or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Paths {
    One(PathBuf),
    Several(Vec<PathBuf>),
}

impl Paths {
    pub(super) fn list(&self) -> &[PathBuf] {
        match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Several(paths) => paths,
        }
    }
}

/// Why a manifest cannot be used.
#[derive(Debug)]
pub(super) struct ManifestError {
    /// Line of the manifest, counted from 1; 0 for the whole.
    pub(super) line: u32,
    pub(super) message: String,
}

/// Why a file of a dataset is not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChecksumError {
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("its SHA-256 is {found}, and the manifest says {said}")]
    Differs { found: String, said: String },
}

fn format<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Format>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let format = Format::named(&name);
    format.map(Some).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        serde::de::Error::custom(format!("{name:?} is no format; formats are {}", known.join(", ")))
    })
}

impl Manifest {
    /// Whether a path names a manifest.
    pub(super) fn is_named(path: &Path) -> bool {
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
    }

    /// Reads a manifest and validates everything except the files of its datasets.
    pub(super) fn read(path: &Path) -> io::Result<Result<Self, ManifestError>> {
        if fs::metadata(path)?.len() > MAX_MANIFEST_BYTES {
            let message = format!("a manifest has at most {MAX_MANIFEST_BYTES} bytes");
            return Ok(Err(ManifestError { line: 0, message }));
        }
        Ok(Self::parse(&fs::read_to_string(path)?))
    }

    fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            ManifestError { line: u32::try_from(line).unwrap_or(u32::MAX), message: error.message().to_owned() }
        })?;
        match manifest.fault() {
            Some(message) => Err(ManifestError { line: 0, message }),
            None => Ok(manifest),
        }
    }

    fn fault(&self) -> Option<String> {
        if self.datasets.is_empty() {
            return Some("it has no [[dataset]]".to_owned());
        }
        let mut names = HashSet::new();
        self.datasets.iter().find_map(|dataset| {
            let fault = dataset.fault();
            let is_new = names.insert(&dataset.name);
            fault.or_else(|| (!is_new).then(|| format!("two datasets have the name {:?}", dataset.name)))
        })
    }

    /// Which records of different datasets are merged.
    pub(super) fn merging(&self) -> MergeRules {
        MergeRules { actors_by: self.merge_actors_by.clone(), articles_by_url: self.merge_articles_by_url }
    }
}

impl DatasetEntry {
    fn fault(&self) -> Option<String> {
        let name = &self.name;
        if name.trim().is_empty() {
            return Some("a dataset has an empty name".to_owned());
        }
        if self.path.list().is_empty() {
            return Some(format!("the dataset {name:?} has no path"));
        }
        let is_id = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte));
        if self.namespace.as_deref().is_some_and(|namespace| namespace.is_empty() || !is_id(namespace)) {
            return Some(format!("the namespace of {name:?} is not made of [A-Za-z0-9._~-]"));
        }
        let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if self.sha256.as_deref().is_some_and(|hash| !is_hash(hash)) {
            return Some(format!("the sha256 of {name:?} is not 64 hexadecimal digits"));
        }
        (self.sha256.is_some() && self.path.list().len() > 1)
            .then(|| format!("{name:?} has a sha256 and several paths; it holds for one file"))
    }

    /// Compares the SHA-256 of the file at `path` with the manifest, if the manifest has one.
    pub(super) fn check_sum(&self, path: &Path) -> Result<(), ChecksumError> {
        let Some(said) = &self.sha256 else { return Ok(()) };
        let mut hasher = Sha256::new();
        let mut file = BufReader::with_capacity(HASH_BYTES, File::open(path)?);
        loop {
            let chunk = file.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            hasher.update(chunk);
            let taken = chunk.len();
            file.consume(taken);
        }
        let found = format!("{:x}", Bytes::copy_from_slice(&hasher.finalize()));
        if found.eq_ignore_ascii_case(said) {
            return Ok(());
        }
        Err(ChecksumError::Differs { found, said: said.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (u32, String) {
        let error = Manifest::parse(text).unwrap_err();
        (error.line, error.message)
    }

    #[test]
    fn a_manifest_lists_datasets_and_how_they_are_merged() {
        let text = "merge_actors_by = [\"wikidata\"]\n[[dataset]]\nname = \"a\"\npath = \"a.ndjson\"\n\
            [[dataset]]\nname = \"b\"\npath = [\"b\", \"c\"]\nformat = \"binary\"\nstrict = true\n";
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!(manifest.merging().actors_by, ["wikidata"]);
        assert_eq!(manifest.datasets[1].path.list().len(), 2);
        assert_eq!((manifest.datasets[1].format, manifest.datasets[1].strict), (Some(Format::Binary), true));
    }

    #[test]
    fn errors_are_reported_with_their_line() {
        let (line, message) = fault("[[dataset]]\nname = \"a\"\npath = \"p\"\ncolour = \"red\"\n");
        assert!(line == 4 && message.contains("colour"), "{line} {message}");
        let (line, message) = fault("[[dataset]]\nname = \"a\"\npath = \"p\"\nformat = \"word\"\n");
        assert!(line == 4 && message.contains("\"word\" is no format; formats are"), "{line} {message}");
        assert_eq!(fault("x = ").0, 1);
        assert!(fault("merge_articles_by_url = true").1.contains("no [[dataset]]"));
        let twice = "[[dataset]]\nname = \"a\"\npath = \"p\"\n".repeat(2);
        assert!(fault(&twice).1.contains("two datasets"));
        for (key, value, says) in [
            ("namespace", "\"a b\"", "[A-Za-z0-9._~-]"),
            ("sha256", "\"12\"", "64 hexadecimal"),
            ("path", "[]", "no path"),
            ("name", "\" \"", "empty name"),
        ] {
            let keys = [("name", "\"a\""), ("path", "\"p\"")].into_iter().filter(|(other, _)| *other != key);
            let lines: Vec<String> =
                keys.chain([(key, value)]).map(|(key, value)| format!("{key} = {value}")).collect();
            let (_, message) = fault(&format!("[[dataset]]\n{}", lines.join("\n")));
            assert!(message.contains(says), "{key}: {message}");
        }
    }
}
