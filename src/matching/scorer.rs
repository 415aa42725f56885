//! Retrieves the candidates for a query and computes their feature vectors, one at a time.

use std::vec;

use hashbrown::HashMap;

use crate::matching::claim_index::{ClaimIndex, Field};
use crate::matching::features::{Candidate, Comparison, FeatureVector};
use crate::matching::model::Model;
use crate::matching::query::Query;
use crate::matching::scan::Scanner;
use crate::matching::term_statistics::TermStatistics;

/// Bounds of the work for one query.
#[derive(Debug, Clone, Copy)]
pub struct CandidateLimits {
    /// Candidates retrieved by the heads of claims, at most.
    pub heads: usize,
    /// Candidates retrieved by the bodies of articles, at most.
    pub bodies: usize,
    /// Candidates whose bodies are read and that are ranked, at most: those with the highest prefilter scores.
    pub ranked: usize,
    /// Words of the retrieval query, at most: the rarest. Bounds the cost of long texts.
    pub words: usize,
}

impl Default for CandidateLimits {
    fn default() -> Self {
        Self { heads: 150, bodies: 150, ranked: 80, words: 24 }
    }
}

/// Computes the feature vectors of a query's candidates. It reads the heads of all candidates, then the bodies of those
/// with the highest prefilter scores. Each step reads one text, so that the caller can yield or stop between steps.
pub struct Scorer<'q, C> {
    claims: &'q C,
    statistics: &'q TermStatistics,
    query: &'q Query,
    model: &'q Model,
    limits: CandidateLimits,
    scanner: Scanner<'q>,
    /// Candidates whose heads are not yet read.
    unread: vec::IntoIter<Candidate>,
    /// Candidates whose heads are read, with their prefilter scores. Once all heads are read, the best ones, best last.
    prefiltered: Vec<(f32, Box<Comparison<'q>>)>,
    /// Claims whose heads and bodies are read.
    scored: Vec<(u32, FeatureVector)>,
}

impl<'q, C: ClaimIndex> Scorer<'q, C> {
    /// Retrieves the candidates.
    pub fn new(
        claims: &'q C,
        statistics: &'q TermStatistics,
        query: &'q Query,
        model: &'q Model,
        limits: CandidateLimits,
    ) -> Self {
        let unread = retrieve(claims, query, limits).into_iter();
        let scanner = Scanner::new(query);
        Self { claims, statistics, query, model, limits, scanner, unread, prefiltered: Vec::new(), scored: Vec::new() }
    }

    /// Reads one head or body. Returns its cost in words; `None` when everything is read.
    pub fn step(&mut self) -> Option<usize> {
        if let Some(candidate) = self.unread.next() {
            let texts = self.claims.texts(candidate.claim);
            let weights = self.statistics.claim_weights(candidate.claim);
            let comparison = Comparison::of_head(self.query, candidate, &texts, weights, &mut self.scanner);
            let cost = comparison.head_cost();
            let score = self.model.prefilter_score(&comparison.features());
            self.prefiltered.push((score, Box::new(comparison)));
            if self.unread.len() == 0 {
                self.prefilter();
            }
            return Some(cost);
        }
        let (_, mut comparison) = self.prefiltered.pop()?;
        let texts = self.claims.texts(comparison.claim());
        comparison.read_body(&texts, self.statistics.average_body_bytes(), &mut self.scanner);
        self.scored.push((comparison.claim(), comparison.features()));
        Some(comparison.body_cost())
    }

    /// Keeps the candidates with the highest prefilter scores.
    fn prefilter(&mut self) {
        self.prefiltered.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.claim().cmp(&b.1.claim())));
        self.prefiltered.truncate(self.limits.ranked);
        self.prefiltered.reverse();
    }

    /// Claims and their feature vectors, by falling prefilter score.
    pub fn scored(self) -> Vec<(u32, FeatureVector)> {
        self.scored
    }
}

/// The union of the claims retrieved by their heads and by their bodies, by claim id.
fn retrieve(claims: &impl ClaimIndex, query: &Query, limits: CandidateLimits) -> Vec<Candidate> {
    let words = query.search_words(limits.words);
    let mut candidates: HashMap<u32, Candidate> = HashMap::new();
    for (field, limit) in [(Field::Head, limits.heads), (Field::Body, limits.bodies)] {
        let hits = claims.search(field, &words, limit);
        let best = hits.first().map_or(1.0, |hit| hit.score).max(f32::MIN_POSITIVE);
        for hit in hits {
            let candidate =
                candidates.entry(hit.claim).or_insert(Candidate { claim: hit.claim, ..Candidate::default() });
            match field {
                Field::Head => candidate.head_share = hit.score / best,
                Field::Body => candidate.body_share = hit.score / best,
            }
        }
    }
    let mut candidates: Vec<Candidate> = candidates.into_values().collect();
    candidates.sort_unstable_by_key(|candidate| candidate.claim);
    candidates
}
