//! Which claims are worth comparing with a query: the best of the heads and the best of the bodies.

use hashbrown::HashMap;

use crate::matching::corpus::{Corpus, Field};
use crate::matching::query::Query;

/// How many claims each search contributes, and how many words it may use.
#[derive(Debug, Clone, Copy)]
pub struct CandidateLimits {
    /// From the heads of claims.
    pub heads: usize,
    /// From the bodies of articles.
    pub bodies: usize,
    /// Compared to the end, bodies included: the most promising of them.
    pub compared: usize,
    /// Of these, for how many related words are looked for as well: the most promising.
    pub related: usize,
    /// Rarest words of the query that are searched for: bounds the cost of long texts.
    pub words: usize,
}

impl Default for CandidateLimits {
    fn default() -> Self {
        Self { heads: 150, bodies: 150, compared: 120, related: 60, words: 24 }
    }
}

/// A claim worth comparing, and how the index came to it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Dense number of the claim.
    pub claim: u32,
    /// Score among the heads, as a share of the best; 0 when not found there.
    pub head_share: f32,
    /// Score among the bodies, as a share of the best; 0 when not found there.
    pub body_share: f32,
}

/// The candidates for a query, in order of their claim numbers.
pub fn candidates(corpus: &impl Corpus, query: &Query, limits: CandidateLimits) -> Vec<Candidate> {
    let words = query.search_words(limits.words);
    let mut found: HashMap<u32, Candidate> = HashMap::new();
    for (field, limit) in [(Field::Head, limits.heads), (Field::Body, limits.bodies)] {
        let hits = corpus.search(field, &words, limit);
        let best = hits.first().map_or(1.0, |hit| hit.score).max(f32::MIN_POSITIVE);
        for hit in hits {
            let candidate =
                found.entry(hit.claim).or_insert(Candidate { claim: hit.claim, head_share: 0.0, body_share: 0.0 });
            match field {
                Field::Head => candidate.head_share = hit.score / best,
                Field::Body => candidate.body_share = hit.score / best,
            }
        }
    }
    let mut candidates: Vec<Candidate> = found.into_values().collect();
    candidates.sort_unstable_by_key(|candidate| candidate.claim);
    candidates
}
