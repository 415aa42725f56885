//! What files looked like at some time, to see later whether they are others.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::folder;

/// What files and folders looked like: which there were, which file stood behind each name, how long it was and when it
/// was last written. Two stamps of the same paths are equal exactly if nothing of that is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(u64);

impl Stamp {
    /// Looks at paths, at folders with all that is in them.
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        let mut walk = Walk { hasher: DefaultHasher::new(), entered: HashSet::new() };
        for path in paths {
            walk.enter(path);
        }
        Self(walk.hasher.finish())
    }
}

struct Walk {
    hasher: DefaultHasher,
    /// Folders by device and inode, so that a link that leads back up does not lead round for ever.
    entered: HashSet<(u64, u64)>,
}

impl Walk {
    fn enter(&mut self, path: &Path) {
        path.hash(&mut self.hasher);
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.enter_folder(path, &metadata),
            Ok(metadata) => self.note(&metadata),
            Err(error) => error.kind().hash(&mut self.hasher),
        }
    }

    fn enter_folder(&mut self, path: &Path, metadata: &Metadata) {
        if !self.entered.insert((metadata.dev(), metadata.ino())) {
            return;
        }
        match folder::entries(path) {
            Ok(entries) => {
                for entry in entries {
                    self.enter(&entry);
                }
            }
            Err(error) => error.kind().hash(&mut self.hasher),
        }
    }

    /// The change time tells of a file that was put in place of another with the same length and time.
    fn note(&mut self, metadata: &Metadata) {
        let times = (metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec());
        (metadata.dev(), metadata.ino(), metadata.len(), times).hash(&mut self.hasher);
    }
}
