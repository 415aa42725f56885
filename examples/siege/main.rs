//! A siege: peers that mean harm against the real program, while good clients ask it.
//!
//! `cargo run --release --example siege -- BINARY [ATTACK…]` starts the program anew for each attack and takes some three
//! minutes. Good clients ask first in quiet, then under the attack. None of their calls may fail, they may wait five times
//! as long as in quiet, or [`FLOOR`]; afterwards the attackers' connections have to be gone, the memory as it was, and the
//! program idle. It prints a table, and ends with an error where something does not hold. Judges by time: run it on a
//! machine that does little else.

#![allow(missing_docs, unreachable_pub, reason = "an example, not a library")]
#![allow(clippy::unwrap_used, reason = "a siege that cannot go on ends")]

mod attacks;
#[allow(dead_code, reason = "it belongs to the tests")]
#[path = "../../tests/it/server/bytes.rs"]
mod bytes;
mod corpus;
mod good;
#[allow(dead_code, reason = "it belongs to the tests")]
#[path = "../../tests/it/observe/http.rs"]
mod http;
mod program;

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use attacks::{ATTACKS, Attack};
use good::Good;
use program::Program;

/// How long good clients ask in quiet.
const QUIET: Duration = Duration::from_secs(3);
/// How much longer good clients may wait under an attack, at their 99th percentile.
const SLOWER: u32 = 5;
/// What they may wait in any case: attackers, clients and server share the machine.
const FLOOR: Duration = Duration::from_millis(25);
/// How much more memory there may be afterwards: some pages that the allocator keeps.
const MORE_BYTES: u64 = 24 << 20;
/// Longest time for connections to end and memory to fall.
const SETTLE: Duration = Duration::from_secs(30);
/// Most processor time in a second without calls: a few ticks of the clock that it is counted by.
const IDLE: Duration = Duration::from_millis(30);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(binary) = arguments.next() else {
        eprintln!("usage: siege BINARY [ATTACK…]");
        return ExitCode::from(2);
    };
    let chosen: Vec<String> = arguments.collect();
    rlimit::increase_nofile_limit(8192).unwrap();
    let data = corpus::write();
    println!(
        "| attack | good calls, failed | p99 in quiet | under attack | newcomer, at worst | memory before, at most, after | idle second | what the server counted |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut problems = Vec::new();
    for attack in ATTACKS.iter().filter(|attack| chosen.is_empty() || chosen.iter().any(|name| name == attack.name)) {
        let report = besiege(&binary, data.path().to_str().unwrap(), attack);
        println!("{}", report.line(attack));
        problems.extend(report.problems().into_iter().map(|problem| format!("{}: {problem}", attack.name)));
    }
    for problem in &problems {
        println!("FAILED: {problem}");
    }
    ExitCode::from(u8::from(!problems.is_empty()))
}

/// What one attack did.
struct Report {
    quiet: Good,
    beset: Good,
    memory: [u64; 3],
    /// True if the attackers' connections ended.
    alone: bool,
    idle: Duration,
    counted: String,
}

fn besiege(binary: &str, data: &str, attack: &Attack) -> Report {
    let program = Program::start(binary, attack.limits, &[&["--data", data], attack.flags].concat());
    let (address, admin) = (program.address, program.admin);
    // Once for nothing, so that everything is warm.
    good::ask(address, QUIET);
    let quiet = good::ask(address, QUIET);
    let before = program.resident_bytes();

    let attacking = thread::spawn({
        let run = attack.run;
        let (target, lasts) = (attacks::Target { address, admin }, attack.lasts);
        move || attacks::runtime().block_on(run(target, tokio::time::Instant::now() + lasts))
    });
    let asking = thread::spawn({
        let lasts = attack.lasts;
        move || good::ask(address, lasts)
    });
    let mut most = before;
    while !(attacking.is_finished() && asking.is_finished()) {
        most = most.max(program.resident_bytes());
        thread::sleep(Duration::from_millis(50));
    }
    attacking.join().unwrap();
    let beset = asking.join().unwrap();

    let settled = |holds: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !holds() && began.elapsed() < SETTLE {
            thread::sleep(Duration::from_millis(200));
        }
        holds()
    };
    let alone = settled(&|| program.metric("claimd_connections_open") == 0.0);
    // The allocator gives back what a thread has freed when that thread is at work again.
    settled(&|| {
        good::ask(address, Duration::from_millis(500));
        program.resident_bytes() < before + MORE_BYTES
    });
    let after = program.resident_bytes();
    let used = program.processor_time();
    thread::sleep(Duration::from_secs(1));
    let idle = program.processor_time().saturating_sub(used);
    Report { quiet, beset, memory: [before, most, after], alone, idle, counted: program.protections() }
}

impl Report {
    fn line(&self, attack: &Attack) -> String {
        let Self { quiet, beset, memory, idle, counted, .. } = self;
        let [before, most, after] = memory.map(|bytes| bytes >> 20);
        format!(
            "| {} | {}, {} | {:.1} ms | {:.1} ms | {:.0} ms | {before}, {most}, {after} MiB | {} ms | {counted} |",
            attack.what,
            beset.waited.len(),
            beset.failed.len(),
            milliseconds(quiet.p99()),
            milliseconds(beset.p99()),
            milliseconds(beset.worst_newcomer()),
            idle.as_millis(),
        )
    }

    fn problems(&self) -> Vec<String> {
        let Self { quiet, beset, memory: [before, _, after], alone, idle, .. } = self;
        let mut problems = Vec::new();
        let mut expect = |holds: bool, problem: String| {
            if !holds {
                problems.push(problem);
            }
        };
        expect(beset.failed.is_empty(), format!("good calls failed, as {:?}", beset.failed.first()));
        let bound = (quiet.p99() * SLOWER).max(FLOOR);
        expect(beset.p99() <= bound, format!("p99 is {:?}, above {bound:?}", beset.p99()));
        expect(*alone, "connections of attackers are still open".to_owned());
        expect(*after < before + MORE_BYTES, format!("{} bytes more than before", after - before.min(after)));
        expect(*idle <= IDLE, format!("{idle:?} of a processor in a second without calls"));
        problems
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
