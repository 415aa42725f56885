//! Reloads certificates and credentials when their files change.
//!
//! The content of the files is compared, since orchestrators swap links and times of files are unreliable. Files that are
//! invalid are read again when they change again, and not before, so that the log says it once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::handle::Counters;
use super::tls::{Tls, TlsFiles};
use crate::layer::{Access, Credentials};

/// The files that are watched.
pub(super) struct Secrets {
    tls: Option<(Arc<Tls>, TlsFiles, Seen)>,
    credentials: Option<(Arc<Access>, PathBuf, Seen)>,
    counters: Arc<Counters>,
}

impl Secrets {
    pub(super) fn new(counters: Arc<Counters>) -> Self {
        Self { tls: None, credentials: None, counters }
    }

    /// Watches the files of TLS, which were read just now.
    pub(super) fn watch_tls(&mut self, tls: Arc<Tls>, files: TlsFiles) {
        let seen = Seen::now(files.paths().map(Into::into).collect());
        self.tls = Some((tls, files, seen));
    }

    /// Watches the file of credentials, which was read just now.
    pub(super) fn watch_credentials(&mut self, access: Arc<Access>, path: PathBuf) {
        let seen = Seen::now(vec![path.clone()]);
        self.credentials = Some((access, path, seen));
    }

    /// Looks for changes until it is dropped.
    pub(super) async fn run(mut self, interval: Duration) {
        if self.tls.is_none() && self.credentials.is_none() {
            return;
        }
        loop {
            tokio::time::sleep(interval).await;
            // Files may be on a slow network.
            match tokio::task::spawn_blocking(move || self.look()).await {
                Ok(secrets) => self = secrets,
                Err(_) => return,
            }
        }
    }

    fn look(mut self) -> Self {
        let Self { tls, credentials, counters } = &mut self;
        if let Some((tls, files, seen)) = tls
            && seen.has_changed()
        {
            match files.read() {
                Ok(config) => {
                    tls.replace(config);
                    counters.tls_reloads.add();
                    tracing::info!("certificates reloaded");
                }
                Err(error) => {
                    counters.tls_reload_failures.add();
                    tracing::error!(%error, "changed certificates are invalid; the old ones stay in use");
                }
            }
        }
        if let Some((access, path, seen)) = credentials
            && seen.has_changed()
        {
            match Credentials::read(path) {
                Ok(credentials) => {
                    access.replace(credentials);
                    counters.credentials_reloads.add();
                    tracing::info!("credentials reloaded");
                }
                Err(error) => {
                    counters.credentials_reload_failures.add();
                    tracing::error!(%error, "changed credentials are invalid; the old ones stay in use");
                }
            }
        }
        self
    }
}

/// A hash of the content of files when they were last read.
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
            // A missing file differs from every file.
            Err(_) => {
                hasher.update(&u64::MAX.to_le_bytes());
            }
        }
    }
    hasher.finalize()
}
