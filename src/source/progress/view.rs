//! Shows the progress of a load: a progress bar on a terminal, log lines elsewhere.

use std::io::{self, IsTerminal};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Phase, Progress};

/// Interval at which the progress is looked up and shown.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A load that takes less time shows nothing.
const QUIET: Duration = Duration::from_secs(1);
/// Time between log lines, where there is no terminal.
const LOG_EVERY: Duration = Duration::from_secs(5);

impl Phase {
    fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Checking => "checking",
            Self::Indexing => "indexing",
        }
    }
}

/// Progress of a load at one moment.
#[derive(Clone, Copy, Debug)]
struct Reached {
    phase: Phase,
    read: u64,
    total: u64,
}

impl Progress {
    /// Shows the progress until the returned guard is dropped: as a bar where standard error is a terminal, else in the log.
    pub(in crate::source) fn show(&self) -> Showing {
        let now = Instant::now();
        let view = if io::stderr().is_terminal() { View::terminal(now) } else { View::log(now) };
        Showing::begin(self.clone(), view)
    }

    fn reached(&self) -> Reached {
        let phase = *self.0.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Reached { phase, read: load(&self.0.read), total: load(&self.0.total) }
    }
}

/// A guard of the thread that shows a load. On drop the thread ends and the progress bar is removed.
pub(in crate::source) struct Showing {
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
        // Where no thread can be started, the load goes on without being shown.
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

/// Shows a load. The current time is passed in, for tests.
struct View {
    started: Instant,
    /// The phase that was told last, and when it was first told.
    phase: (Phase, Instant),
    screen: Screen,
}

enum Screen {
    Terminal(ProgressBar),
    Log {
        /// When a line was written last.
        told: Instant,
    },
}

impl View {
    fn terminal(now: Instant) -> Self {
        Self::of(now, Screen::Terminal(bar(ProgressDrawTarget::stderr())))
    }

    fn log(now: Instant) -> Self {
        Self::of(now, Screen::Log { told: now })
    }

    fn of(now: Instant, screen: Screen) -> Self {
        Self { started: now, phase: (Phase::Reading, now), screen }
    }

    /// Shows how far the load has come.
    fn tell(&mut self, reached: Reached, now: Instant) {
        if self.phase.0 != reached.phase {
            self.phase = (reached.phase, now);
        }
        let (phase, seconds) = (reached.phase.as_str(), (now - self.started).as_secs_f64());
        let speed = Speed::of(reached, now - self.started);
        match &mut self.screen {
            Screen::Terminal(_) if now - self.started < QUIET => {}
            Screen::Terminal(bar) if reached.phase == Phase::Reading => {
                let is_known = speed.remaining.is_some();
                bar.set_style(style(if is_known { "reading {bar:30} {msg}" } else { "reading {msg}" }));
                bar.update(|state| {
                    state.set_len(reached.total);
                    state.set_pos(reached.read);
                });
                bar.set_message(speed.to_string());
            }
            Screen::Terminal(bar) => {
                bar.set_style(style("{msg}"));
                bar.set_message(format!("{phase} for {}", HumanDuration(whole_seconds(now - self.phase.1))));
            }
            Screen::Log { told } if now - *told < LOG_EVERY => {}
            Screen::Log { told } => {
                *told = now;
                if reached.phase == Phase::Reading {
                    let Speed { reached: Reached { read, total, .. }, bytes_per_second, remaining } = speed;
                    let (total_bytes, remaining_seconds) =
                        (remaining.map(|_| total), remaining.map(|time| time.as_secs_f64()));
                    tracing::info!(
                        phase,
                        seconds,
                        read_bytes = read,
                        total_bytes,
                        bytes_per_second,
                        remaining_seconds,
                        "loading"
                    );
                } else {
                    tracing::info!(phase, seconds, "loading");
                }
            }
        }
    }

    /// Leaves the screen as it was.
    fn finish(self) {
        if let Screen::Terminal(bar) = self.screen {
            bar.finish_and_clear();
        }
    }
}

/// How fast a load reads.
struct Speed {
    reached: Reached,
    bytes_per_second: u64,
    /// Time until all is read; None where it is not known how much there is.
    remaining: Option<Duration>,
}

impl Speed {
    fn of(reached: Reached, spent: Duration) -> Self {
        let Reached { read, total, .. } = reached;
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let bytes_per_second = (read as f64 / spent.as_secs_f64()) as u64;
        let is_known = read > 0 && total >= read;
        #[allow(clippy::cast_precision_loss, reason = "shown in whole seconds")]
        let remaining = is_known.then(|| spent.mul_f64((total - read) as f64 / read as f64));
        Self { reached, bytes_per_second, remaining }
    }
}

impl std::fmt::Display for Speed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Reached { read, total, .. } = self.reached;
        write!(f, "{}", HumanBytes(read))?;
        if self.remaining.is_some() {
            write!(f, " of {}", HumanBytes(total))?;
        }
        write!(f, ", {}/s", HumanBytes(self.bytes_per_second))?;
        self.remaining.map_or(Ok(()), |time| write!(f, ", {} left", HumanDuration(whole_seconds(time))))
    }
}

fn whole_seconds(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs())
}

fn bar(target: ProgressDrawTarget) -> ProgressBar {
    ProgressBar::with_draw_target(None, target)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are some")
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use indicatif::InMemoryTerm;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    const MIB: u64 = 1 << 20;

    fn reading(read: u64, total: u64) -> Reached {
        Reached { phase: Phase::Reading, read: read * MIB, total: total * MIB }
    }

    fn in_phase(phase: Phase) -> Reached {
        Reached { phase, ..reading(60, 60) }
    }

    #[test]
    fn a_terminal_shows_how_fast_the_load_reads_and_what_is_left() {
        let term = InMemoryTerm::new(5, 100);
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(term.clone()), 255);
        let start = Instant::now();
        let mut view = View::of(start, Screen::Terminal(bar(target)));
        let after = |seconds: u64| start + Duration::from_secs(seconds);
        view.tell(reading(1, 60), start + Duration::from_millis(999));
        assert_eq!(term.contents(), "", "a short load shows nothing");
        view.tell(reading(20, 60), after(10));
        let shown = term.contents();
        assert!(shown.starts_with("reading ███"), "{shown}");
        assert!(shown.ends_with("20.00 MiB of 60.00 MiB, 2.00 MiB/s, 20 seconds left"), "{shown}");
        view.tell(in_phase(Phase::Checking), after(30));
        assert!(term.contents().starts_with("checking "), "{}", term.contents());
        view.tell(in_phase(Phase::Indexing), after(31));
        view.tell(in_phase(Phase::Indexing), after(43));
        let shown = term.contents();
        assert!(shown.starts_with("indexing ") && shown.ends_with(" for 12 seconds"), "{shown}");
        view.finish();
        assert_eq!(term.contents(), "");
    }

    #[test]
    fn of_a_pipe_it_is_not_known_what_is_left() {
        let speed = |read, total| Speed::of(reading(read, total), Duration::from_secs(4)).to_string();
        assert_eq!(speed(8, 0), "8.00 MiB, 2.00 MiB/s");
        assert_eq!(speed(0, 9), "0 B, 0 B/s");
        assert_eq!(speed(8, 8), "8.00 MiB of 8.00 MiB, 2.00 MiB/s, 0 seconds left");
    }

    /// Lines of a log.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn without_a_terminal_a_line_is_logged_every_five_seconds_in_every_phase() {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt().without_time().with_ansi(false).with_writer(lines.clone()).finish();
        let start = Instant::now();
        tracing::subscriber::with_default(log, || {
            let mut view = View::log(start);
            for (milliseconds, reached) in [
                (500, reading(1, 60)),
                (4_999, reading(9, 60)),
                (5_000, reading(10, 60)),
                (9_999, reading(20, 60)),
                (10_000, reading(20, 0)),
                (12_000, in_phase(Phase::Checking)),
                (15_000, in_phase(Phase::Checking)),
                (20_500, in_phase(Phase::Indexing)),
                (25_499, in_phase(Phase::Indexing)),
                (25_500, in_phase(Phase::Indexing)),
            ] {
                view.tell(reached, start + Duration::from_millis(milliseconds));
            }
            view.finish();
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let said: Vec<&str> =
            text.lines().filter_map(|line| line.split_once("loading ")).map(|(_, said)| said).collect();
        let expected = [
            "phase=\"reading\" seconds=5.0 read_bytes=10485760 total_bytes=62914560 bytes_per_second=2097152 remaining_seconds=25.0",
            "phase=\"reading\" seconds=10.0 read_bytes=20971520 bytes_per_second=2097152",
            "phase=\"checking\" seconds=15.0",
            "phase=\"indexing\" seconds=20.5",
            "phase=\"indexing\" seconds=25.5",
        ];
        assert_eq!(said, expected, "{text}");
    }
}
