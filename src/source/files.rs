//! Files and folders: each file once, links followed.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::dataset::Dataset;
use super::manifest::{ChecksumError, DatasetEntry, Manifest};
use super::progress::Progress;
use super::reader::{Known, Reader};
use super::{Intake, Source, folder};
use crate::format::Format;
use crate::model::Code;

/// Bytes read from a file at once. More saves no time; less costs a call into the system more often.
const READ_BYTES: usize = 256 << 10;

/// Levels of folders whose sizes are looked at: links may lead round for ever.
const MAX_EXPECTED_DEPTH: usize = 8;

/// Reads files and folders, and remembers which.
#[derive(Default)]
pub(super) struct Files {
    /// Canonical paths of what was read: files, so that none is read twice, and folders, so that a link that leads back
    /// up does not lead round for ever.
    seen: HashSet<PathBuf>,
}

impl Files {
    /// Reads a path that was given by name.
    pub(super) fn read<I: Intake>(&mut self, path: &Path, reader: &mut Reader<'_, I>) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                if !self.folder(path, reader) {
                    reader.open(&label(path));
                    reader.note(Code::FolderEmpty, "there is no file of a known format in it, at any depth");
                }
            }
            Ok(_) if Manifest::is_named(path) && reader.format.is_none() => self.manifest(path, reader),
            Ok(_) => {
                self.file(path, Known::Named(path), reader);
            }
            Err(error) => {
                reader.open(&label(path));
                reader.note_unreadable(&error);
            }
        }
    }

    /// Reads the datasets of a manifest.
    fn manifest<I: Intake>(&mut self, path: &Path, reader: &mut Reader<'_, I>) {
        if !self.is_new(path, reader) {
            return;
        }
        reader.open(&label(path));
        let manifest = match Manifest::read(path) {
            Ok(Ok(manifest)) => manifest,
            Ok(Err(error)) => return reader.note_line(error.line, Code::ManifestInvalid, error.message),
            Err(error) => return reader.note_unreadable(&error),
        };
        reader.merge(manifest.merging());
        let folder = path.parent().unwrap_or(Path::new(""));
        for entry in &manifest.datasets {
            self.dataset(entry, folder, reader);
        }
    }

    fn dataset<I: Intake>(&mut self, entry: &DatasetEntry, folder: &Path, reader: &mut Reader<'_, I>) {
        reader.dataset = Some(Dataset::of(entry));
        reader.format = entry.format;
        for path in entry.path.list() {
            let path = folder.join(path);
            match entry.check_sum(&path) {
                Ok(()) if Manifest::is_named(&path) => {
                    reader.open(&label(&path));
                    reader.note(Code::ManifestInvalid, "a manifest names no manifests");
                }
                Ok(()) => self.read(&path, reader),
                Err(ChecksumError::Unreadable(error)) => {
                    reader.open(&label(&path));
                    reader.note_unreadable(&error);
                }
                Err(error) => {
                    reader.open(&label(&path));
                    reader.note(Code::ChecksumDiffers, error.to_string());
                }
            }
        }
        reader.format = None;
        reader.dataset = None;
    }

    /// Reads what is in a folder, and tells whether there was anything to read or to report about it.
    fn folder<I: Intake>(&mut self, path: &Path, reader: &mut Reader<'_, I>) -> bool {
        if !self.is_new(path, reader) {
            return true;
        }
        match folder::entries(path) {
            // Every entry is read, whatever the ones before it were.
            Ok(entries) => entries.iter().filter(|entry| self.entry(entry, reader)).count() > 0,
            Err(error) => {
                reader.open(&label(path));
                reader.note_unreadable(&error);
                true
            }
        }
    }

    /// Reads one entry of a folder, and tells whether it was one to read.
    fn entry<I: Intake>(&mut self, path: &Path, reader: &mut Reader<'_, I>) -> bool {
        let metadata = fs::metadata(path);
        if metadata.as_ref().is_ok_and(Metadata::is_dir) {
            return self.folder(path, reader);
        }
        if !Format::may_be(path) {
            reader.open(&label(path));
            reader.note(Code::FileSkipped, "its name tells no known format");
            return false;
        }
        match metadata {
            // A pipe in a folder would be waited for until somebody writes to it.
            Ok(metadata) if !metadata.is_file() => {
                reader.open(&label(path));
                reader.note(Code::FileSkipped, "is not a regular file");
                false
            }
            // A link to nowhere included: opening it tells why it cannot be read.
            Ok(_) | Err(_) => self.file(path, Known::InFolder(path), reader),
        }
    }

    /// Reads a file, and tells whether it was one to read or to report about.
    fn file<I: Intake>(&mut self, path: &Path, known: Known<'_>, reader: &mut Reader<'_, I>) -> bool {
        if !self.is_new(path, reader) {
            return true;
        }
        reader.open(&label(path));
        match File::open(path) {
            Ok(file) => {
                let file = reader.progress.counted(file);
                reader.read(&mut BufReader::with_capacity(READ_BYTES, file), known)
            }
            Err(error) => {
                reader.note_unreadable(&error);
                true
            }
        }
    }

    fn is_new<I: Intake>(&mut self, path: &Path, reader: &mut Reader<'_, I>) -> bool {
        // A pipe of the shell, `<(…)`, has no canonical path. It stands for itself.
        let canonical = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let is_new = self.seen.insert(canonical);
        if !is_new {
            reader.open(&label(path));
            reader.note(Code::FileSkipped, "was read before, by this or another path");
        }
        is_new
    }
}

/// Tells how much there is to read, as far as the sizes of files say. It is for show: what cannot be looked at is passed
/// over here and reported when it is read.
pub(super) fn expect(source: &Source, progress: &Progress) {
    match source {
        Source::Demo | Source::Stdin => {}
        Source::As(_, source) => expect(source, progress),
        Source::Path(path) => expect_path(path, MAX_EXPECTED_DEPTH, progress),
    }
}

fn expect_path(path: &Path, depth: usize, progress: &Progress) {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() && depth > 0 => {
            for entry in folder::entries(path).unwrap_or_default() {
                expect_path(&entry, depth - 1, progress);
            }
        }
        Ok(metadata) if metadata.is_file() => progress.expect(metadata.len()),
        Ok(_) | Err(_) => {}
    }
}

/// How reports name a path.
fn label(path: &Path) -> String {
    path.display().to_string()
}
