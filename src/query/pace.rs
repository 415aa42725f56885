//! Long-running questions give way to others.

/// Steps between two pauses: about a millisecond of work, so that other calls on the thread hardly wait, and pauses
/// hardly cost.
const STEPS: usize = 1 << 14;

/// Counts the steps of a question and pauses now and then. Whoever asked may have gone, or may not want to wait any
/// longer; the question is dropped at such a pause.
#[derive(Default)]
pub struct Pace {
    steps: usize,
}

impl Pace {
    /// Counts steps that were done; one is a lookup or the like.
    pub async fn spend(&mut self, steps: usize) {
        self.steps += steps;
        if self.steps >= STEPS {
            self.steps = 0;
            tokio::task::yield_now().await;
        }
    }
}
