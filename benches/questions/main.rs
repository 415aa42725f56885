//! How long questions take over a million claims, and how much longer the worst of each kind takes than a usual one.
//!
//! `cargo bench --bench questions -- [CLAIMS]` invents that many claims (1,000,000 unless told otherwise; the same ones
//! each time) with their actors and articles, builds the corpus and bare tantivy over the same texts in one process, and
//! asks through `query` on one core: what a call costs without its transport. Times are those on the processor, ratios within
//! a run count most. `cargo test` does nothing here.

mod asking;
mod bare;
mod counting;
#[path = "../support/invented.rs"]
#[allow(dead_code, reason = "each bench uses its part of the support")]
mod invented;
mod matching;
mod naming;
mod quoting;
mod records;
mod searching;
mod spread;
mod texts;

use std::time::Instant;

use claimd::corpus::ClaimFacet;
use claimd::query::Filter;

use asking::Asking;
use invented::Inventor;
use records::Records;
use texts::Vocabulary;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const SEED: u64 = 20_261_125;

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let claims = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let mut inventor = Inventor::new(SEED);
    let vocabulary = Vocabulary::new(&mut inventor);
    let mut records = Records::new(&vocabulary, &mut inventor, claims);
    let started = Instant::now();
    let (corpus, names) = records.load();
    let (actors, articles) = (records.actors, records.articles);
    let (said, written) = (std::mem::take(&mut records.said), std::mem::take(&mut records.written));
    println!("{claims} claims, {actors} actors, {articles} articles: invented and loaded in {:.1?}", started.elapsed());
    println!("in memory {} bytes a claim, its articles and actors included", corpus.memory_bytes / claims);
    println!("resident {} bytes a claim, the texts kept for questions included", resident() / claims);

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    let everything = Filter::<ClaimFacet>::default().select(&corpus);
    let mut asking = Asking { corpus, everything, runtime, inventor, vocabulary: &vocabulary, said, written, names };
    asking.searches();
    asking.aggregates();
    asking.networks();
    asking.quotes();
    asking.matches();
    asking.names();
}

/// Bytes that this process has of the machine's memory; 0 where the system does not say.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<usize>().ok()).unwrap_or(0) * 1024
}
