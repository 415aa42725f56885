//! The process, with the names that Prometheus' own clients use. What the system does not tell is left out.

use std::fmt;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::series::gauge;

/// The process.
#[derive(Debug)]
pub(super) struct Process {
    started: SystemTime,
}

impl Process {
    pub(super) fn started_now() -> Self {
        Self { started: SystemTime::now() }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let started = self.started.duration_since(UNIX_EPOCH).unwrap_or_default();
        let help = "When the process was started, in seconds since 1970";
        gauge(encoder, ("process_start_time_seconds", help), &started.as_secs_f64())?;
        if let Some(bytes) = resident_bytes() {
            gauge(encoder, ("process_resident_memory_bytes", "Memory that the process takes"), &bytes)?;
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            let count = u64::try_from(files.count()).unwrap_or(u64::MAX);
            gauge(encoder, ("process_open_fds", "Open files, connections among them"), &count)?;
        }
        Ok(())
    }
}

/// Linux alone tells it so.
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
