//! The output: a file that is replaced atomically, or standard output.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::format::{Compression, Format, Packer};

/// Size of the write buffer in bytes.
const WRITE_BYTES: usize = 256 << 10;

/// The output of a conversion.
pub(super) struct Target<'p> {
    path: &'p Path,
    compression: Option<Compression>,
}

impl<'p> Target<'p> {
    pub(super) fn new(path: &'p Path) -> Self {
        Self { path, compression: Compression::of_name(path).map(|(compression, _)| compression) }
    }

    /// The format that belongs to the name of the file.
    pub(super) fn format(&self) -> Option<Format> {
        if self.is_standard_output() {
            return Some(Format::Ndjson);
        }
        Format::of_name(self.path).filter(|format| Format::WRITTEN.contains(format))
    }

    fn is_standard_output(&self) -> bool {
        self.path == Path::new("-")
    }

    /// Runs `write`. A file is written under a temporary name in the same folder, synced to disk, and renamed, so that
    /// readers see either the old file or the complete new one. If `write` returns None, the temporary file is removed.
    pub(super) fn write<T>(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<Option<T>>,
    ) -> io::Result<Option<T>> {
        if self.is_standard_output() {
            return self.write_into(io::stdout().lock(), write).map(|(_, written)| written);
        }
        // The target of a symbolic link is replaced, not the link. A pipe or device is written to directly.
        let place = fs::canonicalize(self.path).unwrap_or_else(|_| self.path.to_owned());
        if fs::metadata(&place).is_ok_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(&place)?;
            return self.write_into(file, write).map(|(_, written)| written);
        }
        let partial = partial(&place);
        let outcome = self.write_file(&partial, &place, write);
        if !matches!(outcome, Ok(Some(_))) {
            fs::remove_file(&partial).ok();
        }
        outcome
    }

    fn write_file<T>(
        &self,
        partial: &Path,
        place: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<Option<T>>,
    ) -> io::Result<Option<T>> {
        let (file, written) = self.write_into(File::create(partial)?, write)?;
        if written.is_some() {
            file.sync_all()?;
            fs::rename(partial, place)?;
            // The rename is durable once the folder is synced.
            let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()?;
        }
        Ok(written)
    }

    fn write_into<W: Write, T>(
        &self,
        output: W,
        write: impl FnOnce(&mut dyn Write) -> io::Result<Option<T>>,
    ) -> io::Result<(W, Option<T>)> {
        let buffered = BufWriter::with_capacity(WRITE_BYTES, output);
        let mut packer = Packer::new(buffered, self.compression)?;
        let written = write(&mut packer)?;
        let buffered = packer.finish()?;
        Ok((buffered.into_inner().map_err(io::IntoInnerError::into_error)?, written))
    }
}

/// The temporary file. Its name begins with a dot, so that a load of the folder skips it.
fn partial(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{}.partial", std::process::id()))
}
