//! `claimd serve`: loads a corpus and serves it.

mod reloading;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{ArgMatches, Args, Command, CommandFactory, FromArgMatches};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use super::{Cli, FAILED, LoadArgs, USAGE};
use crate::config::{
    AdminAddress, AdminConfig, Effective, LiveConfig, LogConfig, Misfit, Problems, RequestLimits, Resolution,
    ServerConfig, Stray, TraceConfig,
};
use crate::corpus::{Corpus, LoadFailed, LoadReport};
use crate::live::{Live, Loader};
use crate::model::Severity;
use crate::server::{Admin, Bound, Desk, ServerError};
use crate::source::{Source, Watch, WatchError};
use crate::telemetry::{self, Log};

/// Diagnostics of a load that are logged one by one; `claimd check` prints all.
const LOGGED_DIAGNOSTICS: usize = 20;

/// Name of the command.
pub(super) const NAME: &str = "serve";

#[derive(Args, Debug)]
pub(super) struct Serve {
    /// Configuration file: TOML, with the long flags as keys, `_` for `-`. Flags and variables count before it
    #[arg(long, env = "CLAIMD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the configuration that counts, as TOML, with where each value comes from, and exit
    #[arg(long)]
    print_config: bool,
    /// Files and folders to load; - is standard input. Default: the built-in demo corpus
    #[arg(long, env = "CLAIMD_DATA", value_name = "PATH", num_args = 1.., value_delimiter = ',')]
    data: Vec<Source>,
    #[command(flatten)]
    server: ServerConfig,
    #[command(flatten)]
    admin: AdminConfig,
    #[command(flatten)]
    log: LogConfig,
    #[command(flatten)]
    traces: TraceConfig,
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    live: LiveConfig,
    #[command(flatten)]
    limits: RequestLimits,
    /// All of the above as it is shown.
    #[arg(skip)]
    effective: Effective,
}

/// Why the server is not running any more, or never was.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error("cannot listen to signals: {0}")]
    Signals(#[from] std::io::Error),
    #[error("cannot load the data: {0}")]
    Load(#[from] LoadFailed),
    #[error("--watch: {0}")]
    Watch(#[from] WatchError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("a second signal came: what was still open is cut")]
    Impatient,
}

impl ServeError {
    /// 2 where the command was called wrongly, else 1.
    fn exit_code(&self) -> u8 {
        match self {
            Self::Server(ServerError::Insecure(_) | ServerError::Tls(_) | ServerError::Roster(_)) => USAGE,
            _ => FAILED,
        }
    }
}

impl Serve {
    /// What flags, environment and file say together. Everything is looked at before a port opens; the files that values
    /// name only if one is to open.
    pub(super) fn told(flags: &ArgMatches) -> Result<Self, Problems> {
        let environment = |name: &OsStr| std::env::var_os(name);
        let command = Self::augment_args(Command::new(NAME));
        let file = flags.get_one::<OsString>("config").cloned().or_else(|| environment("CLAIMD_CONFIG".as_ref()));
        let file = file.filter(|file| !file.is_empty()).map(PathBuf::from);
        let resolution = Resolution::new(&command, flags, environment, file.as_deref());
        let print_config = flags.get_flag("print_config");
        let misfits = |serve: &Self| {
            let mut misfits = serve.misfits();
            if !print_config {
                misfits.extend(Bound::misfits(&serve.server));
            }
            misfits
        };
        let (serve, mut effective) = resolution.finish(Self::from_arg_matches, misfits)?;
        effective.note(Self::strays());
        Ok(Self { config: file, print_config, effective, ..serve })
    }

    /// Variables of the environment that look like the server's and say nothing to it.
    pub(super) fn strays() -> Vec<Stray> {
        let command = Self::augment_args(Command::new(NAME));
        Stray::find(&Cli::command(), &command, std::env::vars_os())
    }

    /// Values that are wrong together.
    fn misfits(&self) -> Vec<Misfit> {
        let mut misfits = self.limits.misfits(&self.load.limits);
        misfits.extend(self.server.calls.misfits(&self.limits));
        misfits
    }

    pub(super) fn run(self) -> ExitCode {
        if self.print_config {
            print!("{}", self.effective);
            return ExitCode::SUCCESS;
        }
        let runtime = match Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                eprintln!("error: cannot start: {error}");
                return FAILED.into();
            }
        };
        let code = self.run_on(&runtime);
        // Nothing is waited for: what was to end in order has ended.
        runtime.shutdown_background();
        code
    }

    fn run_on(self, runtime: &Runtime) -> ExitCode {
        let _entered = runtime.enter();
        let telemetry = match telemetry::start(&self.log, &self.traces) {
            Ok(telemetry) => telemetry,
            Err(error) => {
                eprintln!("error: {error}");
                return USAGE.into();
            }
        };
        let code = match self.serve(runtime, &telemetry.log) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tracing::error!("{error}");
                error.exit_code().into()
            }
        };
        telemetry.finish();
        code
    }

    fn serve(self, runtime: &Runtime, log: &Log) -> Result<(), ServeError> {
        for Stray { variable, meant } in self.effective.strays() {
            tracing::warn!(variable, meant = meant.as_deref(), "a variable says nothing to claimd");
        }
        let admin = self.open_admin()?;
        let bound = Bound::new(self.server)?;
        if let Some(admin) = admin {
            let configuration = self.effective.to_string();
            watch(admin, Desk { vitals: bound.vitals(), configuration, log: log.clone() });
        }
        let data = if self.data.is_empty() { vec![Source::Demo] } else { self.data };
        // Before the load: until somebody listens, SIGHUP ends the process.
        let hangup = signal(SignalKind::hangup())?;
        let files = self.live.reload.watch.then(|| Watch::new(&data, &self.live.reload)).transpose()?;
        let can_be_read_again = !data.contains(&Source::Stdin);
        // Before the load, too: the first process of a container gets no signal that it does not listen to.
        let (mut stop, stop_at_once) = (Box::pin(stop_signal()?), second_signal()?);
        let load = Arc::new(move || load(&data, &self.load));
        tracing::info!("the first load begins");
        let Some(corpus) = runtime.block_on(reloading::first(&load, stop.as_mut()))? else {
            tracing::info!("stopped before the data were loaded");
            return Ok(());
        };
        let loader = can_be_read_again.then(|| Box::new(move || load()) as Loader);
        let live = Arc::new(Live::new(corpus, self.live, loader));
        let server = bound.listen(Arc::clone(&live), self.limits)?;
        tokio::spawn(reloading::on_signal(Arc::clone(&live), hangup));
        if let Some(files) = files {
            reloading::on_change(live, files, runtime.handle().clone())?;
        }
        for address in server.addresses() {
            tracing::info!(%address, "serving");
        }
        let drained = runtime.block_on(async {
            tokio::select! {
                ended = server.run(stop) => ended.map_err(ServeError::from),
                () = stop_at_once => Err(ServeError::Impatient),
            }
        })?;
        tracing::info!(drained, "stopped");
        Ok(())
    }

    /// Opens the admin port. Nothing if there is to be none, or if nobody asked for the one that is taken.
    fn open_admin(&self) -> Result<Option<Admin>, ServerError> {
        let AdminAddress::At(address) = self.admin.admin_listen else { return Ok(None) };
        match Admin::open(address) {
            Ok(admin) => Ok(Some(admin)),
            // Another server on the same machine, most likely: its owner will want both to run.
            Err(error) if self.effective.is_default("admin_listen") => {
                tracing::warn!("{error}; this server goes without");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Lets the admin port answer from now on.
fn watch(admin: Admin, desk: Desk) {
    tracing::info!(address = %admin.address(), "admin port open");
    tokio::spawn(admin.run(desk));
}

/// Loads the data, and logs what was found.
fn load(data: &[Source], load: &LoadArgs) -> Result<Corpus, LoadFailed> {
    match load.load(data) {
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

/// Ends with the first SIGTERM or SIGINT.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "stopping");
    })
}

/// Ends with the second SIGTERM or SIGINT.
fn second_signal() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        for _ in 0..2 {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
    })
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
    let worth_it = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Note);
    for diagnostic in worth_it.take(LOGGED_DIAGNOSTICS) {
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
