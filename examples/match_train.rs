//! Learns `data/match_weights.tsv` from the training queries: `cargo run --release --example match_train -- DATA > WEIGHTS`,
//! where DATA holds the folders `snopes` and `politifact`. The same data give the same file.
//!
//! 1. Ranking: weights that set the right candidates of each query apart from the others (softmax, Newton's method).
//! 2. Calibration: the same ranking learnt without each fold scores that fold; a logistic regression turns these margins
//!    and what is known of the query into a probability. Half its queries have no right candidate: those they had are
//!    taken away, as are all for queries cut down to one word.

#![allow(clippy::cast_possible_truncation, reason = "weights are stored in 24 bits")]
#[allow(dead_code, reason = "each example uses its part of the support")]
mod support;

use std::path::Path;

use claimd::matching::corpus::Corpus;
use claimd::matching::features::{COUNT, FEATURES, FeatureVector};
use claimd::matching::model::Model;
use claimd::matching::query::Query;
use support::data::{DATASETS, Dataset, Labelled};
use support::fit::{Vector, fit_logistic, fit_ranking};
use support::index::Indexed;
use support::measure::{average_precision, mean, order};
use support::sample::{FOLDS, Sample};

/// Penalty on the ranking weights, chosen by cross-validation.
const RANKING_PENALTY: f64 = 1e-3;
const CALIBRATION_PENALTY: f64 = 1e-5;
/// Candidates of a query that the calibration looks at: those a caller would see.
const SHOWN: usize = 10;

fn main() {
    let folder = std::env::args().nth(1).expect("usage: train DATA > WEIGHTS");
    let (mut samples, mut fragments) = (Vec::new(), Vec::new());
    for (number, name) in DATASETS.iter().enumerate() {
        let mut data = Dataset::load(&Path::new(&folder).join(name));
        let corpus = Indexed::build(std::mem::take(&mut data.claims));
        for query in &data.train {
            samples.push(Sample::new(number, &corpus, query));
            fragments.push(Sample::new(number, &corpus, &fragment(query, &corpus)));
        }
    }
    let all: Vec<&Sample> = samples.iter().collect();
    let ranking: Vec<usize> = (0..COUNT).filter(|index| !is_of_query(*index)).collect();
    let by_fold: Vec<Vector> = (0..FOLDS)
        .map(|fold| {
            fit_ranking(&samples.iter().filter(|s| s.fold != fold).collect::<Vec<_>>(), RANKING_PENALTY, &ranking)
        })
        .collect();
    for (number, name) in DATASETS.iter().enumerate() {
        let of_dataset = samples.iter().filter(|sample| sample.dataset == number);
        let map = mean(of_dataset, |s| average_precision(s, &margins(s, &by_fold[s.fold])));
        eprintln!("{name}: MAP@5 {map:.4} in cross-validation");
    }
    let weights = fit_ranking(&all, RANKING_PENALTY, &ranking);
    print!("{}", calibrated(&samples, &fragments, &by_fold, &weights));
}

/// The rarest word of a query alone: names something, claims nothing.
fn fragment(query: &Labelled, corpus: &Indexed) -> Labelled {
    let parsed = Query::parse(&query.text, "", corpus.lexicon());
    let word = parsed.terms.first().map(|term| term.word.clone()).unwrap_or_default();
    Labelled { text: word, ..query.clone() }
}

fn is_of_query(index: usize) -> bool {
    FEATURES[index].name.starts_with("query_")
}

fn margin(features: &FeatureVector, weights: &Vector) -> f64 {
    features.iter().zip(weights).map(|(value, weight)| f64::from(*value) * weight).sum()
}

fn margins(sample: &Sample, weights: &Vector) -> Vec<f64> {
    sample.features.iter().map(|features| margin(features, weights)).collect()
}

/// The ranking in units of log-odds.
fn calibrated(samples: &[Sample], fragments: &[Sample], by_fold: &[Vector], ranking: &Vector) -> Model {
    let of_query: Vec<usize> = (0..COUNT).filter(|index| is_of_query(*index)).collect();
    let mut rows = Vec::new();
    let mut take = |sample: &Sample, is_answered: bool, share: f64| {
        let margins = margins(sample, &by_fold[sample.fold]);
        let shown = order(sample, &margins).into_iter().filter(|place| is_answered || !sample.is_right[*place]);
        for place in shown.take(SHOWN) {
            let features = &sample.features[place];
            let mut row = vec![margins[place], 1.0];
            row.extend(of_query.iter().map(|index| f64::from(features[*index])));
            rows.push((row, is_answered && sample.is_right[place], share));
        }
    };
    for (sample, fragment) in samples.iter().zip(fragments) {
        take(sample, true, 1.0);
        take(sample, false, 0.5);
        take(fragment, false, 0.5);
    }
    let fitted = fit_logistic(&rows, CALIBRATION_PENALTY);
    let mut weights = ranking.map(|weight| (weight * fitted[0]) as f32);
    of_query.iter().zip(&fitted[2..]).for_each(|(index, weight)| weights[*index] = *weight as f32);
    Model::new(fitted[1] as f32, weights)
}
