//! Reads files and folders. Each file is read once; symbolic links are followed.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::dataset::Dataset;
use super::manifest::{ChecksumError, DatasetEntry, Manifest};
use super::progress::Progress;
use super::reader::{Known, Reader};
use super::{Intake, Source};
use crate::format::Format;
use crate::model::Code;

/// Size of the read buffer in bytes. A larger one saves no time; a smaller one needs more system calls.
const READ_BYTES: usize = 256 << 10;

/// Depth of folders whose sizes are added up for the progress. Symbolic links can form cycles.
const MAX_EXPECTED_DEPTH: usize = 8;

/// Reads files and folders, and remembers their paths.
#[derive(Default)]
pub(super) struct Files {
    /// Canonical paths of the files and folders read so far, so that no file is read twice and cycles of symbolic links
    /// end.
    seen: HashSet<PathBuf>,
}

impl Files {
    /// Reads a path that was given explicitly.
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

    /// Reads the files of a folder. Returns whether anything was read or reported.
    fn folder<I: Intake>(&mut self, path: &Path, reader: &mut Reader<'_, I>) -> bool {
        if !self.is_new(path, reader) {
            return true;
        }
        match entries(path) {
            // `count` and not `any`: every entry has to be read.
            Ok(entries) => entries.iter().filter(|entry| self.entry(entry, reader)).count() > 0,
            Err(error) => {
                reader.open(&label(path));
                reader.note_unreadable(&error);
                true
            }
        }
    }

    /// Reads an entry of a folder. Returns whether it had a known format.
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
            // Opening a pipe would block until a process writes to it.
            Ok(metadata) if !metadata.is_file() => {
                reader.open(&label(path));
                reader.note(Code::FileSkipped, "is not a regular file");
                false
            }
            // Includes broken links: opening one gives the reason why it cannot be read.
            Ok(_) | Err(_) => self.file(path, Known::InFolder(path), reader),
        }
    }

    /// Reads a file. Returns whether anything was read or reported.
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
        // A pipe of the shell, `<(…)`, has no canonical path.
        let canonical = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let is_new = self.seen.insert(canonical);
        if !is_new {
            reader.open(&label(path));
            reader.note(Code::FileSkipped, "was read before, by this or another path");
        }
        is_new
    }
}

/// Adds the sizes of the files of a source to the progress. Errors are ignored here and reported when the file is read.
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
            for entry in entries(path).unwrap_or_default() {
                expect_path(&entry, depth - 1, progress);
            }
        }
        Ok(metadata) if metadata.is_file() => progress.expect(metadata.len()),
        Ok(_) | Err(_) => {}
    }
}

/// The name of a path in reports.
fn label(path: &Path) -> String {
    path.display().to_string()
}

/// The paths in a folder, sorted by the bytes of their names, so that the order is the same on every machine. Names that
/// begin with a dot are hidden and left out.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<OsString>>>()?;
    let mut names: Vec<_> = names.into_iter().filter(|name| !is_hidden(name)).collect();
    names.sort_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}
