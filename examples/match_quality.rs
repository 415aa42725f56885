//! Evaluates MatchClaims on the dev splits: `cargo run --release --example match_quality -- DATA [misses] [WEIGHTS]`, where
//! DATA has the folders `snopes` and `politifact`. WEIGHTS replaces the compiled weights.
//!
//! Prints candidate recall, MAP@5, MRR and the calibration curve of each folder, and compares the relevant claims that
//! rank first with the others. `misses` lists the queries whose first candidate is not relevant.

#[allow(dead_code, reason = "each example uses a part of the module")]
mod support;

use std::path::Path;

use claimd::matching::features::{FEATURES, FeatureVector, RIVAL};
use claimd::matching::model::{Model, rivals};
use claimd::matching::scorer::CandidateLimits;
use support::dataset::{DATASETS, Dataset, Labelled};
use support::sample::{Sample, average_precision, candidate_recall, mean, order, print_calibration, reciprocal_rank};

/// Candidates in a response.
const SHOWN: usize = 10;
/// Features by which relevant claims that rank first are compared with the others.
const COMPARED: [&str; 6] = ["text_found", "head_found", "body_added", "wide_window", "text_letters", "query_weight"];

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let lists_misses = arguments.iter().any(|argument| argument == "misses");
    arguments.retain(|argument| argument != "misses");
    let folder = arguments.first().expect("usage: match_quality DATA [misses] [WEIGHTS]");
    let model = match arguments.get(1) {
        Some(file) => Model::parse(&std::fs::read_to_string(file).expect("the weights are readable")),
        None => Model::built_in(),
    };
    let model = model.expect("the weights are valid");
    for (number, name) in DATASETS.iter().enumerate() {
        let data = Dataset::load(&Path::new(folder).join(name), false);
        let ranked: Vec<Ranked> = data
            .dev
            .iter()
            .map(|query| Ranked::new(&model, Sample::new(number, &data, query, &model, CandidateLimits::default())))
            .collect();
        println!(
            "{name}: {} queries, candidate recall {:.3}, MAP@5 {:.4}, MRR {:.4}",
            ranked.len(),
            mean(ranked.iter(), |one| candidate_recall(&one.sample)),
            mean(ranked.iter(), |one| average_precision(&one.sample, &one.scores)),
            mean(ranked.iter(), |one| reciprocal_rank(&one.sample, &one.scores)),
        );
        print_calibration(&format!("  {name}"), &shown(&ranked));
        let unanswered: Vec<Ranked> =
            ranked.iter().map(|one| Ranked::new(&model, one.sample.without_relevant())).collect();
        let mixed: Vec<(f64, bool)> = shown(&ranked).into_iter().chain(shown(&unanswered)).collect();
        print_calibration(&format!("  {name}, half of the queries without a relevant claim"), &mixed);
        print_comparison(&ranked);
        if lists_misses {
            data.dev.iter().zip(&ranked).for_each(|(query, one)| print_miss(&data, query, one));
        }
    }
}

/// A query with scored candidates.
struct Ranked {
    sample: Sample,
    scores: Vec<f64>,
    /// Indexes of the candidates, best first.
    order: Vec<usize>,
}

impl Ranked {
    fn new(model: &Model, sample: Sample) -> Self {
        let scores: Vec<f32> = sample.features.iter().map(|features| model.ranking_score(features)).collect();
        let probability = |(features, rival): (&FeatureVector, f32)| {
            let mut features = *features;
            features[RIVAL] = rival;
            f64::from(model.probability(&features))
        };
        let scores: Vec<f64> = sample.features.iter().zip(rivals(&scores)).map(probability).collect();
        let order = order(&sample, &scores);
        Self { sample, scores, order }
    }

    /// Number of candidates before the first relevant one.
    fn first_relevant(&self) -> Option<usize> {
        self.order.iter().position(|index| self.sample.is_relevant[*index])
    }
}

/// Scores in the responses, and whether each candidate is relevant.
fn shown(ranked: &[Ranked]) -> Vec<(f64, bool)> {
    let of = |one: &Ranked| {
        let best = one.order.iter().take(SHOWN);
        best.map(|index| (one.scores[*index], one.sample.is_relevant[*index])).collect::<Vec<_>>()
    };
    ranked.iter().flat_map(of).collect()
}

/// Ranks of the relevant claims, and mean features of those that rank first and of the others.
fn print_comparison(ranked: &[Ranked]) {
    let count = |is_it: fn(Option<usize>) -> bool| ranked.iter().filter(|one| is_it(one.first_relevant())).count();
    println!(
        "  relevant claim first {}, second to fifth {}, lower {}, not a candidate {}",
        count(|rank| rank == Some(0)),
        count(|rank| matches!(rank, Some(1..5))),
        count(|rank| matches!(rank, Some(5..))),
        count(|rank| rank.is_none()),
    );
    for name in COMPARED {
        let feature = FEATURES.iter().position(|feature| feature.name == name).expect("a feature");
        let average = |is_first: bool| {
            let those = ranked.iter().filter(|one| one.first_relevant().is_some_and(|rank| (rank == 0) == is_first));
            mean(those, |one| {
                let relevant =
                    one.sample.is_relevant.iter().position(|is_relevant| *is_relevant).expect("it has a rank");
                f64::from(one.sample.features[relevant][feature])
            })
        };
        println!(
            "  {name:<14} of relevant claims that rank first {:.3}, of others {:.3}",
            average(true),
            average(false)
        );
    }
}

fn print_miss(data: &Dataset, query: &Labelled, one: &Ranked) {
    if one.first_relevant() == Some(0) {
        return;
    }
    let said = |claim: u32| data.corpus.match_texts(claim).text;
    println!("{} {}", query.id, query.text);
    println!("    first: {}", one.order.first().map_or("nothing", |index| said(one.sample.claims[*index])));
    for gold in &query.relevant {
        println!("    relevant: {}", said(*gold));
    }
    println!("    rank: {:?}", one.first_relevant().map(|rank| rank + 1));
}
