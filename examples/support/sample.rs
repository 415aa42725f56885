//! Labelled queries with the feature vectors of their candidates.

use claimd::matching::candidates::CandidateLimits;
use claimd::matching::contest::Contest;
use claimd::matching::corpus::Corpus;
use claimd::matching::features::FeatureVector;
use claimd::matching::query::Query;

use super::data::Labelled;
use super::index::Indexed;

/// A query, its candidates and which of them are right.
#[derive(Clone)]
pub struct Sample {
    /// Position of its corpus among those loaded.
    pub corpus: usize,
    /// Queries that share an answer or an event share a fold.
    pub fold: usize,
    /// Right claims, in the pool or not.
    pub gold: usize,
    /// Claim numbers of the candidates.
    pub claims: Vec<u32>,
    pub features: Vec<FeatureVector>,
    pub is_right: Vec<bool>,
}

/// Parts of the queries for cross-validation.
pub const FOLDS: usize = 5;

impl Sample {
    pub fn new(corpus: usize, indexed: &Indexed, query: &Labelled) -> Self {
        let claims = indexed.claims();
        let parsed = Query::parse(&query.text, "", claims.lexicon());
        let mut contest = Contest::new(&claims, &parsed, CandidateLimits::default());
        while contest.step().is_some() {}
        let pool = contest.compared();
        Self {
            corpus,
            fold: fold(query),
            gold: query.gold.len(),
            claims: pool.iter().map(|(candidate, _)| candidate.claim).collect(),
            is_right: pool.iter().map(|(candidate, _)| query.gold.contains(&candidate.claim)).collect(),
            features: pool.into_iter().map(|(_, features)| features).collect(),
        }
    }
}

impl Sample {
    /// As if nothing of what the query says had been claimed.
    pub fn without_right(&self) -> Self {
        let wrong = |place: &usize| !self.is_right[*place];
        let kept: Vec<usize> = (0..self.claims.len()).filter(wrong).collect();
        Self {
            claims: kept.iter().map(|place| self.claims[*place]).collect(),
            features: kept.iter().map(|place| self.features[*place]).collect(),
            is_right: vec![false; kept.len()],
            ..*self
        }
    }
}

/// Debate sentences by their debate (`20161010_2pres_0851`), tweets by their first answer.
fn fold(query: &Labelled) -> usize {
    let key = match query.id.rsplit_once('_') {
        Some((event, _)) => event.to_owned(),
        None => query.gold.first().map(u32::to_string).unwrap_or_default(),
    };
    key.bytes().fold(7_usize, |hash, byte| (hash * 31 + usize::from(byte)) % 1_000_003) % FOLDS
}
