//! A long soak: 200 reloads, half of them broken or shrunken, under 2,000 calls a second.
//!
//! `cargo run --release --example soak` takes about two minutes and prints how much memory the process has after every
//! ten loads. It ends with an error when a call failed, a walk through all pages missed or repeated a claim, a subscriber
//! missed or repeated a change, or memory did not stay level.

#![allow(missing_docs, unreachable_pub, reason = "an example, not a library")]
#![allow(clippy::unwrap_used, reason = "it shares the server of the tests")]
#![allow(clippy::cast_precision_loss, reason = "counts become rates")]

#[path = "run.rs"]
mod run;
#[allow(dead_code, unused_imports, reason = "the soak needs a part of what the tests share")]
#[path = "../../tests/it/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;

use run::{Data, Plan, run};
use support::{TestServer, defaults};

/// The allocator of the program, which is what the memory depends on.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const CLAIMS: u32 = 20_000;
const RELOADS: u32 = 200;
/// How much higher the memory of the second half may be than that of the first. Levels jump with what the allocator gives
/// back when; a leak of one corpus in four reloads would double them.
const LEVEL: f64 = 1.3;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    let levels = runtime.block_on(soak());
    let (first, second) = levels.split_at(levels.len() / 2);
    let highest = |levels: &[f64]| levels.iter().copied().fold(0., f64::max);
    let (first, second) = (highest(first), highest(second));
    println!("highest level: {first:.0} MiB in the first half, {second:.0} MiB in the second");
    assert!(second <= first * LEVEL, "memory grows");
}

async fn soak() -> Vec<f64> {
    let folder = tempfile::tempdir().expect("a folder for the data");
    let path = folder.path().join("corpus.ndjson");
    let data = Data::new(path.clone(), CLAIMS);
    let mut config: claimd::config::LiveConfig = defaults();
    config.reload.min_keep_ratio = 0.5;
    let corpus = Data::load(path).expect("the data are loaded");
    println!("one corpus: {:.0} MiB", mib(corpus.memory_bytes));
    let server = Arc::new(TestServer::with(corpus, defaults(), config).await);
    let between = Duration::from_millis(500);
    let plan = Plan { reloads: RELOADS, claims: CLAIMS, calls_per_second: 2000, subscribers: 8, between };
    let mut levels = Vec::new();
    let outcome = run(server, data, plan, |step| {
        if step % 10 == 0 {
            let level = mib(resident_bytes());
            println!("after {step} loads: {level:.0} MiB");
            levels.push(level);
        }
    })
    .await;
    println!("{outcome:?}, {:.0} calls a second", outcome.calls as f64 / outcome.seconds);
    levels
}

fn mib(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Memory of this process, where the system tells it.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap_or_default() << 10
}
