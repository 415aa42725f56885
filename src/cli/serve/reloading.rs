//! When a server loads its data: at the start, at SIGHUP, and when files change.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::thread;

use tokio::runtime::Handle;
use tokio::signal::unix::Signal;
use tokio::task::spawn_blocking;

use crate::corpus::{Corpus, LoadFailed};
use crate::live::{Live, Trigger};
use crate::source::Watch;

/// Loads for the first time. Nothing if the server is told to stop before the load has ended.
pub(super) async fn first(
    load: &Arc<impl Fn() -> Result<Corpus, LoadFailed> + Send + Sync + 'static>,
    stop: impl Future<Output = ()>,
) -> Result<Option<Corpus>, LoadFailed> {
    let load = Arc::clone(load);
    tokio::select! {
        loaded = spawn_blocking(move || load()) => match loaded {
            Ok(loaded) => loaded.map(Some),
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        },
        () = stop => Ok(None),
    }
}

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
