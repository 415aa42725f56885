//! How much time a call has left.

use std::time::Duration;

use tokio::time::Instant;

/// When a call has to be over. In the extensions of every request that has a deadline; streams may have none.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(pub Instant);

impl Deadline {
    /// The time that is left; none if the call should be over.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
