//! Progress of a load: its phase and the bytes that are read.

#[cfg(feature = "server")]
mod view;

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A phase of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Reading files.
    Reading,
    /// Checking references and quotes, which needs all records.
    Checking,
    /// Building the indexes.
    Indexing,
}

/// Progress of a load, shared with the thread that shows it.
#[derive(Clone)]
pub(super) struct Progress(Arc<Counts>);

struct Counts {
    phase: Mutex<Phase>,
    /// Bytes of all files that are known so far.
    total: AtomicU64,
    read: AtomicU64,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self(Arc::new(Counts { phase: Mutex::new(Phase::Reading), total: AtomicU64::new(0), read: AtomicU64::new(0) }))
    }

    /// Adds to the bytes that are to be read.
    pub(super) fn expect(&self, bytes: u64) {
        self.0.total.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Enters a phase.
    pub(super) fn enter(&self, phase: Phase) {
        *self.0.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    /// A reader that counts the bytes it reads.
    pub(super) fn counted<R: Read>(&self, file: R) -> Counted<R> {
        Counted { file, progress: self.clone() }
    }
}

/// A reader that counts the bytes it reads.
pub(super) struct Counted<R> {
    file: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.file.read(buffer)?;
        self.progress.0.read.fetch_add(taken as u64, Ordering::Relaxed);
        Ok(taken)
    }
}
