//! Latency of ResolveActors over 100,000 actors, and its recall of names with typos.
//!
//! `cargo bench --bench resolve -- [ALIASES] [ACTORS]` generates names from a fixed seed, with up to ALIASES aliases for each
//! actor (default 3), and calls the query function on one core. `cargo test` runs nothing here.

#[path = "support/invented.rs"]
#[allow(dead_code, reason = "each bench uses its part of the support")]
mod invented;

use std::time::{Duration, Instant};

use claimd::config::LoadLimits;
use claimd::corpus::{Builder, Corpus};
use claimd::model::{Findings, RecordOp};
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{Actor, ActorType, Alias, AliasKind, Record};
use claimd::query::{ActorCandidate, ActorQuery, resolve};
use invented::Inventor;
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const SEED: u64 = 20_261_123;
const QUERIES: usize = 683;
const FREQUENT: [&str; 9] = [
    "Mohammed Ali",
    "John Smith",
    "Maria",
    "Kim",
    "J. P. Morgan",
    "al",
    "Alexander Alexandrovich Alexandrov",
    "🙂",
    "x",
];

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let (aliases, count): (usize, usize) = (numbers.next().unwrap_or(3), numbers.next().unwrap_or(100_000));
    let mut inventor = Inventor::new(SEED);
    let names = inventor.distinct_names(count);
    let started = Instant::now();
    let (corpus, entries) = build(&names, aliases, &mut inventor);
    println!("{count} actors with {entries} names: loaded in {:.1?}, {} bytes", started.elapsed(), corpus.memory_bytes);

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    for typos in [0, 1, 2] {
        let (mut first, mut firm, mut times) = (0, 0, Vec::new());
        for _ in 0..QUERIES {
            let at = inventor.below(names.len());
            let text = (0..typos).fold(names[at].clone(), |text, _| inventor.typo(&text));
            let found = ask(&runtime, &corpus, &text, &mut times);
            let right = found.first().filter(|best| corpus.actors.table.name(best.id) == resource_name(at));
            first += usize::from(right.is_some());
            firm += usize::from(right.is_some_and(|best| best.score >= 0.7));
        }
        println!("{typos} typos: first {first} of {QUERIES}, of these {firm} with a score of 0.7; {}", spread(times));
    }
    let long = "Maria John Mohammed Alexander Peter ".repeat(28);
    let mut times = Vec::new();
    for text in FREQUENT.into_iter().chain([long.as_str()]).cycle().take(200) {
        ask(&runtime, &corpus, text, &mut times);
    }
    println!("frequent, long and empty texts: {}", spread(times));
}

fn ask(runtime: &Runtime, corpus: &Corpus, text: &str, times: &mut Vec<Duration>) -> Vec<ActorCandidate> {
    let query = ActorQuery { text: text.to_owned(), ..ActorQuery::default() };
    let started = Instant::now();
    let found = runtime.block_on(resolve(corpus, &query, 5, 0.0));
    times.push(started.elapsed());
    found
}

/// A corpus of persons with these names and aliases, and the number of names including aliases.
fn build(names: &[String], aliases: usize, inventor: &mut Inventor) -> (Corpus, usize) {
    let limits = LoadLimits {
        max_line_bytes: 1 << 20,
        max_record_bytes: 1 << 20,
        max_database_bytes: 1 << 20,
        max_diagnostics: 10,
    };
    let mut builder = Builder::new(limits);
    let mut entries = 0;
    for (at, display_name) in names.iter().enumerate() {
        let mut alias =
            |_| Alias { text: inventor.alias(display_name), kind: AliasKind::Alias.into(), ..Alias::default() };
        let spread = at * 7919 % (aliases + 1);
        let aliases: Vec<Alias> = (0..spread).map(&mut alias).collect();
        entries += 1 + aliases.len();
        let name = resource_name(at);
        let actor = Actor {
            name: name.clone(),
            display_name: display_name.clone(),
            r#type: ActorType::Person.into(),
            aliases,
            ..Actor::default()
        };
        let line = u32::try_from(at).expect("lines are counted in 32 bits");
        builder.add(
            line,
            &name,
            Some(Record { record: Some(Kind::Actor(actor)) }),
            Findings::default(),
            RecordOp::Insert,
        );
    }
    (builder.finish(true).expect("there are actors"), entries)
}

fn resource_name(at: usize) -> String {
    format!("actors/a{at}")
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    let total: Duration = times.iter().sum();
    let rate = u32::try_from(times.len()).map_or(f64::NAN, f64::from) / total.as_secs_f64();
    format!("p50 {:.2?} p99 {:.2?} max {:.2?}, {rate:.0} a second", at(50), at(99), at(100))
}
