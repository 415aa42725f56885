//! Every metric of the server, in one registry.

mod connections;
mod corpus;
mod series;

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use self::series::{counter, gauge};
use super::ServerHandle;
use crate::telemetry::Log;

/// Every metric of the server. Values are read when they are asked for.
pub(super) fn registry(server: &ServerHandle, log: &Log) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Arc::clone(&server.calls)));
    registry.register_collector(Box::new(connections::Connections::new(server)));
    registry.register_collector(Box::new(corpus::CorpusGauges::new(server)));
    registry.register_collector(Box::new(corpus::Reloads::new(server)));
    registry.register_collector(Box::new(Lines(log.clone())));
    registry.register_collector(Box::new(Process::started_now()));
    registry.register_collector(Box::new(Build));
    registry
}

/// Version of the program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Commit that it was built from, if the build had it in `CLAIMD_COMMIT`.
pub(super) const COMMIT: &str = match option_env!("CLAIMD_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};

/// Version and commit of the program.
#[derive(Debug)]
struct Build;

impl Collector for Build {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let labels = [("version", VERSION), ("commit", COMMIT)];
        let help = "Version and commit of the program; always 1";
        let mut encoder = encoder.encode_descriptor("claimd_build", help, None, MetricType::Info)?;
        encoder.encode_info(&labels)
    }
}

/// Lines of the log that were lost.
struct Lines(Log);

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

impl Collector for Lines {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Log lines dropped because standard error was read too slowly";
        counter(&mut encoder, ("claimd_log_lines_lost", help), self.0.lost_lines())
    }
}

/// The process, with the names of Prometheus' own clients. Values that the system does not provide are left out.
#[derive(Debug)]
struct Process {
    started: SystemTime,
}

impl Process {
    fn started_now() -> Self {
        Self { started: SystemTime::now() }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let started = self.started.duration_since(UNIX_EPOCH).unwrap_or_default();
        let help = "Start of the process, in seconds since 1970";
        gauge(encoder, ("process_start_time_seconds", help), &started.as_secs_f64())?;
        if let Some(bytes) = resident_bytes() {
            gauge(encoder, ("process_resident_memory_bytes", "Resident memory of the process"), &bytes)?;
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            let count = u64::try_from(files.count()).unwrap_or(u64::MAX);
            gauge(encoder, ("process_open_fds", "Open file descriptors, connections included"), &count)?;
        }
        Ok(())
    }
}

/// Linux only.
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
