//! How right MatchClaims is: `cargo run --release --example match_quality -- DATA [misses] [WEIGHTS]`, where DATA holds the
//! folders `snopes` and `politifact`. Queries of the dev split, on which nothing was learnt; the weights of the program,
//! or those of a file.
//!
//! For each folder: how often the right claim is among those compared, how high it comes, what a score is worth (the
//! calibration curve), and what tells the queries whose right claim is not the first from the others. `misses` lists
//! these.

#[allow(dead_code, reason = "each example uses its part of the support")]
mod support;

use std::path::Path;

use claimd::matching::features::{FEATURES, FeatureVector, RIVAL};
use claimd::matching::model::Model;
use claimd::matching::rank::rivals;
use support::data::{DATASETS, Dataset, Labelled};
use support::measure::{average_precision, mean, order, pool_recall, print_reliability, reciprocal_rank};
use support::sample::Sample;

/// Candidates of a query that a caller sees.
const SHOWN: usize = 10;
/// What the right claims of misses are compared with those of hits by.
const TELLING: [&str; 6] = ["text_found", "head_found", "body_added", "wide_window", "text_letters", "query_weight"];

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let lists_misses = arguments.iter().any(|argument| argument == "misses");
    arguments.retain(|argument| argument != "misses");
    let folder = arguments.first().expect("usage: match_quality DATA [misses] [WEIGHTS]");
    let model = match arguments.get(1) {
        Some(file) => Model::parse(&std::fs::read_to_string(file).expect("the weights can be read")),
        None => Model::built_in(),
    };
    let model = model.expect("the weights are whole");
    for (number, name) in DATASETS.iter().enumerate() {
        let data = Dataset::load(&Path::new(folder).join(name), false);
        let ranked: Vec<Ranked> =
            data.dev.iter().map(|query| Ranked::new(&model, Sample::new(number, &data.indexed, query))).collect();
        println!(
            "{name}: {} queries, right claim compared {:.3}, MAP@5 {:.4}, MRR {:.4}",
            ranked.len(),
            mean(ranked.iter(), |one| pool_recall(&one.sample)),
            mean(ranked.iter(), |one| average_precision(&one.sample, &one.scores)),
            mean(ranked.iter(), |one| reciprocal_rank(&one.sample, &one.scores)),
        );
        print_reliability(&format!("  {name}"), &shown(&ranked));
        let unanswered: Vec<Ranked> =
            ranked.iter().map(|one| Ranked::new(&model, one.sample.without_right())).collect();
        let mixed: Vec<(f64, bool)> = shown(&ranked).into_iter().chain(shown(&unanswered)).collect();
        print_reliability(&format!("  {name}, half of the queries without a right claim"), &mixed);
        print_telling(&ranked);
        if lists_misses {
            data.dev.iter().zip(&ranked).for_each(|(query, one)| print_miss(&data, query, one));
        }
    }
}

/// A query whose candidates have scores.
struct Ranked {
    sample: Sample,
    scores: Vec<f64>,
    /// Places of the candidates, best first.
    order: Vec<usize>,
}

impl Ranked {
    fn new(model: &Model, sample: Sample) -> Self {
        let margins: Vec<f32> = sample.features.iter().map(|features| model.margin(features)).collect();
        let score = |(features, rival): (&FeatureVector, f32)| {
            let mut features = *features;
            features[RIVAL] = rival;
            f64::from(model.score(&features))
        };
        let scores: Vec<f64> = sample.features.iter().zip(rivals(&margins)).map(score).collect();
        let order = order(&sample, &scores);
        Self { sample, scores, order }
    }

    /// How many candidates come before the first right one.
    fn first_right(&self) -> Option<usize> {
        self.order.iter().position(|place| self.sample.is_right[*place])
    }
}

/// Scores that a caller sees, and whether each is of a right claim.
fn shown(ranked: &[Ranked]) -> Vec<(f64, bool)> {
    let of = |one: &Ranked| {
        let best = one.order.iter().take(SHOWN);
        best.map(|place| (one.scores[*place], one.sample.is_right[*place])).collect::<Vec<_>>()
    };
    ranked.iter().flat_map(of).collect()
}

/// What is measured of right claims that come first, and of those that do not.
fn print_telling(ranked: &[Ranked]) {
    let count = |is_it: fn(Option<usize>) -> bool| ranked.iter().filter(|one| is_it(one.first_right())).count();
    println!(
        "  right claim first {}, second to fifth {}, farther down {}, not compared {}",
        count(|rank| rank == Some(0)),
        count(|rank| matches!(rank, Some(1..5))),
        count(|rank| matches!(rank, Some(5..))),
        count(|rank| rank.is_none()),
    );
    for name in TELLING {
        let feature = FEATURES.iter().position(|feature| feature.name == name).expect("a feature");
        let average = |is_first: bool| {
            let those = ranked.iter().filter(|one| one.first_right().is_some_and(|rank| (rank == 0) == is_first));
            mean(those, |one| {
                let right = one.sample.is_right.iter().position(|right| *right).expect("it has a rank");
                f64::from(one.sample.features[right][feature])
            })
        };
        println!("  {name:<14} of right claims that come first {:.3}, of others {:.3}", average(true), average(false));
    }
}

fn print_miss(data: &Dataset, query: &Labelled, one: &Ranked) {
    if one.first_right() == Some(0) {
        return;
    }
    let said = |claim: u32| data.indexed.corpus.matchable(claim).text;
    println!("{} {}", query.id, query.text);
    println!("    first: {}", one.order.first().map_or("nothing", |place| said(one.sample.claims[*place])));
    for gold in &query.gold {
        println!("    right: {}", said(*gold));
    }
    println!("    rank: {:?}", one.first_right().map(|rank| rank + 1));
}
