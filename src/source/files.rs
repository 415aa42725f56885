//! Files and folders: each file once, links followed.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::reader::{Known, Reader};
use super::{Intake, folder};
use crate::format::Format;
use crate::model::Code;

/// Bytes read from a file at once. More saves no time; less costs a call into the system more often.
const READ_BYTES: usize = 256 << 10;

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
            Ok(_) => {
                self.file(path, Known::Named(path), reader);
            }
            Err(error) => {
                reader.open(&label(path));
                reader.note_unreadable(&error);
            }
        }
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
            Ok(file) => reader.read(&mut BufReader::with_capacity(READ_BYTES, file), known),
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

/// How reports name a path.
fn label(path: &Path) -> String {
    path.display().to_string()
}
