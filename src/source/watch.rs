//! Waits until files are others than they were.
//!
//! What the system tells is only a reason to look: what counts is what the files look like (`stamp.rs`). So it does not
//! matter whether a file is written in place, renamed over another, or reached by a link that is turned, as Kubernetes
//! does; nor that the system tells of reading too, or of other files, or loses a message.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Source;
use super::manifest::Manifest;
use super::stamp::Stamp;
use crate::config::ReloadConfig;

/// Why sources cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// One of them is standard input.
    #[error("standard input cannot be watched: give files or folders, or leave --watch out")]
    Stdin,
    /// The system does not tell of changes.
    #[error("the system does not tell of changes to files: {0}")]
    System(#[from] notify::Error),
}

/// Watches files and folders.
pub struct Watch {
    /// Files, folders and manifests as they were given.
    given: Vec<PathBuf>,
    quiet: Duration,
    poll: Duration,
    watcher: RecommendedWatcher,
    /// Holds a message when the system told of something since the last look.
    told: Receiver<()>,
    /// What the files looked like when they were last found changed.
    known: Stamp,
}

impl Watch {
    /// Begins to watch. Changes count from now on, so that what comes in the middle of a first load is not missed.
    pub fn new(sources: &[Source], config: &ReloadConfig) -> Result<Self, WatchError> {
        let mut given = Vec::new();
        for source in sources {
            match source.unwrapped() {
                Source::Path(path) => given.push(path.clone()),
                Source::Stdin => return Err(WatchError::Stdin),
                Source::Demo | Source::As(..) => {}
            }
        }
        let (tell, told) = sync_channel(1);
        let watcher = notify::recommended_watcher(Listener(tell))?;
        let known = Stamp::of(&with_datasets(&given));
        let (quiet, poll) = (config.watch_quiet_seconds, config.watch_poll_seconds);
        let mut watch = Self { given, quiet, poll, watcher, told, known };
        watch.listen();
        Ok(watch)
    }

    /// Waits until the files are others than they were at the start, or when this last came back, and have stayed so for
    /// the quiet time.
    pub fn wait(&mut self) {
        loop {
            let settled = settled(self.known, || self.pause(), || Stamp::of(&with_datasets(&self.given)));
            if settled != self.known {
                self.known = settled;
                // What was put in the place of a folder is watched like the folder.
                self.listen();
                return;
            }
            match self.told.recv_timeout(self.poll) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => thread::sleep(self.poll),
            }
        }
    }

    /// Lets the quiet time go by. What the system told until then is looked at after it.
    fn pause(&self) {
        thread::sleep(self.quiet);
        self.told.try_recv().ok();
    }

    /// Asks the system to tell of everything that can make the files others.
    fn listen(&mut self) {
        for (path, mode) in places(&with_datasets(&self.given)) {
            if let Err(error) = self.watcher.watch(&path, mode) {
                let path = path.display();
                tracing::warn!(%path, %error, poll_seconds = self.poll.as_secs(), "not watched, only looked at now and then");
            }
        }
    }
}

/// Paths, and behind each manifest the paths of its datasets, as it has them now.
fn with_datasets(given: &[PathBuf]) -> Vec<PathBuf> {
    let mut paths = given.to_vec();
    for path in given.iter().filter(|path| Manifest::is_named(path)) {
        // One that cannot be read is itself what has to change.
        let Ok(Ok(manifest)) = Manifest::read(path) else { continue };
        let folder = path.parent().unwrap_or(Path::new(""));
        paths.extend(manifest.datasets.iter().flat_map(|entry| entry.path.list()).map(|path| folder.join(path)));
    }
    paths
}

/// What the files look like when they have not changed during a pause.
fn settled(known: Stamp, mut pause: impl FnMut(), mut look: impl FnMut() -> Stamp) -> Stamp {
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

/// Where to listen: in folders with all that is in them, and in the folder that each path stands in, since a file that is
/// renamed over another is an event of its folder.
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

/// Hears what the system tells.
struct Listener(SyncSender<()>);

impl notify::EventHandler for Listener {
    fn handle_event(&mut self, event: notify::Result<notify::Event>) {
        // The end of writing is told of as an access. Other accesses are reads, our own among them.
        let only_read = event.is_ok_and(|event| match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
            EventKind::Access(_) => true,
            _ => false,
        });
        if !only_read {
            // Full: a look is due already.
            self.0.try_send(()).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        assert_ne!(settled(nothing, &mut write, look), nothing);
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
