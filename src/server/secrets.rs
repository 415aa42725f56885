//! Files of secrets, looked at for changes.
//!
//! They are looked at by their content: orchestrators swap links, and times of files say little. What was wrong once is
//! tried again when it changes again, and not before, so that the log says it once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Counters;
use super::tls::{Tls, TlsFiles};
use crate::layer::{Access, Roster};

/// What is looked at.
pub(super) struct Secrets {
    tls: Option<(Arc<Tls>, TlsFiles, Seen)>,
    roster: Option<(Arc<Access>, PathBuf, Seen)>,
    counters: Arc<Counters>,
}

impl Secrets {
    pub(super) fn new(counters: Arc<Counters>) -> Self {
        Self { tls: None, roster: None, counters }
    }

    /// Looks at the files of encryption, which were read just now.
    pub(super) fn watch_tls(&mut self, tls: Arc<Tls>, files: TlsFiles) {
        let seen = Seen::now(files.paths().map(Into::into).collect());
        self.tls = Some((tls, files, seen));
    }

    /// Looks at the list of those who may call, which was read just now.
    pub(super) fn watch_roster(&mut self, access: Arc<Access>, path: PathBuf) {
        let seen = Seen::now(vec![path.clone()]);
        self.roster = Some((access, path, seen));
    }

    /// Looks for changes for ever.
    pub(super) async fn run(mut self, interval: Duration) {
        if self.tls.is_none() && self.roster.is_none() {
            return;
        }
        loop {
            tokio::time::sleep(interval).await;
            // Files may be far away.
            match tokio::task::spawn_blocking(move || self.look()).await {
                Ok(secrets) => self = secrets,
                Err(_) => return,
            }
        }
    }

    fn look(mut self) -> Self {
        let Self { tls, roster, counters } = &mut self;
        if let Some((tls, files, seen)) = tls
            && seen.has_changed()
        {
            match files.read() {
                Ok(config) => {
                    tls.replace(config);
                    counters.tls_reloads.add();
                    tracing::info!("certificates were read again");
                }
                Err(error) => {
                    counters.tls_reload_failures.add();
                    tracing::error!(%error, "the certificates have changed and cannot be used; the old ones stay");
                }
            }
        }
        if let Some((access, path, seen)) = roster
            && seen.has_changed()
        {
            match Roster::read(path) {
                Ok(roster) => {
                    access.replace(roster);
                    counters.roster_reloads.add();
                    tracing::info!("the list of those who may call was read again");
                }
                Err(error) => {
                    counters.roster_reload_failures.add();
                    tracing::error!(%error, "the list of those who may call has changed and cannot be used; the old one stays");
                }
            }
        }
        self
    }
}

/// The content of files when they were last looked at, as a hash.
struct Seen {
    paths: Vec<PathBuf>,
    hash: blake3::Hash,
}

impl Seen {
    fn now(paths: Vec<PathBuf>) -> Self {
        let hash = hash(&paths);
        Self { paths, hash }
    }

    fn has_changed(&mut self) -> bool {
        let now = hash(&self.paths);
        std::mem::replace(&mut self.hash, now) != now
    }
}

fn hash(paths: &[PathBuf]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for path in paths {
        match std::fs::read(path) {
            Ok(content) => {
                hasher.update(&(content.len() as u64).to_le_bytes()).update(&content);
            }
            // A file that is not there differs from every file.
            Err(_) => {
                hasher.update(&u64::MAX.to_le_bytes());
            }
        }
    }
    hasher.finalize()
}
