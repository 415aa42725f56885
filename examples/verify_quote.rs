//! How long VerifyQuote takes: `cargo run --release --example verify_quote -- FILE.ndjson [QUOTES]`.
//!
//! Quotes are cut from bodies all over the corpus and asked as they are, set otherwise, and with words changed; beside
//! them a search for the same bytes through all bodies, which finds the first of these three only. Then the worst quotes
//! known. One line each.

use std::hint::black_box;
use std::time::{Duration, Instant};

use claimd::config::LoadLimits;
use claimd::corpus::{Corpus, Id, Quotes};
use claimd::query::{Agreement, QuestionedQuote, Quote, verify};
use claimd::source::{self, Source};
use memchr::memmem;

/// Most bytes of a quote.
const MAX_QUOTE: usize = 8 << 10;
/// Most parts of a quote.
const MAX_PARTS: usize = 32;

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("give a file of records");
    let count = args.next().map_or(500, |count| count.parse().expect("the number of quotes is a number"));
    let limits = LoadLimits {
        max_line_bytes: 16 << 20,
        max_record_bytes: 3 << 20,
        max_database_bytes: 1 << 20,
        max_diagnostics: 10,
    };
    let corpus = source::load(&[Source::from(path.as_str())], limits, false).expect("the corpus loads");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    report_index(&corpus);

    let cut = quotes(&corpus, count);
    let set: Vec<_> = cut.iter().map(|(id, quote)| (*id, otherwise_set(quote))).collect();
    let one =
        |every: usize| -> Vec<(Id, String)> { cut.iter().map(|(id, quote)| (*id, changed(quote, every))).collect() };
    let short: Vec<_> = cut.iter().map(|(id, quote)| (*id, words(quote, 3))).collect();
    let short_set: Vec<_> = short.iter().map(|(id, quote)| (*id, otherwise_set(quote))).collect();
    let pieces: Vec<_> = cut.iter().map(|(id, quote)| (*id, quote[1..quote.len() - 1].to_owned())).collect();
    for (what, quotes, expected) in [
        ("as it is", &cut, Agreement::Exact),
        ("cut within words", &pieces, Agreement::Exact),
        ("three words", &short, Agreement::Exact),
        ("three words, otherwise", &short_set, Agreement::Normalized),
        ("set otherwise", &set, Agreement::Normalized),
        ("1 word in 10 changed", &one(10), Agreement::Near),
        ("1 word in 6 changed", &one(6), Agreement::Near),
    ] {
        let ask = |(id, quote): &(Id, String)| {
            let started = Instant::now();
            let matches = runtime.block_on(ask(&corpus, quote));
            let right = matches.iter().any(|(article, agreement)| article == id && *agreement <= expected);
            (started.elapsed(), right || matches.len() >= 10)
        };
        let (times, right): (Vec<Duration>, Vec<bool>) = quotes.iter().map(ask).unzip();
        let recall = right.iter().filter(|right| **right).count();
        println!("{what:<24} {} found {recall} of {}", percentiles(times), quotes.len());
    }
    let naive = cut.iter().take(50).map(|(_, quote)| {
        let started = Instant::now();
        let finder = memmem::Finder::new(quote);
        let table = &corpus.articles.table;
        black_box((0..table.len()).filter(|id| finder.find(table.body_bytes(*id)).is_some()).count());
        started.elapsed()
    });
    println!("{:<24} {}", "memmem through it all", percentiles(naive.collect()));
    for (what, quote) in worst() {
        let times = (0..5).map(|_| {
            let started = Instant::now();
            black_box(runtime.block_on(ask(&corpus, &quote)));
            started.elapsed()
        });
        println!("{what:<24} {}", percentiles(times.collect()));
    }
}

fn report_index(corpus: &Corpus) {
    let table = &corpus.articles.table;
    let bodies: usize = (0..table.len()).map(|id| table.body_bytes(id).len()).sum();
    let started = Instant::now();
    let index = Quotes::new(table);
    let (seconds, bytes) = (started.elapsed().as_secs_f64(), index.memory_bytes());
    #[allow(clippy::cast_precision_loss, reason = "a share of sizes")]
    let share = 100.0 * bytes as f64 / bodies as f64;
    println!("{} articles, {bodies} bytes of bodies, loaded in {:?}", table.len(), corpus.load_duration);
    println!("index: {bytes} bytes ({share:.1} % of the bodies), built in {seconds:.2} s");
}

async fn ask(corpus: &Corpus, quote: &str) -> Vec<(Id, Agreement)> {
    let quote = Quote::new(quote, MAX_QUOTE, MAX_PARTS).expect("it is a quote");
    let question = QuestionedQuote { quote: &quote, speaker: "", articles: &[], limit: 10 };
    let matches = verify(corpus, question).await;
    matches.into_iter().map(|found| (found.article, found.agreement)).collect()
}

/// Stretches of some 20 words, evenly spread.
fn quotes(corpus: &Corpus, count: usize) -> Vec<(Id, String)> {
    let table = &corpus.articles.table;
    let step = (table.len() as usize / count).max(1);
    let cut = |id: Id| {
        let body = table.body(id);
        let start = body[body.floor_char_boundary(body.len() / 2)..].split_once(' ')?.1;
        let quote = words(start, 20);
        // A single line without omissions, so that what is expected of it is clear.
        (quote.len() > 80 && quote.is_ascii() && !quote.contains("..") && !quote.contains('\n')).then_some((id, quote))
    };
    (0..table.len()).step_by(step).filter_map(cut).collect()
}

fn words(text: &str, count: usize) -> String {
    text.split(' ').take(count).collect::<Vec<_>>().join(" ")
}

fn otherwise_set(quote: &str) -> String {
    quote.to_uppercase().replace('-', "–").replace('"', "“").replace(' ', "\u{a0}")
}

/// Every so many words another.
fn changed(quote: &str, every: usize) -> String {
    let words = quote.split(' ').enumerate();
    words.map(|(at, word)| if at % every == every / 2 { "utterly" } else { word }).collect::<Vec<_>>().join(" ")
}

/// Quotes that are as much work as can be.
fn worst() -> Vec<(&'static str, String)> {
    let common = ["the", "of", "and", "to", "in", "a", "that", "is", "for", "on", "it", "with", "as", "was", "at"];
    let shuffled: Vec<&str> = (0..1500).map(|at| common[(at * 7 + at / 15 * 4) % common.len()]).collect();
    vec![
        ("8 KiB of common words", words(&shuffled.join(" "), 1500)),
        ("8 KiB of one word", "the ".repeat(2000)),
        ("8 KiB of one letter", "a".repeat(8000)),
        ("32 parts of one letter", "a … ".repeat(32)),
        ("two words never paired", "of the percent of".to_owned()),
        ("only signs", "?!?!?!?!?!".to_owned()),
        ("common words, no place", "to it the of is and in that for".to_owned()),
        ("not a word known", "qwxz vbnkj zzxcv qqwpo".to_owned()),
    ]
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    format!("p50 {:8.3} ms  p99 {:8.3} ms", at(50), at(99))
}
