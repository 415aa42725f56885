//! Loads and reloads of the data: at the start, at SIGHUP, and when files change; and their log lines.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::thread;

use tokio::runtime::Handle;
use tokio::signal::unix::Signal;
use tokio::task::spawn_blocking;

use crate::corpus::{Corpus, LoadFailed, LoadReport};
use crate::live::{Live, Trigger};
use crate::model::Severity;
use crate::source::{LoadOptions, Source, Watch};

/// Most diagnostics of a load that are logged one by one; `claimd check` prints all.
const LOGGED_DIAGNOSTICS: usize = 20;

/// Loads for the first time. None if the server is stopped before the load has ended.
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

/// Reloads at each SIGHUP.
pub(super) async fn on_signal(live: Arc<Live>, mut hangup: Signal) {
    while hangup.recv().await.is_some() {
        // The outcome is already logged.
        live.reload(Trigger::Signal).await.ok();
    }
}

/// Reloads whenever the files change. Watches on a thread of its own until the process ends.
pub(super) fn on_change(live: Arc<Live>, mut watch: Watch, runtime: Handle) -> io::Result<()> {
    let watching = move || {
        loop {
            watch.wait();
            runtime.block_on(live.reload(Trigger::Files)).ok();
        }
    };
    thread::Builder::new().name("watch".to_owned()).spawn(watching).map(drop)
}

/// Loads the data and logs the outcome.
pub(super) fn load(data: &[Source], options: &LoadOptions) -> Result<Corpus, LoadFailed> {
    match options.load(data) {
        Ok(corpus) => {
            log_loaded(&corpus);
            Ok(corpus)
        }
        Err(failed) => {
            log_report(&failed.report);
            Err(failed)
        }
    }
}

fn log_loaded(corpus: &Corpus) {
    log_report(&corpus.report);
    tracing::info!(
        articles = corpus.articles.table.len(),
        actors = corpus.actors.table.len(),
        claims = corpus.claims.table.len(),
        revision = corpus.revision,
        memory_bytes = corpus.memory_bytes,
        seconds = corpus.load_duration.as_secs_f64(),
        errors = corpus.report.errors,
        warnings = corpus.report.warnings,
        "loaded"
    );
}

fn log_report(report: &LoadReport) {
    let logged = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Note);
    for diagnostic in logged.take(LOGGED_DIAGNOSTICS) {
        tracing::warn!(
            code = diagnostic.code.as_str(),
            file = &*diagnostic.file,
            line = diagnostic.line,
            record = diagnostic.record,
            field = diagnostic.field,
            advice = diagnostic.advice,
            "{}",
            diagnostic.message
        );
    }
    let found = (report.errors + report.warnings) as usize;
    if found > LOGGED_DIAGNOSTICS {
        tracing::warn!(more = found - LOGGED_DIAGNOSTICS, "run claimd check to see every diagnostic");
    }
}
