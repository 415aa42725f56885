//! How loads went.

use std::time::SystemTime;

use crate::error::Error;

/// How loads went since the start.
#[derive(Clone, Debug, PartialEq)]
pub struct ReloadStatus {
    /// When the load that is running began.
    pub running_since: Option<SystemTime>,
    /// Why the last load failed; none if it did not.
    pub last_error: Option<Error>,
    /// When the last load came to be served, the one at the start included.
    pub last_success: SystemTime,
    /// When the last load failed or was refused.
    pub last_failure: Option<SystemTime>,
    /// How many loads came to what, the one at the start left out.
    pub counts: ReloadCounts,
}

/// How many loads came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReloadCounts {
    /// Brought another revision, which is served.
    pub changed: u64,
    /// Brought the revision that was served.
    pub unchanged: u64,
    /// Could not be loaded.
    pub failed: u64,
    /// Were refused for the records they had lost.
    pub shrunk: u64,
}

impl ReloadCounts {
    /// Loads that came to be served.
    pub fn successes(&self) -> u64 {
        self.changed + self.unchanged
    }

    /// Loads that did not.
    pub fn failures(&self) -> u64 {
        self.failed + self.shrunk
    }
}

impl ReloadStatus {
    pub(super) fn new(loaded: SystemTime) -> Self {
        Self {
            running_since: None,
            last_error: None,
            last_success: loaded,
            last_failure: None,
            counts: ReloadCounts::default(),
        }
    }

    pub(super) fn begin(&mut self) {
        self.running_since = Some(SystemTime::now());
    }

    pub(super) fn succeed(&mut self, changed: bool) {
        self.running_since = None;
        self.last_error = None;
        self.last_success = SystemTime::now();
        let count = if changed { &mut self.counts.changed } else { &mut self.counts.unchanged };
        *count += 1;
    }

    pub(super) fn fail(&mut self, error: &Error) {
        self.running_since = None;
        self.last_error = Some(error.clone());
        self.last_failure = Some(SystemTime::now());
        let count =
            if matches!(error, Error::ReloadShrunk { .. }) { &mut self.counts.shrunk } else { &mut self.counts.failed };
        *count += 1;
    }

    /// What the last load came to, in a word; while a load is running, the one before it.
    pub fn last_load(&self) -> &'static str {
        match self.last_error {
            None => "ok",
            Some(Error::ReloadShrunk { .. }) => "shrunk",
            Some(_) => "failed",
        }
    }
}
