//! What stands in a folder.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The paths in a folder in the order of their names, byte by byte, so that every machine reads in the same order.
/// Names that begin with a dot are hidden and left out.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<OsString>>>()?;
    let mut names: Vec<_> = names.into_iter().filter(|name| !is_hidden(name)).collect();
    names.sort_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}
