//! The phases of the server's life.

use tokio::sync::watch;

/// A phase of the server's life. Phases follow each other in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The corpus is not loaded: health is `NOT_SERVING`.
    Starting,
    /// Calls are answered.
    Serving,
    /// The server was told to stop: calls are answered as before, but health is `NOT_SERVING`.
    Leaving,
    /// No new connections are accepted; open ones end gracefully, and streams end with their next message.
    Closing,
    /// Open connections are cut.
    Over,
}

/// Receives the phase and its changes.
pub type PhaseWatch = watch::Receiver<Phase>;

/// Waits until a phase is reached. Returns at once if the sender is gone.
pub async fn reached(phases: &mut PhaseWatch, phase: Phase) {
    phases.wait_for(|now| *now >= phase).await.ok();
}
