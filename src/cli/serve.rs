//! `claimd serve`: loads a corpus and serves it.

mod loading;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{ArgMatches, Args, Command, CommandFactory, FromArgMatches};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use super::{Cli, FAILED, USAGE};
use crate::config::{
    AdminAddress, AdminConfig, ConfigConflict, Effective, LiveConfig, LogConfig, Problems, RequestLimits, Resolution,
    ServerConfig, TraceConfig, UnknownEnvVar, limit_conflicts,
};
use crate::corpus::LoadFailed;
use crate::live::{Live, Loader};
use crate::server::{Admin, AdminState, Bound, ServerError};
use crate::source::{LoadOptions, Source, Watch, WatchError};
use crate::telemetry::{self, Log};

/// Name of the command.
pub(super) const NAME: &str = "serve";

#[derive(Args, Debug)]
pub(super) struct Serve {
    /// Configuration file in TOML. Keys are the long flags, with `_` for `-`. Flags and variables override it
    #[arg(long, env = "CLAIMD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the effective configuration as TOML, with the origin of each value, and exit
    #[arg(long)]
    print_config: bool,
    /// Files, folders and manifests (.toml) to load; - is standard input. Default: the built-in demo corpus
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
    load: LoadOptions,
    #[command(flatten)]
    live: LiveConfig,
    #[command(flatten)]
    limits: RequestLimits,
    /// All of the above, for display.
    #[arg(skip)]
    effective: Effective,
}

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error("cannot handle signals: {0}")]
    Signals(#[from] std::io::Error),
    #[error("cannot load the data: {0}")]
    Load(#[from] LoadFailed),
    #[error("--watch: {0}")]
    Watch(#[from] WatchError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("a second signal was received: open calls are aborted")]
    SecondSignal,
}

impl ServeError {
    /// 2 for a usage error, else 1.
    fn exit_code(&self) -> u8 {
        match self {
            Self::Server(ServerError::Insecure(_) | ServerError::Tls(_) | ServerError::Credentials(_)) => USAGE,
            _ => FAILED,
        }
    }
}

impl Serve {
    /// Resolves flags, environment and configuration file. Everything is validated before a port opens. Files of
    /// certificates and tokens are not read for `--print-config`.
    pub(super) fn parse(flags: &ArgMatches) -> Result<Self, Problems> {
        let environment = |name: &OsStr| std::env::var_os(name);
        let command = Self::augment_args(Command::new(NAME));
        let file = flags.get_one::<OsString>("config").cloned().or_else(|| environment("CLAIMD_CONFIG".as_ref()));
        let file = file.filter(|file| !file.is_empty()).map(PathBuf::from);
        let resolution = Resolution::new(&command, flags, environment, file.as_deref());
        let print_config = flags.get_flag("print_config");
        let conflicts = |serve: &Self| {
            let mut conflicts: Vec<ConfigConflict> = limit_conflicts(&serve.limits, &serve.load.limits);
            conflicts.extend(serve.server.calls.conflicts(&serve.limits));
            if !print_config {
                conflicts.extend(Bound::conflicts(&serve.server));
            }
            conflicts
        };
        let (serve, mut effective) = resolution.finish(Self::from_arg_matches, conflicts)?;
        effective.set_unknown_variables(Self::unknown_variables());
        Ok(Self { config: file, print_config, effective, ..serve })
    }

    /// Environment variables with claimd's prefix that no setting reads.
    pub(super) fn unknown_variables() -> Vec<UnknownEnvVar> {
        let command = Self::augment_args(Command::new(NAME));
        UnknownEnvVar::find(&Cli::command(), &command, std::env::vars_os())
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
        // The server has drained; remaining tasks need not end.
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
        for UnknownEnvVar { variable, meant } in self.effective.unknown_variables() {
            tracing::warn!(variable, meant = meant.as_deref(), "unrecognised variable");
        }
        let admin = self.open_admin()?;
        let bound = Bound::new(self.server)?;
        if let Some(admin) = admin {
            let configuration = self.effective.to_string();
            watch(admin, AdminState { server: bound.handle(), configuration, log: log.clone() });
        }
        let data = if self.data.is_empty() { vec![Source::Demo] } else { self.data };
        // Before the load: SIGHUP ends a process without a handler.
        let hangup = signal(SignalKind::hangup())?;
        let files = self.live.reload.watch.then(|| Watch::new(&data, &self.live.reload)).transpose()?;
        let can_be_reloaded = !data.contains(&Source::Stdin);
        // Before the load, too: the first process of a container receives only signals that it handles.
        let (mut stop, stop_at_once) = (Box::pin(stop_signal()?), second_signal()?);
        let load = Arc::new(move || loading::load(&data, &self.load));
        tracing::info!("first load started");
        let Some(corpus) = runtime.block_on(loading::first(&load, stop.as_mut()))? else {
            tracing::info!("stopped before the data were loaded");
            return Ok(());
        };
        let loader = can_be_reloaded.then(|| Box::new(move || load()) as Loader);
        let live = Arc::new(Live::new(corpus, self.live, loader));
        let server = bound.listen(Arc::clone(&live), self.limits)?;
        tokio::spawn(loading::on_signal(Arc::clone(&live), hangup));
        if let Some(files) = files {
            loading::on_change(live, files, runtime.handle().clone())?;
        }
        for address in server.addresses() {
            tracing::info!(%address, "serving");
        }
        let drained = runtime.block_on(async {
            tokio::select! {
                ended = server.run(stop) => ended.map_err(ServeError::from),
                () = stop_at_once => Err(ServeError::SecondSignal),
            }
        })?;
        tracing::info!(drained, "stopped");
        Ok(())
    }

    /// Opens the admin port. None if it is off, or if the default address is in use.
    fn open_admin(&self) -> Result<Option<Admin>, ServerError> {
        let AdminAddress::At(address) = self.admin.admin_listen else { return Ok(None) };
        match Admin::open(address) {
            Ok(admin) => Ok(Some(admin)),
            // Most likely by another server on the same machine; both can run.
            Err(error) if self.effective.is_default("admin_listen") => {
                tracing::warn!("{error}; continuing without an admin port");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Starts to answer on the admin port.
fn watch(admin: Admin, state: AdminState) {
    tracing::info!(address = %admin.address(), "admin port open");
    tokio::spawn(admin.run(state));
}

/// Completes at the first SIGTERM or SIGINT.
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

/// Completes at the second SIGTERM or SIGINT.
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
