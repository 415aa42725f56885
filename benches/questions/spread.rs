//! How long many askings of one question took, in time of the processor: who else uses the machine does not count.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Times of one question, asked in many ways.
#[derive(Default)]
pub(crate) struct Spread {
    times: Vec<Duration>,
}

impl Spread {
    /// Asks once, and notes how long it took.
    pub(crate) fn time<T>(&mut self, ask: impl FnOnce() -> T) -> T {
        let started = on_processor();
        let answer = ask();
        self.times.push(on_processor().saturating_sub(started));
        answer
    }

    /// The time below which so many of a hundred stayed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
    }

    /// How many times the other's half this one's half is.
    pub(crate) fn against(&self, usual: &Self) -> f64 {
        self.percentile(50).as_secs_f64() / usual.percentile(50).as_secs_f64()
    }
}

/// How long this thread has been on a processor.
fn on_processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let total: Duration = self.times.iter().sum();
        let rate = u32::try_from(self.times.len()).map_or(f64::NAN, f64::from) / total.as_secs_f64();
        let (p50, p99, max) = (self.percentile(50), self.percentile(99), self.percentile(100));
        write!(f, "p50 {p50:>9.2?}  p99 {p99:>9.2?}  max {max:>9.2?}  {rate:>8.0} a second")
    }
}
