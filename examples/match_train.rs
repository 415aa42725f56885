//! Trains `data/match_weights.tsv` on the train splits: `cargo run --release --example match_train -- DATA > WEIGHTS`, where
//! DATA has the folders `snopes` and `politifact`. Deterministic.
//!
//! 1. Prefilter: softmax regression over all candidates of each query, on the features that need no bodies.
//! 2. Ranking: softmax regression over the candidates that pass the prefilter.
//! 3. Calibration: out-of-fold ranking scores and the `query_` features become probabilities by logistic regression. Half of
//!    its queries have no relevant candidate: the relevant ones are removed, and all candidates of one-word queries count
//!    as irrelevant.

#![allow(clippy::cast_possible_truncation, reason = "weights are stored in 24 bits")]
#[allow(dead_code, reason = "each example uses a part of the module")]
mod support;

use std::path::Path;

use claimd::matching::features::{COUNT, FEATURES, Feature, RIVAL};
use claimd::matching::model::{Model, rivals};
use claimd::matching::query::Query;
use claimd::matching::scorer::CandidateLimits;
use support::dataset::{DATASETS, Dataset, Labelled};
use support::fit::{Vector, fit_logistic, fit_ranking};
use support::sample::{FOLDS, Sample, average_precision, candidate_recall, mean, order};

/// L2 penalty of the ranking weights. `docs/QUALITY.md` has the cross-validation of several values.
const RANKING_PENALTY: f64 = 4e-3;
const CALIBRATION_PENALTY: f64 = 1e-5;
/// Training corpora: each folder, and for the calibration also its claims alone, so that a score means the same in a corpus
/// without article texts.
const CORPORA: [(&str, bool); 4] =
    [(DATASETS[0], false), (DATASETS[1], false), (DATASETS[0], true), (DATASETS[1], true)];
/// Candidates of a query in the calibration: those in a response.
const SHOWN: usize = 10;

/// What is learnt from some of the queries.
struct Weights {
    prefilter: Vector,
    ranking: Vector,
}

impl Weights {
    fn learn(samples: &[&Sample]) -> Self {
        let active = |is_active: fn(&Feature) -> bool| -> Vec<usize> {
            (0..COUNT).filter(|index| !FEATURES[*index].is_calibration() && is_active(&FEATURES[*index])).collect()
        };
        let prefilter = fit_ranking(samples, RANKING_PENALTY, &active(|feature| !feature.needs_body));
        let passed: Vec<Sample> = samples.iter().map(|sample| sample.best(&prefilter, passing())).collect();
        let ranking = fit_ranking(&passed.iter().collect::<Vec<_>>(), RANKING_PENALTY, &active(|_| true));
        Self { prefilter, ranking }
    }
}

/// Number of candidates that pass the prefilter.
fn passing() -> usize {
    CandidateLimits::default().ranked
}

fn main() {
    let folder = std::env::args().nth(1).expect("usage: match_train DATA > WEIGHTS");
    let (mut samples, mut fragments, mut copies) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (name, claims_only)) in CORPORA.iter().enumerate() {
        let dataset = Dataset::load(&Path::new(&folder).join(name), *claims_only);
        for query in &dataset.train {
            samples.push(all_candidates(number, &dataset, query));
            fragments.push(all_candidates(number, &dataset, &fragment(query, &dataset)));
            copies.push(all_candidates(number, &dataset, &copy(query, &dataset)));
        }
    }
    let full: Vec<&Sample> = samples.iter().filter(|sample| !CORPORA[sample.dataset].1).collect();
    let by_fold: Vec<Weights> = (0..FOLDS)
        .map(|fold| Weights::learn(&full.iter().copied().filter(|sample| sample.fold != fold).collect::<Vec<_>>()))
        .collect();
    let weights = Weights::learn(&full);
    for sample in samples.iter_mut().chain(&mut fragments).chain(&mut copies) {
        *sample = sample.best(&by_fold[sample.fold].prefilter, passing());
    }
    for (number, (name, claims_only)) in CORPORA.iter().enumerate() {
        let of_corpus = || samples.iter().filter(|sample| sample.dataset == number);
        let map = mean(of_corpus(), |sample| average_precision(sample, &sample.scores(&by_fold[sample.fold].ranking)));
        let recall = mean(of_corpus(), candidate_recall);
        let texts = if *claims_only { "claims only" } else { "with titles and bodies" };
        eprintln!("{name}, {texts}: cross-validated MAP@5 {map:.4}, candidate recall {recall:.3}");
    }
    print!("{}", calibrated([&samples, &fragments, &copies], &by_fold, &weights));
}

/// A query with all its candidates, as before the prefilter.
fn all_candidates(number: usize, dataset: &Dataset, query: &Labelled) -> Sample {
    let model = Model::new(0.0, [0.0; COUNT], [0.0; COUNT]);
    Sample::new(number, dataset, query, &model, CandidateLimits { ranked: usize::MAX, ..CandidateLimits::default() })
}

/// The rarest word of a query alone: it names something and claims nothing.
fn fragment(query: &Labelled, dataset: &Dataset) -> Labelled {
    let parsed = Query::parse(&query.text, "", &dataset.claims(), &dataset.corpus.term_statistics);
    let word = parsed.terms.first().map(|term| term.word.clone()).unwrap_or_default();
    Labelled { text: word, ..query.clone() }
}

/// The text of a relevant claim.
fn copy(query: &Labelled, dataset: &Dataset) -> Labelled {
    let text = query.relevant.first().map(|claim| dataset.corpus.match_texts(*claim).text.to_owned());
    Labelled { text: text.unwrap_or_default(), ..query.clone() }
}

/// A model that ranks by `learnt` and whose scores are probabilities.
fn calibrated([samples, fragments, copies]: [&[Sample]; 3], by_fold: &[Weights], learnt: &Weights) -> Model {
    let calibration: Vec<usize> = (0..COUNT).filter(|index| FEATURES[*index].is_calibration()).collect();
    let mut rows = Vec::new();
    let mut add = |sample: &Sample, has_answer: bool, share: f64| {
        let sample = &if has_answer { sample.clone() } else { sample.without_relevant() };
        let scores = sample.scores(&by_fold[sample.fold].ranking);
        let rivals: Vec<f64> = rivals(&scores).collect();
        for index in order(sample, &scores).into_iter().take(SHOWN) {
            let mut features = sample.features[index].map(f64::from);
            features[RIVAL] = rivals[index];
            let mut row = vec![scores[index], 1.0];
            row.extend(calibration.iter().map(|feature| features[*feature]));
            rows.push((row, has_answer && sample.is_relevant[index], share));
        }
    };
    for ((sample, fragment), copy) in samples.iter().zip(fragments).zip(copies) {
        add(sample, true, 1.0);
        add(sample, false, 0.5);
        add(fragment, false, 0.5);
        add(copy, true, 0.5);
        add(copy, false, 0.5);
    }
    let fitted = fit_logistic(&rows, CALIBRATION_PENALTY);
    let mut weights = learnt.ranking.map(|weight| (weight * fitted[0]) as f32);
    calibration.iter().zip(&fitted[2..]).for_each(|(index, weight)| weights[*index] = *weight as f32);
    // The served ranking score of a rival is scaled by `fitted[0]` too.
    weights[RIVAL] = (fitted[2 + calibration.len() - 1] / fitted[0]) as f32;
    Model::new(fitted[1] as f32, weights, learnt.prefilter.map(|weight| weight as f32))
}
