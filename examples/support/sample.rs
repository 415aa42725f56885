//! Labelled queries with the feature vectors of their candidates, and measures of a ranking.

use claimd::matching::features::FeatureVector;
use claimd::matching::model::Model;
use claimd::matching::query::Query;
use claimd::matching::scorer::{CandidateLimits, Scorer};

use super::dataset::{Dataset, Labelled};

/// A query, its candidates and which of them are relevant.
#[derive(Clone)]
pub struct Sample {
    /// Index of its dataset.
    pub dataset: usize,
    /// Cross-validation fold. Queries about the same claim or event share a fold.
    pub fold: usize,
    /// Number of relevant claims, candidates or not.
    pub relevant: usize,
    /// Claim ids of the candidates.
    pub claims: Vec<u32>,
    pub features: Vec<FeatureVector>,
    pub is_relevant: Vec<bool>,
}

/// Number of cross-validation folds.
pub const FOLDS: usize = 5;

impl Sample {
    /// Retrieves and compares the candidates of a query, as MatchClaims does.
    pub fn new(number: usize, dataset: &Dataset, query: &Labelled, model: &Model, limits: CandidateLimits) -> Self {
        let (claims, statistics) = (dataset.claims(), &dataset.corpus.term_statistics);
        let parsed = Query::parse(&query.text, "", &claims, statistics);
        let mut scorer = Scorer::new(&claims, statistics, &parsed, model, limits);
        while scorer.step().is_some() {}
        let (claims, features): (Vec<u32>, Vec<FeatureVector>) = scorer.scored().into_iter().unzip();
        let is_relevant = claims.iter().map(|claim| query.relevant.contains(claim)).collect();
        Self { dataset: number, fold: fold(query), relevant: query.relevant.len(), claims, features, is_relevant }
    }

    /// The candidates with the highest scores by `weights`, at most `limit`.
    pub fn best(&self, weights: &[f64], limit: usize) -> Self {
        let scores = self.scores(weights);
        let mut kept = order(self, &scores);
        kept.truncate(limit);
        self.only(&kept)
    }

    /// Weighted sums of the features.
    pub fn scores(&self, weights: &[f64]) -> Vec<f64> {
        let score = |features: &FeatureVector| {
            features.iter().zip(weights).map(|(value, weight)| f64::from(*value) * weight).sum()
        };
        self.features.iter().map(score).collect()
    }

    /// The sample without its relevant candidates: a query that repeats no claim.
    pub fn without_relevant(&self) -> Self {
        let kept: Vec<usize> = (0..self.claims.len()).filter(|index| !self.is_relevant[*index]).collect();
        self.only(&kept)
    }

    fn only(&self, kept: &[usize]) -> Self {
        Self {
            claims: kept.iter().map(|index| self.claims[*index]).collect(),
            features: kept.iter().map(|index| self.features[*index]).collect(),
            is_relevant: kept.iter().map(|index| self.is_relevant[*index]).collect(),
            ..*self
        }
    }
}

/// Debate sentences by their debate (`20161010_2pres_0851`), tweets by their first relevant claim.
fn fold(query: &Labelled) -> usize {
    let key = match query.id.rsplit_once('_') {
        Some((event, _)) => event.to_owned(),
        None => query.relevant.first().map(u32::to_string).unwrap_or_default(),
    };
    key.bytes().fold(7_usize, |hash, byte| (hash * 31 + usize::from(byte)) % 1_000_003) % FOLDS
}

/// Indexes of the candidates by falling score, ties by claim id.
pub fn order(sample: &Sample, scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(sample.claims[*a].cmp(&sample.claims[*b])));
    order
}

/// Average precision at 5, divided by the number of relevant claims, at most 5.
pub fn average_precision(sample: &Sample, scores: &[f64]) -> f64 {
    let (mut relevant, mut sum) = (0.0, 0.0);
    for (rank, index) in order(sample, scores).into_iter().take(5).enumerate() {
        if sample.is_relevant[index] {
            relevant += 1.0;
            sum += relevant / (rank as f64 + 1.0);
        }
    }
    sum / sample.relevant.min(5) as f64
}

/// Reciprocal rank of the first relevant claim.
pub fn reciprocal_rank(sample: &Sample, scores: &[f64]) -> f64 {
    let first = order(sample, scores).into_iter().position(|index| sample.is_relevant[index]);
    first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0))
}

/// Share of the relevant claims that are candidates.
pub fn candidate_recall(sample: &Sample) -> f64 {
    sample.is_relevant.iter().filter(|right| **right).count() as f64 / sample.relevant as f64
}

/// Mean of a measure over samples.
pub fn mean<'a, S: 'a>(samples: impl Iterator<Item = &'a S>, measure: impl Fn(&S) -> f64) -> f64 {
    let values: Vec<f64> = samples.map(measure).collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Prints a calibration curve: for each tenth of the score the number of candidates, their mean score and the relevant share.
pub fn print_calibration(title: &str, scored: &[(f64, bool)]) {
    println!("{title}: score  candidates  mean score  relevant");
    for tenth in 0..10 {
        let (low, high) = (f64::from(tenth) / 10.0, f64::from(tenth + 1) / 10.0);
        let bin: Vec<_> = scored.iter().filter(|(s, _)| *s >= low && (*s < high || tenth == 9)).collect();
        let n = bin.len().max(1) as f64;
        let mean = bin.iter().map(|(score, _)| score).sum::<f64>() / n;
        let right = bin.iter().filter(|(_, right)| *right).count() as f64 / n;
        println!("  {low:.1}-{high:.1}  {:6}  {mean:.3}  {right:.3}", bin.len());
    }
}
