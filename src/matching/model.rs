//! A linear model with learnt weights: feature vectors become probabilities, and candidates a ranking.

use std::fmt;

use crate::matching::features::{COUNT, FEATURES, FeatureVector, RIVAL};

/// A logistic regression. The log-odds that a candidate is the claim that the query repeats are the bias plus each
/// feature's weight times its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    bias: f32,
    weights: FeatureVector,
    /// Weights of the features that are known before the bodies, the longest texts, are read.
    prefilter: FeatureVector,
}

/// A line of a weights file that is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightsError {
    /// Line number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for WeightsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "weights, line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for WeightsError {}

/// The contribution of one feature to the log-odds of a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// Name of the feature.
    pub feature: &'static str,
    /// Value of the feature.
    pub value: f32,
    /// Weight times value.
    pub score: f32,
}

/// A claim that the query may repeat.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Id of the claim.
    pub claim: u32,
    /// Probability that the query repeats this claim.
    pub score: f32,
    /// Contributions of the features, largest first.
    pub explanation: Vec<Contribution>,
}

/// Name of the bias in a weights file.
const BIAS: &str = "bias";
/// Before the name of a feature, its prefilter weight.
const PREFILTER: &str = "prefilter ";

impl Model {
    /// A model with these weights.
    pub fn new(bias: f32, weights: FeatureVector, prefilter: FeatureVector) -> Self {
        Self { bias, weights, prefilter }
    }

    /// The weights compiled into the program.
    pub fn built_in() -> Result<Self, WeightsError> {
        Self::parse(include_str!("../../data/match_weights.tsv"))
    }

    /// Parses lines of `name TAB weight`; `#` starts a comment. A feature without a line has weight 0.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let mut model = Self::new(0.0, [0.0; COUNT], [0.0; COUNT]);
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                model.set(line).map_err(|problem| WeightsError { line: index + 1, problem })?;
            }
        }
        Ok(model)
    }

    fn set(&mut self, line: &str) -> Result<(), String> {
        let (name, weight) = line.split_once('\t').ok_or("expected a name, a tab and a weight")?;
        let weight = weight.trim().parse::<f32>().ok().filter(|weight| weight.is_finite());
        let weight = weight.ok_or_else(|| format!("the weight of {name} is not a finite number"))?;
        if name == BIAS {
            self.bias = weight;
            return Ok(());
        }
        let (name, weights) = match name.strip_prefix(PREFILTER) {
            Some(name) => (name, &mut self.prefilter),
            None => (name, &mut self.weights),
        };
        let index = FEATURES.iter().position(|feature| feature.name == name);
        weights[index.ok_or_else(|| format!("{name} is not a feature"))?] = weight;
        Ok(())
    }

    /// Probability that a candidate is the claim that the query repeats.
    pub fn probability(&self, features: &FeatureVector) -> f32 {
        1.0 / (1.0 + (-self.log_odds(features)).exp())
    }

    /// Ranks candidates whose bodies are not read, to decide which ones are read.
    pub fn prefilter_score(&self, features: &FeatureVector) -> f32 {
        self.prefilter.iter().zip(features).map(|(weight, value)| weight * value).sum()
    }

    /// The part of the log-odds that ranks candidates: calibration features are left out.
    pub fn ranking_score(&self, features: &FeatureVector) -> f32 {
        let parts = FEATURES.iter().zip(self.weights.iter().zip(features));
        parts.filter(|(feature, _)| !feature.is_calibration()).map(|(_, (weight, value))| weight * value).sum()
    }

    /// Log-odds that a candidate is the claim that the query repeats.
    pub fn log_odds(&self, features: &FeatureVector) -> f32 {
        self.bias + self.weights.iter().zip(features).map(|(weight, value)| weight * value).sum::<f32>()
    }

    /// The contributions of the features to the log-odds, largest first, without those of 0. Together with the bias they
    /// sum to [`Model::log_odds`].
    pub fn contributions(&self, features: &FeatureVector) -> Vec<Contribution> {
        let parts = FEATURES.iter().zip(self.weights.iter().zip(features));
        let mut contributions: Vec<Contribution> = parts
            .map(|(feature, (weight, value))| Contribution {
                feature: feature.name,
                value: *value,
                score: weight * value,
            })
            .filter(|contribution| contribution.score != 0.0)
            .collect();
        contributions.sort_by(|a, b| b.score.abs().total_cmp(&a.score.abs()));
        contributions
    }

    /// The candidates with a probability of at least `threshold`, best first, at most `limit`. Ties are in order of claim
    /// ids, so that the same request always has the same answer.
    pub fn rank(&self, mut scored: Vec<(u32, FeatureVector)>, threshold: f32, limit: usize) -> Vec<Match> {
        let ranking_scores: Vec<f32> = scored.iter().map(|(_, features)| self.ranking_score(features)).collect();
        for ((_, features), rival) in scored.iter_mut().zip(rivals(&ranking_scores)) {
            features[RIVAL] = rival;
        }
        let mut ranked: Vec<(f32, u32, FeatureVector)> = scored
            .into_iter()
            .map(|(claim, features)| (self.probability(&features), claim, features))
            .filter(|(score, ..)| *score >= threshold)
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(limit);
        let matches = ranked.into_iter().map(|(score, claim, features)| Match {
            claim,
            score,
            explanation: self.contributions(&features),
        });
        matches.collect()
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{BIAS}\t{:.4}", self.bias)?;
        for (feature, weight) in FEATURES.iter().zip(self.weights).filter(|(_, weight)| *weight != 0.0) {
            writeln!(f, "{}\t{weight:.4}\t# {}", feature.name, feature.meaning)?;
        }
        for (feature, weight) in FEATURES.iter().zip(self.prefilter).filter(|(_, weight)| *weight != 0.0) {
            writeln!(f, "{PREFILTER}{}\t{weight:.4}", feature.name)?;
        }
        Ok(())
    }
}

/// For each candidate the highest ranking score among the other candidates, at least 0: the score of a candidate that has
/// nothing in common with the query.
pub fn rivals<N: Copy + PartialOrd + Default>(scores: &[N]) -> impl Iterator<Item = N> {
    let (mut best, mut second, mut best_index) = (N::default(), N::default(), None);
    for (index, score) in scores.iter().enumerate() {
        if *score > best {
            (second, best, best_index) = (best, *score, Some(index));
        } else if *score > second {
            second = *score;
        }
    }
    (0..scores.len()).map(move |index| if best_index == Some(index) { second } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_weights_survive_a_round_trip() {
        let model = Model::built_in().unwrap();
        assert_eq!(Model::parse(&model.to_string()).unwrap(), model);
    }

    #[test]
    fn contributions_and_bias_sum_to_the_log_odds() {
        let mut weights = [0.0; COUNT];
        (weights[0], weights[3]) = (2.0, -1.0);
        let (model, features) = (Model::new(-3.0, weights, [0.0; COUNT]), [0.5; COUNT]);
        let sum: f32 = model.contributions(&features).iter().map(|part| part.score).sum();
        assert!((sum - 3.0 - model.log_odds(&features)).abs() < 1e-6);
        assert!((model.probability(&features) - 1.0 / (1.0 + 2.5_f32.exp())).abs() < 1e-6);
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(Model::parse("bias\t1\nwhat\t2\n").unwrap_err().line, 2);
        assert!(Model::parse("bias\tNaN\n").is_err() && Model::parse("bias 1\n").is_err());
    }

    #[test]
    fn the_rival_of_the_best_candidate_is_the_second_and_of_the_others_the_best() {
        assert_eq!(rivals(&[1.0, 3.0, 2.0]).collect::<Vec<_>>(), [3.0, 2.0, 3.0]);
        assert_eq!(rivals(&[3.0, 3.0]).collect::<Vec<_>>(), [3.0, 3.0]);
        assert_eq!(rivals(&[5.0]).collect::<Vec<_>>(), [0.0]);
        assert_eq!(rivals(&[-1.0, -2.0]).collect::<Vec<_>>(), [0.0, 0.0]);
    }
}
