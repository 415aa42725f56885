//! The candidates for a query, compared with it one at a time.

use std::vec;

use crate::matching::candidates::{Candidate, CandidateLimits, candidates};
use crate::matching::comparison::Comparison;
use crate::matching::corpus::Corpus;
use crate::matching::features::{FeatureVector, feature_vector};
use crate::matching::query::Query;
use crate::matching::related::Relations;
use crate::matching::scan::Scanner;

/// The candidates for a query on their way to their features. The heads of all are read, then the bodies of the most
/// promising. Each step reads one, so that whoever asks for the steps can let others work in between, or stop.
pub struct Contest<'q, C> {
    corpus: &'q C,
    query: &'q Query,
    limits: CandidateLimits,
    scanner: Scanner<'q>,
    relations: Relations<'q>,
    /// Whose heads are still to be read.
    candidates: vec::IntoIter<Candidate>,
    /// Whose heads were read, with what these promise; once all were, the most promising, the best last.
    promising: Vec<(f32, Box<Comparison<'q>>)>,
    /// Whose bodies were read too.
    compared: Vec<(Candidate, FeatureVector)>,
}

impl<'q, C: Corpus> Contest<'q, C> {
    /// Searches for the candidates.
    pub fn new(corpus: &'q C, query: &'q Query, limits: CandidateLimits) -> Self {
        Self {
            corpus,
            query,
            limits,
            scanner: Scanner::new(query),
            relations: Relations::new(query, corpus.lexicon()),
            candidates: candidates(corpus, query, limits).into_iter(),
            promising: Vec::new(),
            compared: Vec::new(),
        }
    }

    /// Reads one more head or body and says how much work it was, in words read and words compared; nothing when all are
    /// read.
    pub fn step(&mut self) -> Option<usize> {
        if let Some(candidate) = self.candidates.next() {
            let comparison = Comparison::of_head(self.corpus, self.query, &mut self.scanner, candidate);
            let effort = comparison.text.effort() + comparison.title.effort();
            self.promising.push((comparison.promise(), Box::new(comparison)));
            if self.candidates.len() == 0 {
                self.keep_the_most_promising();
            }
            return Some(effort);
        }
        let (_, mut comparison) = self.promising.pop()?;
        let texts = self.corpus.claim(comparison.candidate.claim);
        let is_related = self.compared.len() < self.limits.related;
        let related = if is_related { comparison.read_related(&texts, &mut self.relations) } else { 0 };
        comparison.read_body(&texts, self.corpus.lexicon().average_body_bytes(), &mut self.scanner);
        self.compared.push((comparison.candidate, feature_vector(&comparison)));
        Some(related + comparison.body.effort())
    }

    fn keep_the_most_promising(&mut self) {
        self.promising.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.candidate.claim.cmp(&b.1.candidate.claim)));
        self.promising.truncate(self.limits.compared);
        self.promising.reverse();
    }

    /// The candidates that were compared to the end, the most promising first.
    pub fn compared(self) -> Vec<(Candidate, FeatureVector)> {
        self.compared
    }
}
