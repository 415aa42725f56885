//! What can be seen of a server from outside of its calls.

use std::sync::{Arc, OnceLock};

use super::Counters;
use crate::layer::{CallMetrics, Counts};
use crate::live::Live;
use crate::rpc::PhaseWatch;

/// What can be seen of a server from outside of its calls, already before it has a corpus. Clones see the same.
#[derive(Clone)]
pub struct Vitals {
    /// Where in its life it is.
    pub phases: PhaseWatch,
    /// What happened to its connections and secrets.
    pub counters: Arc<Counters>,
    /// What its layers did to calls.
    pub counts: Arc<Counts>,
    /// How calls ended.
    pub calls: Arc<CallMetrics>,
    live: Arc<OnceLock<Arc<Live>>>,
}

impl Vitals {
    pub(super) fn new(phases: PhaseWatch) -> Self {
        Self { phases, counters: Arc::default(), counts: Arc::default(), calls: Arc::default(), live: Arc::default() }
    }

    /// What it serves, once there is something.
    pub fn live(&self) -> Option<&Live> {
        self.live.get().map(|live| &**live)
    }

    pub(super) fn serve(&self, live: Arc<Live>) {
        self.live.set(live).ok();
    }
}
