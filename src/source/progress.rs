//! How far a load has come, for those who wait for it.

mod view;

use std::io::{self, IsTerminal, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use self::view::View;

/// Time between looks at how far the load has come.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What a load is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Reading files.
    Reading,
    /// Checking what needs to know all records: references, quotes.
    Checking,
    /// Building the indexes.
    Indexing,
}

impl Phase {
    fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Checking => "checking",
            Self::Indexing => "indexing",
        }
    }
}

/// How far a load has come. Shown from a thread of its own, so that a load which is busy, or waits for a pipe, shows
/// that it is still there.
#[derive(Clone)]
pub(super) struct Progress(Arc<Counts>);

struct Counts {
    phase: Mutex<Phase>,
    /// Bytes of all files; grows where a folder turns out to have more.
    total: AtomicU64,
    read: AtomicU64,
}

/// How far a load had come at a moment.
#[derive(Clone, Copy, Debug)]
struct Reached {
    phase: Phase,
    read: u64,
    total: u64,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self(Arc::new(Counts { phase: Mutex::new(Phase::Reading), total: AtomicU64::new(0), read: AtomicU64::new(0) }))
    }

    /// Shows it from now on until what it gives is dropped: as a bar where standard error is a terminal, else in the log.
    pub(super) fn show(&self) -> Showing {
        let now = Instant::now();
        let view = if io::stderr().is_terminal() { View::terminal(now) } else { View::log(now) };
        Showing::begin(self.clone(), view)
    }

    /// Adds files of this many bytes to what is to be read.
    pub(super) fn expect(&self, bytes: u64) {
        self.0.total.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Goes on to another phase.
    pub(super) fn enter(&self, phase: Phase) {
        *self.0.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    /// A file whose bytes are counted as they are read.
    pub(super) fn counted<R: Read>(&self, file: R) -> Counted<R> {
        Counted { file, progress: self.clone() }
    }

    fn reached(&self) -> Reached {
        let phase = *self.0.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Reached { phase, read: load(&self.0.read), total: load(&self.0.total) }
    }
}

/// The thread that shows a load. Ends, and leaves the screen as it was, when it is dropped.
pub(super) struct Showing {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Showing {
    fn begin(progress: Progress, mut view: View) -> Self {
        let (end, ended) = channel();
        let show = move || {
            while ended.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                view.tell(progress.reached(), Instant::now());
            }
            view.finish();
        };
        // A machine that has no thread left loads without showing it.
        let thread = thread::Builder::new().name("progress".to_owned()).spawn(show).ok();
        Self { end: Some(end), thread }
    }
}

impl Drop for Showing {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// A stream whose bytes are counted.
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
