//! Watches files and folders for changes.
//!
//! Events of the system only trigger a comparison; what counts is the [`Stamp`] of the files. So it does not matter whether
//! a file is written in place, replaced by a rename, or reached by a symbolic link that is switched, as Kubernetes does;
//! nor that events are also sent for reads and for other files, or get lost.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Source;
use super::files::entries;
use super::manifest::Manifest;
use crate::config::ReloadConfig;

/// Why sources cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// One of the sources is standard input.
    #[error("standard input cannot be watched: give files or folders, or leave --watch out")]
    Stdin,
    /// The system does not report changes.
    #[error("the system does not report changes to files: {0}")]
    System(#[from] notify::Error),
}

/// Watches files and folders.
pub struct Watch {
    /// Files, folders and manifests as given.
    given: Vec<PathBuf>,
    quiet: Duration,
    poll: Duration,
    watcher: RecommendedWatcher,
    /// Holds a message if an event came since the last comparison.
    events: Receiver<()>,
    /// The stamp of the files at the last change.
    known: Stamp,
}

impl Watch {
    /// Starts to watch. Changes from now on count, so that a change during the first load is not missed.
    pub fn new(sources: &[Source], config: &ReloadConfig) -> Result<Self, WatchError> {
        let mut given = Vec::new();
        for source in sources {
            match source.unwrapped() {
                Source::Path(path) => given.push(path.clone()),
                Source::Stdin => return Err(WatchError::Stdin),
                Source::Demo | Source::As(..) => {}
            }
        }
        let (sender, events) = sync_channel(1);
        let watcher = notify::recommended_watcher(Listener(sender))?;
        let known = Stamp::of(&with_datasets(&given));
        let (quiet, poll) = (config.watch_quiet_seconds, config.watch_poll_seconds);
        let mut watch = Self { given, quiet, poll, watcher, events, known };
        watch.listen();
        Ok(watch)
    }

    /// Blocks until the files have changed since the start, or since the last return, and have then not changed for the
    /// quiet time.
    pub fn wait(&mut self) {
        loop {
            let unchanged =
                wait_until_unchanged(self.known, || self.pause(), || Stamp::of(&with_datasets(&self.given)));
            if unchanged != self.known {
                self.known = unchanged;
                // A folder that was replaced has to be watched anew.
                self.listen();
                return;
            }
            match self.events.recv_timeout(self.poll) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => thread::sleep(self.poll),
            }
        }
    }

    /// Sleeps for the quiet time. Events until then are covered by the comparison after it.
    fn pause(&self) {
        thread::sleep(self.quiet);
        self.events.try_recv().ok();
    }

    /// Subscribes to events of all folders in which the files can change.
    fn listen(&mut self) {
        for (path, mode) in places(&with_datasets(&self.given)) {
            if let Err(error) = self.watcher.watch(&path, mode) {
                let path = path.display();
                tracing::warn!(%path, %error, poll_seconds = self.poll.as_secs(), "cannot be watched; polling instead");
            }
        }
    }
}

/// The paths, and the paths of the datasets that each manifest lists now.
fn with_datasets(given: &[PathBuf]) -> Vec<PathBuf> {
    let mut paths = given.to_vec();
    for path in given.iter().filter(|path| Manifest::is_named(path)) {
        // A manifest that cannot be read has to change itself.
        let Ok(Ok(manifest)) = Manifest::read(path) else { continue };
        let folder = path.parent().unwrap_or(Path::new(""));
        paths.extend(manifest.datasets.iter().flat_map(|entry| entry.path.list()).map(|path| folder.join(path)));
    }
    paths
}

/// The stamp of the files once it stays the same during a pause.
fn wait_until_unchanged(known: Stamp, mut pause: impl FnMut(), mut look: impl FnMut() -> Stamp) -> Stamp {
    let mut seen = known;
    loop {
        pause();
        let now = look();
        if now == seen {
            return now;
        }
        seen = now;
    }
}

/// What to subscribe to: folders with everything in them, and the parent folder of each path, since a rename over a file is
/// an event of its folder.
fn places(paths: &[PathBuf]) -> BTreeMap<PathBuf, RecursiveMode> {
    let parents = paths.iter().filter_map(|path| {
        let parent = path.parent()?;
        Some(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
    });
    let mut places: BTreeMap<_, _> = parents.map(|path| (path.to_owned(), RecursiveMode::NonRecursive)).collect();
    let folders = paths.iter().filter(|path| path.is_dir());
    places.extend(folders.map(|path| (path.clone(), RecursiveMode::Recursive)));
    places
}

/// Receives events of the system.
struct Listener(SyncSender<()>);

impl notify::EventHandler for Listener {
    fn handle_event(&mut self, event: notify::Result<notify::Event>) {
        // The close after writing is an access event. Other access events are reads, including those of a load.
        let only_read = event.is_ok_and(|event| match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
            EventKind::Access(_) => true,
            _ => false,
        });
        if !only_read {
            // Full: a comparison is pending already.
            self.0.try_send(()).ok();
        }
    }
}

/// A hash of the metadata of files and folders: names, inodes, lengths, modification and change times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp(u64);

impl Stamp {
    /// The stamp of these paths, including everything in folders.
    fn of(paths: &[PathBuf]) -> Self {
        let mut walk = Walk { hasher: DefaultHasher::new(), entered: HashSet::new() };
        for path in paths {
            walk.enter(path);
        }
        Self(walk.hasher.finish())
    }
}

struct Walk {
    hasher: DefaultHasher,
    /// Folders by device and inode, so that cycles of symbolic links end.
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
        match entries(path) {
            Ok(entries) => {
                for entry in entries {
                    self.enter(&entry);
                }
            }
            Err(error) => error.kind().hash(&mut self.hasher),
        }
    }

    /// The change time detects a file that replaces another one of the same length and modification time.
    fn note(&mut self, metadata: &Metadata) {
        let times = (metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec());
        (metadata.dev(), metadata.ino(), metadata.len(), times).hash(&mut self.hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_still_being_written_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let paths = [folder.path().to_owned()];
        let look = || Stamp::of(&paths);
        let nothing = look();
        let mut left = ["one", "two", "three"].into_iter();
        let mut pauses = 0;
        let mut write = || {
            pauses += 1;
            if let Some(piece) = left.next() {
                fs::write(folder.path().join("data.ndjson"), piece.repeat(pauses)).unwrap();
            }
        };
        assert_ne!(wait_until_unchanged(nothing, &mut write, look), nothing);
        assert_eq!(pauses, 4, "after each piece, and once when nothing more came");
    }

    #[test]
    fn every_way_to_change_a_file_is_seen_and_reading_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a/data.ndjson"), folder.path().join("other"));
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(&path, "1234").unwrap();
        fs::write(&other, "5678").unwrap();
        let paths = [folder.path().join("a"), folder.path().join("nowhere")];
        let mut seen = vec![Stamp::of(&paths)];
        fs::read(&path).unwrap();
        assert_eq!(Stamp::of(&paths), seen[0]);
        let changes: [&dyn Fn(); 5] = [
            &|| fs::write(&path, "12345").unwrap(),
            &|| fs::rename(&other, &path).unwrap(),
            &|| fs::write(folder.path().join("a/more.ndjson"), "").unwrap(),
            &|| fs::remove_file(&path).unwrap(),
            &|| fs::write(folder.path().join("nowhere"), "").unwrap(),
        ];
        for change in changes {
            change();
            let now = Stamp::of(&paths);
            assert!(!seen.contains(&now), "after {} changes", seen.len());
            seen.push(now);
        }
        // A hidden file is not loaded either.
        fs::write(folder.path().join("a/.hidden"), "").unwrap();
        assert_eq!(Stamp::of(&paths), seen[5]);
    }

    #[test]
    fn the_datasets_of_a_manifest_are_watched_as_it_names_them() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = folder.path().join("all.toml");
        let name = |path: &str| fs::write(&manifest, format!("[[dataset]]\nname = \"x\"\npath = {path:?}\n")).unwrap();
        let given = [manifest.clone()];
        assert_eq!(with_datasets(&given), given);
        name("one.ndjson");
        assert_eq!(with_datasets(&given), [manifest.clone(), folder.path().join("one.ndjson")]);
        let before = Stamp::of(&with_datasets(&given));
        fs::write(folder.path().join("one.ndjson"), "x").unwrap();
        assert_ne!(Stamp::of(&with_datasets(&given)), before);
        name("two");
        assert_eq!(with_datasets(&given), [manifest.clone(), folder.path().join("two")]);
    }

    #[test]
    fn a_folder_that_a_link_leads_back_into_is_looked_at_once() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("back")).unwrap();
        let paths = [folder.path().to_owned()];
        assert_eq!(Stamp::of(&paths), Stamp::of(&paths));
    }
}
