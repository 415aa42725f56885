//! Where in its life the server is.

use tokio::sync::watch;

/// Where in its life the server is. Goes in this order, and never back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// There is no corpus yet: health says `NOT_SERVING`.
    Starting,
    /// Calls are answered.
    Serving,
    /// Told to stop: calls are answered as before, but health says `NOT_SERVING`.
    Leaving,
    /// No new connections; those open are asked to end, and streams end with their next message.
    Closing,
    /// What is still open is cut.
    Over,
}

/// Tells of the phase, now and when it changes.
pub type PhaseWatch = watch::Receiver<Phase>;

/// Waits until a phase has come. Where nobody is left to tell, it has.
pub async fn reached(phases: &mut PhaseWatch, phase: Phase) {
    phases.wait_for(|now| *now >= phase).await.ok();
}
