//! How far a load has come, for those who wait for it.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Read};
use std::rc::Rc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A load that is done sooner shows nothing.
const QUIET: Duration = Duration::from_secs(1);
/// Time between lines of the log, where there is no terminal.
const LOG_EVERY: Duration = Duration::from_secs(5);
/// Bytes between looks at the clock.
const LOOK_EVERY: u64 = 1 << 20;

/// How far a load has come.
#[derive(Clone)]
pub(super) struct Progress(Rc<RefCell<State>>);

struct State {
    /// Bytes of all files; grows where a folder turns out to have more.
    total: u64,
    read: u64,
    looked: u64,
    started: Instant,
    told: Instant,
    bar: Option<ProgressBar>,
    is_terminal: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let is_terminal = io::stderr().is_terminal();
        Self(Rc::new(RefCell::new(State {
            total: 0,
            read: 0,
            looked: 0,
            started: now,
            told: now,
            bar: None,
            is_terminal,
        })))
    }

    /// Adds files of this many bytes to what is to be read.
    pub(super) fn expect(&self, bytes: u64) {
        self.0.borrow_mut().total += bytes;
    }

    /// A file whose bytes are counted as they are read.
    pub(super) fn counted<R: Read>(&self, file: R) -> Counted<R> {
        Counted { file, progress: self.clone() }
    }

    fn advance(&self, bytes: u64) {
        let mut state = self.0.borrow_mut();
        state.read += bytes;
        if state.read - state.looked >= LOOK_EVERY {
            state.looked = state.read;
            state.tell(Instant::now());
        }
    }

    /// Takes the bar from the screen: reading is done.
    pub(super) fn finish(&self) {
        let mut state = self.0.borrow_mut();
        if let Some(bar) = state.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl State {
    fn tell(&mut self, now: Instant) {
        let (read, total) = (self.read, self.total.max(self.read));
        if self.is_terminal {
            if now - self.started >= QUIET {
                let bar = self.bar.get_or_insert_with(bar);
                bar.set_length(total);
                bar.set_position(read);
            }
        } else if now - self.told >= LOG_EVERY {
            self.told = now;
            let seconds = (now - self.started).as_secs_f64();
            #[allow(clippy::cast_precision_loss, reason = "shown in whole seconds and bytes")]
            let remaining_seconds = seconds * (total - read) as f64 / read as f64;
            #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let bytes_per_second = (read as f64 / seconds) as u64;
            tracing::info!(read_bytes = read, total_bytes = total, bytes_per_second, remaining_seconds, "loading");
        }
    }
}

fn bar() -> ProgressBar {
    let template = "loading {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is one");
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
}

/// A stream whose bytes are counted.
pub(super) struct Counted<R> {
    file: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.file.read(buffer)?;
        self.progress.advance(taken as u64);
        Ok(taken)
    }
}
