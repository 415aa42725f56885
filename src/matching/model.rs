//! The learnt weights: a score between 0 and 1 for a feature vector, and what each feature adds to it.

use std::fmt;

use crate::matching::features::{COUNT, FEATURES, FeatureVector};

/// A linear model in log-odds: the logarithm of the odds that a candidate is the claim asked for is the bias plus, for
/// each feature, its weight times its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    bias: f32,
    weights: FeatureVector,
}

/// A weights file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightsError {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for WeightsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "weights, line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for WeightsError {}

/// What one feature adds to the log-odds of a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// Name of the feature.
    pub feature: &'static str,
    /// What it measured.
    pub value: f32,
    /// What that adds: its weight times its value.
    pub score: f32,
}

/// Name of the bias in a weights file.
const BIAS: &str = "bias";

impl Model {
    /// A model of known weights.
    pub fn new(bias: f32, weights: FeatureVector) -> Self {
        Self { bias, weights }
    }

    /// The weights this crate was built with.
    pub fn built_in() -> Result<Self, WeightsError> {
        Self::parse(include_str!("../../data/match_weights.tsv"))
    }

    /// Reads `name TAB weight` lines; `#` begins a comment. A feature that is not named weighs nothing.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let mut model = Self { bias: 0.0, weights: [0.0; COUNT] };
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
        let weight = weight.ok_or_else(|| format!("the weight of {name} is not a number"))?;
        if name == BIAS {
            self.bias = weight;
            return Ok(());
        }
        let place = FEATURES.iter().position(|feature| feature.name == name);
        self.weights[place.ok_or_else(|| format!("there is no feature {name}"))?] = weight;
        Ok(())
    }

    /// The odds that a candidate is the claim asked for, as a probability.
    pub fn score(&self, features: &FeatureVector) -> f32 {
        1.0 / (1.0 + (-self.log_odds(features)).exp())
    }

    /// The part of the logarithm of these odds that ranks candidates: what is not of the query.
    pub fn margin(&self, features: &FeatureVector) -> f32 {
        let parts = FEATURES.iter().zip(self.weights.iter().zip(features));
        parts.filter(|(feature, _)| !feature.is_of_query()).map(|(_, (weight, value))| weight * value).sum()
    }

    /// The logarithm of these odds.
    pub fn log_odds(&self, features: &FeatureVector) -> f32 {
        self.bias + self.weights.iter().zip(features).map(|(weight, value)| weight * value).sum::<f32>()
    }

    /// What each feature adds to the log-odds, the largest first; features that add nothing are left out. With the bias
    /// they sum to [`Model::log_odds`].
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
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{BIAS}\t{:.4}", self.bias)?;
        for (feature, weight) in FEATURES.iter().zip(self.weights).filter(|(_, weight)| *weight != 0.0) {
            writeln!(f, "{}\t{weight:.4}\t# {}", feature.name, feature.meaning)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_weights_can_be_read_and_written() {
        let model = Model::built_in().unwrap();
        assert_eq!(Model::parse(&model.to_string()).unwrap(), model);
    }

    #[test]
    fn contributions_and_bias_are_the_log_odds() {
        let mut weights = [0.0; COUNT];
        (weights[0], weights[3]) = (2.0, -1.0);
        let (model, features) = (Model::new(-3.0, weights), [0.5; COUNT]);
        let sum: f32 = model.contributions(&features).iter().map(|part| part.score).sum();
        assert!((sum - 3.0 - model.log_odds(&features)).abs() < 1e-6);
        assert!((model.score(&features) - 1.0 / (1.0 + 2.5_f32.exp())).abs() < 1e-6);
    }

    #[test]
    fn a_broken_file_says_where() {
        assert_eq!(Model::parse("bias\t1\nwhat\t2\n").unwrap_err().line, 2);
        assert!(Model::parse("bias\tNaN\n").is_err() && Model::parse("bias 1\n").is_err());
    }
}
