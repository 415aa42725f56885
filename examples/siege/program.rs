//! The program in a process of its own, and what the system and its metrics tell of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::http;

/// What the server counts when it holds something off.
const PROTECTIONS: [&str; 7] = [
    "claimd_accept_errors",
    "claimd_connections_full",
    "claimd_handshake_failures",
    "claimd_connections_ended",
    "claimd_connections_cut",
    "claimd_calls_stalled",
    "claimd_calls_refused",
];

/// A serving process; ends with this.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    pub admin: SocketAddr,
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Program {
    /// Runs the program within the limits that the shell sets, until it serves.
    pub fn start(binary: &str, limits: &str, flags: &[&str]) -> Self {
        let script = format!(
            "{limits} exec \"$0\" serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 --log claimd::cli=info,error \
             --log-format json \"$@\""
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script, binary]).args(flags).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut address_of = |message: &str| loop {
            let line = log.next().expect("the program serves").unwrap();
            let entry: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
            if entry["message"] == message {
                break entry["address"].as_str().unwrap().parse().unwrap();
            }
        };
        let (admin, address) = (address_of("admin port open"), address_of("serving"));
        thread::spawn(move || log.for_each(|line| eprintln!("{}", line.unwrap_or_default())));
        Self { child, address, admin }
    }

    fn told(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap()
    }

    /// Memory of the process.
    pub fn resident_bytes(&self) -> u64 {
        let status = self.told("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }

    /// Processor time used so far.
    pub fn processor_time(&self) -> Duration {
        let stat = self.told("stat");
        let (_, after_name) = stat.rsplit_once(')').unwrap();
        let ticks = after_name.split_whitespace().skip(11).take(2);
        // User and system time, in hundredths of a second.
        Duration::from_millis(ticks.map(|ticks| ticks.parse::<u64>().unwrap() * 10).sum())
    }

    /// A metric without labels.
    pub fn metric(&self, name: &str) -> f64 {
        let metrics = http::get(&self.admin.to_string(), "/metrics").body;
        metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap()
    }

    /// What it held off, and how often.
    pub fn protections(&self) -> String {
        let metrics = http::get(&self.admin.to_string(), "/metrics").body;
        let counted = metrics.lines().filter(|line| PROTECTIONS.iter().any(|name| line.starts_with(name)));
        let counted = counted.filter_map(|line| line.rsplit_once(' ')).filter(|(_, count)| *count != "0");
        let named = counted.map(|(series, count)| {
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            let name = name.trim_start_matches("claimd_").trim_end_matches("_total").replace('_', " ");
            let label = labels.split('"').nth(1).map(|label| format!(" ({label})")).unwrap_or_default();
            format!("{name}{label} {count}")
        });
        named.collect::<Vec<_>>().join(", ")
    }
}
