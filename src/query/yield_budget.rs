//! Cooperative scheduling: a long computation yields to other tasks at fixed intervals.

/// Steps between two yields: about a millisecond of work. Other tasks on the thread wait no longer than that, and the
/// yields themselves cost next to nothing.
const STEPS_PER_YIELD: usize = 1 << 14;

/// Counts the steps of a computation and yields to the async runtime after every 16,384 steps. A call that is cancelled
/// or past its deadline is dropped at a yield.
#[derive(Default)]
pub struct YieldBudget {
    steps: usize,
}

impl YieldBudget {
    /// Counts `steps` and yields when the budget is spent. One step costs about as much as a hash lookup.
    pub async fn spend(&mut self, steps: usize) {
        self.steps += steps;
        if self.steps >= STEPS_PER_YIELD {
            self.steps = 0;
            tokio::task::yield_now().await;
        }
    }
}
