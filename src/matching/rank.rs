//! From a text to the claims it may repeat, best first.

use crate::matching::candidates::{Candidate, CandidateLimits, candidates};
use crate::matching::comparison::Comparison;
use crate::matching::corpus::Corpus;
use crate::matching::features::{FeatureVector, feature_vector};
use crate::matching::model::{Contribution, Model};
use crate::matching::query::Query;
use crate::matching::scan::Scanner;

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

/// The claims that a text may repeat, best first; equal scores by claim number, so that the answer is always the same.
pub fn rank(corpus: &impl Corpus, model: &Model, question: Question<'_>) -> Vec<Match> {
    let query = Query::parse(question.text, question.language, corpus.lexicon());
    let mut scored: Vec<(f32, Candidate, FeatureVector)> = compare(corpus, &query, CandidateLimits::default())
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

/// The candidates for a query and their features. The heads of all are read, the bodies of the most promising only.
pub fn compare(corpus: &impl Corpus, query: &Query, limits: CandidateLimits) -> Vec<(Candidate, FeatureVector)> {
    let mut scanner = Scanner::new(query);
    let mut promising: Vec<(f32, Box<Comparison<'_>>)> = candidates(corpus, query, limits)
        .into_iter()
        .map(|candidate| Comparison::of_head(corpus, query, &mut scanner, candidate))
        .map(|comparison| (comparison.promise(), Box::new(comparison)))
        .collect();
    promising.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.candidate.claim.cmp(&b.1.candidate.claim)));
    promising.truncate(limits.compared);
    promising
        .into_iter()
        .map(|(_, mut comparison)| {
            comparison.read_body(corpus, &mut scanner);
            (comparison.candidate, feature_vector(&comparison))
        })
        .collect()
}
