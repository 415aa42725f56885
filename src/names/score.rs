//! The score of two names.
//!
//! The score is the mean similarity of the aligned tokens, weighted by how rare each token is, averaged with the similarity
//! of the *least* similar pair: one different word makes another name, however many other words agree. Tokens without a
//! counterpart lower the score less where the names share enough. Qualifiers (numbers, generation, legal form) are
//! compared separately and can only lower the score.

use super::alignment::{Alignment, Pair, align};
use super::form::{ParsedName, PartyKind, Token, TokenKind};
use super::similarity::Feature;
use super::{lexicon, qualifiers};

/// The score of two names, with its explanation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match {
    /// 0 (nothing in common) ..= 1 (the same name).
    pub score: f64,
    /// The explanation, pairs of tokens first.
    pub features: Vec<Feature>,
}

/// The weights of tokens in a comparison.
pub trait TokenWeights {
    /// Weight of `token`, 0..=1: 1 for a rare word, near 0 for a word that half of all names have.
    fn weight(&self, token: &Token) -> f64;
}

/// Weights without a corpus: by the kind of the token and a table of frequent words.
#[derive(Clone, Copy, Debug, Default)]
pub struct PriorWeights;

impl TokenWeights for PriorWeights {
    fn weight(&self, token: &Token) -> f64 {
        match token.kind {
            TokenKind::Name => lexicon::prior_weight(&token.latin),
            TokenKind::Initial => INITIAL_WEIGHT,
            TokenKind::Particle => PARTICLE_WEIGHT,
            TokenKind::Number(_) | TokenKind::Generation(_) | TokenKind::Title | TokenKind::LegalForm(_) => 0.0,
        }
    }
}

/// Weight of an initial.
const INITIAL_WEIGHT: f64 = 0.4;
/// Weight of a particle.
const PARTICLE_WEIGHT: f64 = 0.1;
/// Share of the least similar pair in the score; the rest is the mean.
const LEAST_SIMILAR_SHARE: f64 = 0.5;
/// Minimum weight of a pair to count as the least similar one; particles and the most frequent words weigh less.
const MIN_DECISIVE_WEIGHT: f64 = 0.3;
/// Minimum weight of shared tokens that identify a party whatever else one of the names has.
const IDENTIFYING_WEIGHT: f64 = 0.9;
/// Minimum similarity of a pair that is the same word.
const SAME_WORD: f64 = 0.95;
/// Factor for names that share initials and particles only.
const WITHOUT_SHARED_NAME: f64 = 0.5;
/// Factor for the similarity of conflicting tokens.
const CONFLICT: f64 = 0.5;

/// Compares two names. Symmetric up to rounding; equal names that are not empty score 1.0, empty names 0.0.
pub fn score(query: &ParsedName, candidate: &ParsedName, weights: &impl TokenWeights) -> Match {
    if query.is_empty() || candidate.is_empty() || kinds_differ(query.kind, candidate.kind) {
        return Match::default();
    }
    let alignment = align(query, candidate, &|token| weights.weight(token));
    let mut features: Vec<Feature> = alignment.pairs.iter().map(pair_feature).collect();
    features.extend(alignment.conflicts.iter().map(conflict_feature));
    let mut score = agreement(&alignment);
    let kind = if query.kind == PartyKind::Unknown { candidate.kind } else { query.kind };
    for factor in extra_words(&alignment, kind).into_iter().chain(qualifiers::compare(query, candidate)) {
        score *= factor.score;
        features.push(factor);
    }
    Match { score: score.clamp(0.0, 1.0), features }
}

/// Whether one name is a person's and the other an organization's.
fn kinds_differ(one: PartyKind, other: PartyKind) -> bool {
    one != other && one != PartyKind::Unknown && other != PartyKind::Unknown
}

/// Mean and minimum of the similarities, 0..=1; 0 without a pair.
fn agreement(alignment: &Alignment<'_>) -> f64 {
    let pairs = alignment.pairs.iter().map(|pair| (pair.weight, pair.similarity.score));
    let conflicts = alignment.conflicts.iter().map(|pair| (pair.weight, pair.similarity.score * CONFLICT));
    let (mut sum, mut total, mut least) = (0.0, 0.0, 1.0_f64);
    for (weight, similarity) in pairs.chain(conflicts) {
        sum += weight * similarity;
        total += weight;
        if weight >= MIN_DECISIVE_WEIGHT {
            least = least.min(similarity);
        }
    }
    if total <= 0.0 || alignment.pairs.is_empty() {
        return 0.0;
    }
    let score = (1.0 - LEAST_SIMILAR_SHARE) * sum / total + LEAST_SIMILAR_SHARE * least;
    if alignment.pairs.iter().any(is_pair_of_names) { score } else { score * WITHOUT_SHARED_NAME }
}

/// Whether both sides of a pair have a full name, not only initials and particles.
fn is_pair_of_names(pair: &Pair<'_>) -> bool {
    [&pair.one, &pair.other].iter().all(|side| side.iter().any(|token| token.kind == TokenKind::Name))
}

/// The factor for the tokens that only one name has.
fn extra_words(alignment: &Alignment<'_>, kind: PartyKind) -> Option<Feature> {
    let is_repetition = |token: &Token| {
        let mut paired = alignment.pairs.iter().flat_map(|pair| pair.one.iter().chain(&pair.other));
        paired.any(|other| other.latin == token.latin)
    };
    let weight = |(token, weight): &(&Token, f64)| if token.is_parenthetical { weight / 2.0 } else { *weight };
    let extra_weight = |extras: &Vec<(&Token, f64)>| -> f64 {
        extras.iter().filter(|(token, _)| !is_repetition(token)).map(weight).sum()
    };
    let extra: f64 = alignment.extras.iter().map(extra_weight).sum();
    if extra <= 0.0 {
        return None;
    }
    let matched: f64 = alignment.pairs.iter().chain(&alignment.conflicts).map(|pair| pair.weight).sum();
    let share = extra / (matched + extra);
    let is_particle = |token: &&Token| token.kind == TokenKind::Particle;
    let shared = alignment.pairs.iter().filter(|pair| !pair.one.iter().chain(&pair.other).all(is_particle)).count();
    let majority_penalty = 0.8 * (share - 0.5).max(0.0);
    let score = match (kind, shared) {
        (PartyKind::Organization, _) if matched >= IDENTIFYING_WEIGHT => 1.0 - 0.45 * share - majority_penalty,
        (PartyKind::Organization, _) => 1.0 - 0.65 * share - majority_penalty,
        (_, 0 | 1) if is_surname(&alignment.pairs) => 1.0 - 0.45 * share,
        (_, 0 | 1) => 1.0 - 0.65 * share,
        _ => 1.0 - 0.3 * share - majority_penalty,
    };
    let words = alignment.extras.iter().flatten().map(|(token, _)| token.text.as_str());
    Some(Feature { feature: "extra_words", score: score.max(0.0), detail: words.collect::<Vec<_>>().join(" ") })
}

/// Whether a rare word that is not a given name is shared, as news refer to Helene Weigel by "Weigel".
fn is_surname(pairs: &[Pair<'_>]) -> bool {
    let is_given = |pair: &Pair<'_>| pair.one.iter().chain(&pair.other).any(|token| !token.given_names.is_empty());
    pairs.iter().any(|pair| pair.weight >= IDENTIFYING_WEIGHT && pair.similarity.score >= SAME_WORD && !is_given(pair))
}

fn pair_feature(pair: &Pair<'_>) -> Feature {
    Feature { feature: pair.similarity.feature, score: pair.similarity.score, detail: detail(pair, "=") }
}

fn conflict_feature(pair: &Pair<'_>) -> Feature {
    Feature { feature: "conflict", score: pair.similarity.score * CONFLICT, detail: detail(pair, "|") }
}

fn detail(pair: &Pair<'_>, sign: &str) -> String {
    let words = |tokens: &[&Token]| tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
    format!("{} {sign} {}", words(&pair.one), words(&pair.other))
}
