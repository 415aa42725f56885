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
use claimd::matching::features::{COUNT, FEATURES, FeatureVector, RIVAL};
use claimd::matching::model::Model;
use claimd::matching::query::Query;
use claimd::matching::rank::rivals;
use support::data::{DATASETS, Dataset, Labelled};
use support::fit::{Vector, fit_logistic, fit_ranking};
use support::index::Indexed;
use support::measure::{average_precision, mean, order, pool_recall};
use support::sample::{FOLDS, Sample};

/// Penalty on the ranking weights. Cross-validation hardly tells 3e-4 to 4e-3 apart; `docs/QUALITY.md` says how it was
/// chosen.
const RANKING_PENALTY: f64 = 4e-3;
const CALIBRATION_PENALTY: f64 = 1e-5;
/// What is learnt on: each folder with all it has; and for the calibration with the claims alone, too, so that a score
/// means the same in a corpus without texts.
const CORPORA: [(&str, bool); 4] =
    [(DATASETS[0], false), (DATASETS[1], false), (DATASETS[0], true), (DATASETS[1], true)];
/// Candidates of a query that the calibration looks at: those a caller would see.
const SHOWN: usize = 10;

fn main() {
    let folder = std::env::args().nth(1).expect("usage: train DATA > WEIGHTS");
    let (mut samples, mut fragments, mut copies) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (name, bare)) in CORPORA.iter().enumerate() {
        let Dataset { indexed, train, .. } = Dataset::load(&Path::new(&folder).join(name), *bare);
        for query in &train {
            samples.push(Sample::new(number, &indexed, query));
            fragments.push(Sample::new(number, &indexed, &fragment(query, &indexed)));
            copies.push(Sample::new(number, &indexed, &copy(query, &indexed)));
        }
    }
    let full: Vec<&Sample> = samples.iter().filter(|sample| !CORPORA[sample.corpus].1).collect();
    let ranking: Vec<usize> = (0..COUNT).filter(|index| !FEATURES[*index].is_of_query()).collect();
    let by_fold: Vec<Vector> = (0..FOLDS)
        .map(|fold| {
            fit_ranking(&full.iter().copied().filter(|s| s.fold != fold).collect::<Vec<_>>(), RANKING_PENALTY, &ranking)
        })
        .collect();
    for (number, (name, bare)) in CORPORA.iter().enumerate() {
        let of_corpus = || samples.iter().filter(|sample| sample.corpus == number);
        let map = mean(of_corpus(), |s| average_precision(s, &margins(s, &by_fold[s.fold])));
        let recall = mean(of_corpus(), pool_recall);
        let kind = if *bare { "claims alone" } else { "with titles and texts" };
        eprintln!("{name}, {kind}: MAP@5 {map:.4} in cross-validation, right claim compared {recall:.3}");
    }
    let weights = fit_ranking(&full, RANKING_PENALTY, &ranking);
    print!("{}", calibrated([&samples, &fragments, &copies], &by_fold, &weights));
}

/// The rarest word of a query alone: names something, claims nothing.
fn fragment(query: &Labelled, indexed: &Indexed) -> Labelled {
    let parsed = Query::parse(&query.text, "", indexed.claims().lexicon());
    let word = parsed.terms.first().map(|term| term.word.clone()).unwrap_or_default();
    Labelled { text: word, ..query.clone() }
}

fn margin(features: &FeatureVector, weights: &Vector) -> f64 {
    features.iter().zip(weights).map(|(value, weight)| f64::from(*value) * weight).sum()
}

fn margins(sample: &Sample, weights: &Vector) -> Vec<f64> {
    sample.features.iter().map(|features| margin(features, weights)).collect()
}

/// A right claim in its own words.
fn copy(query: &Labelled, indexed: &Indexed) -> Labelled {
    let said = query.gold.first().map(|claim| indexed.corpus.matchable(*claim).text.to_owned());
    Labelled { text: said.unwrap_or_default(), ..query.clone() }
}

/// The ranking in units of log-odds.
fn calibrated([samples, fragments, copies]: [&[Sample]; 3], by_fold: &[Vector], ranking: &Vector) -> Model {
    let of_query: Vec<usize> = (0..COUNT).filter(|index| FEATURES[*index].is_of_query()).collect();
    let mut rows = Vec::new();
    let mut take = |sample: &Sample, is_answered: bool, share: f64| {
        let sample = &if is_answered { sample.clone() } else { sample.without_right() };
        let margins = margins(sample, &by_fold[sample.fold]);
        let rivals: Vec<f64> = rivals(&margins).collect();
        for place in order(sample, &margins).into_iter().take(SHOWN) {
            let mut features = sample.features[place].map(f64::from);
            features[RIVAL] = rivals[place];
            let mut row = vec![margins[place], 1.0];
            row.extend(of_query.iter().map(|index| features[*index]));
            rows.push((row, is_answered && sample.is_right[place], share));
        }
    };
    for ((sample, fragment), copy) in samples.iter().zip(fragments).zip(copies) {
        take(sample, true, 1.0);
        take(sample, false, 0.5);
        take(fragment, false, 0.5);
        take(copy, true, 0.5);
        take(copy, false, 0.5);
    }
    let fitted = fit_logistic(&rows, CALIBRATION_PENALTY);
    let mut weights = ranking.map(|weight| (weight * fitted[0]) as f32);
    of_query.iter().zip(&fitted[2..]).for_each(|(index, weight)| weights[*index] = *weight as f32);
    // A rival is measured in units of log-odds, too.
    weights[RIVAL] = (fitted[2 + of_query.len() - 1] / fitted[0]) as f32;
    Model::new(fitted[1] as f32, weights)
}
