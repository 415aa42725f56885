//! Labelled queries with the feature vectors of their candidates.

use claimd::matching::candidates::CandidateLimits;
use claimd::matching::corpus::Corpus;
use claimd::matching::features::FeatureVector;
use claimd::matching::query::Query;
use claimd::matching::rank::compare;

use super::data::Labelled;
use super::index::Indexed;

/// A query, its candidates and which of them are right.
pub struct Sample {
    /// Position of its data set among those loaded.
    pub dataset: usize,
    /// Queries that share an answer or an event share a fold.
    pub fold: usize,
    /// Right claims, in the pool or not.
    pub gold: usize,
    /// Claim numbers of the candidates.
    pub claims: Vec<u32>,
    pub features: Vec<FeatureVector>,
    pub is_right: Vec<bool>,
}

pub const FOLDS: usize = 5;

impl Sample {
    pub fn new(dataset: usize, corpus: &Indexed, query: &Labelled) -> Self {
        let parsed = Query::parse(&query.text, "", corpus.lexicon());
        let pool = compare(corpus, &parsed, CandidateLimits::default());
        Self {
            dataset,
            fold: fold(query),
            gold: query.gold.len(),
            claims: pool.iter().map(|(candidate, _)| candidate.claim).collect(),
            is_right: pool.iter().map(|(candidate, _)| query.gold.contains(&candidate.claim)).collect(),
            features: pool.into_iter().map(|(_, features)| features).collect(),
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
