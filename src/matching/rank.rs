//! From the claims that were compared with a text to those it may repeat, best first.

use crate::matching::candidates::Candidate;
use crate::matching::features::{FeatureVector, RIVAL};
use crate::matching::model::{Contribution, Model};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The text that may repeat a claim.
    pub text: &'a str,
    /// Its BCP-47 tag; empty to have it guessed.
    pub language: &'a str,
    /// Answers at most.
    pub limit: usize,
    /// Answers score at least this.
    pub threshold: f32,
}

/// A claim that the text may repeat.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Dense number of the claim.
    pub claim: u32,
    /// Probability that it is the claim asked for.
    pub score: f32,
    /// Why, the weightiest reason first.
    pub explanation: Vec<Contribution>,
}

/// Of the claims compared those that the text may repeat, best first; equal scores by claim number, so that the answer is
/// always the same.
pub fn rank(mut compared: Vec<(Candidate, FeatureVector)>, model: &Model, question: Question<'_>) -> Vec<Match> {
    let margins: Vec<f32> = compared.iter().map(|(_, features)| model.margin(features)).collect();
    for ((_, features), rival) in compared.iter_mut().zip(rivals(&margins)) {
        features[RIVAL] = rival;
    }
    let mut scored: Vec<(f32, Candidate, FeatureVector)> = compared
        .into_iter()
        .map(|(candidate, features)| (model.score(&features), candidate, features))
        .filter(|(score, ..)| *score >= question.threshold)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.claim.cmp(&b.1.claim)));
    scored.truncate(question.limit);
    scored
        .into_iter()
        .map(|(score, candidate, features)| Match {
            claim: candidate.claim,
            score,
            explanation: model.contributions(&features),
        })
        .collect()
}

/// For each margin the largest of the others, that of a candidate with nothing in common, which is 0, at least.
pub fn rivals<N: Copy + PartialOrd + Default>(margins: &[N]) -> impl Iterator<Item = N> {
    let (mut best, mut second, mut of_best) = (N::default(), N::default(), None);
    for (at, margin) in margins.iter().enumerate() {
        if *margin > best {
            (second, best, of_best) = (best, *margin, Some(at));
        } else if *margin > second {
            second = *margin;
        }
    }
    (0..margins.len()).map(move |at| if of_best == Some(at) { second } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rival_of_the_best_is_the_second_and_of_all_others_the_best() {
        assert_eq!(rivals(&[1.0, 3.0, 2.0]).collect::<Vec<_>>(), [3.0, 2.0, 3.0]);
        assert_eq!(rivals(&[3.0, 3.0]).collect::<Vec<_>>(), [3.0, 3.0]);
        assert_eq!(rivals(&[5.0]).collect::<Vec<_>>(), [0.0]);
        assert_eq!(rivals(&[-1.0, -2.0]).collect::<Vec<_>>(), [0.0, 0.0]);
    }
}
