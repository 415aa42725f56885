//! When a server loads its data: at the start, at SIGHUP, and when files change.

use std::io;
use std::sync::Arc;
use std::thread;

use tokio::runtime::Handle;
use tokio::signal::unix::Signal;

use crate::live::{Live, Trigger};
use crate::source::Watch;

/// Loads again at each SIGHUP.
pub(super) async fn on_signal(live: Arc<Live>, mut hangup: Signal) {
    while hangup.recv().await.is_some() {
        // The log has told how it went.
        live.reload(Trigger::Signal).await.ok();
    }
}

/// Loads again whenever the files are others. Waits on a thread of its own, to the end of the process.
pub(super) fn on_change(live: Arc<Live>, mut watch: Watch, runtime: Handle) -> io::Result<()> {
    let watching = move || {
        loop {
            watch.wait();
            runtime.block_on(live.reload(Trigger::Files)).ok();
        }
    };
    thread::Builder::new().name("watch".to_owned()).spawn(watching).map(drop)
}
