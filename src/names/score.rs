//! Two names compared.
//!
//! The score is a mean and a veto. Words that belong together (`align`) give a mean of their likeness,
//! weighted by how much each word says; half of the score is this mean, the other half is the likeness of the
//! *least* alike pair, because one wrong word makes it another name however many others agree. Words that only
//! one name has lower the score a little while both names share enough. What stands around a name (numbers,
//! generation, legal form) is compared apart and can only lower the score.

mod align;
mod distance;
mod qualifiers;
mod similarity;

use align::{Alignment, Pair, align};

use crate::names::form::{NameForm, PartyKind, Token, TokenKind};
use crate::names::weights::TokenWeights;

/// One reason for a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// What was compared.
    pub feature: &'static str,
    /// How well it agrees, 0..=1.
    pub score: f64,
    /// The words concerned, for a reader.
    pub detail: String,
}

/// How well two names agree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match {
    /// 0 (nothing in common) ..= 1 (the same name).
    pub score: f64,
    /// The reasons, the pairs of words first.
    pub features: Vec<Feature>,
}

/// Share of the least alike pair in the score.
const VETO: f64 = 0.5;
/// Pairs lighter than this have no veto: particles, the most frequent words.
const VETO_WEIGHT: f64 = 0.3;
/// From this weight on, shared words say who is meant, whatever else one of the names has.
const TELLING: f64 = 0.9;
/// Factor for names that share no word that is written out in both.
const ONLY_GUESSES: f64 = 0.5;
/// Likeness of conflicting words counts by this much.
const CONFLICT: f64 = 0.5;

/// Compares two names. Symmetric up to rounding; equal names that are not empty score 1.0, empty ones 0.0.
pub fn score(query: &NameForm, candidate: &NameForm, weights: &impl TokenWeights) -> Match {
    if query.is_empty() || candidate.is_empty() || kinds_differ(query.kind, candidate.kind) {
        return Match::default();
    }
    let alignment = align(query, candidate, weights);
    let mut features: Vec<Feature> = alignment.pairs.iter().map(pair_feature).collect();
    features.extend(alignment.conflicts.iter().map(conflict_feature));
    let mut score = agreement(&alignment);
    let around = extras(&alignment, known_kind(query.kind, candidate.kind))
        .into_iter()
        .chain(qualifiers::compare(query, candidate));
    for feature in around {
        score *= feature.score;
        features.push(feature);
    }
    Match { score: score.clamp(0.0, 1.0), features }
}

/// A person is never an organization.
fn kinds_differ(one: PartyKind, other: PartyKind) -> bool {
    one != other && one != PartyKind::Unknown && other != PartyKind::Unknown
}

/// The kind that one of two names tells of both.
fn known_kind(one: PartyKind, other: PartyKind) -> PartyKind {
    if one == PartyKind::Unknown { other } else { one }
}

/// Mean and veto over the pairs of words, 0..=1; 0 if none belong together.
fn agreement(alignment: &Alignment<'_>) -> f64 {
    let matched = alignment.pairs.iter().map(|pair| (pair.weight, pair.similarity.score));
    let opposed = alignment.conflicts.iter().map(|pair| (pair.weight, pair.similarity.score * CONFLICT));
    let (mut sum, mut total, mut least) = (0.0, 0.0, 1.0_f64);
    for (weight, likeness) in matched.chain(opposed) {
        sum += weight * likeness;
        total += weight;
        if weight >= VETO_WEIGHT {
            least = least.min(likeness);
        }
    }
    if total <= 0.0 || alignment.pairs.is_empty() {
        return 0.0;
    }
    let score = (1.0 - VETO) * sum / total + VETO * least;
    if alignment.pairs.iter().all(is_guess) { score * ONLY_GUESSES } else { score }
}

/// Whether nothing but an initial or a particle speaks for a pair.
fn is_guess(pair: &Pair<'_>) -> bool {
    let [one, other] = [&pair.one, &pair.other].map(|side| side.iter().all(|token| token.kind != TokenKind::Name));
    one || other
}

/// What the words that only one name has take from the score.
fn extras(alignment: &Alignment<'_>, kind: PartyKind) -> Option<Feature> {
    let repeated = |token: &Token| {
        alignment
            .pairs
            .iter()
            .flat_map(|pair| pair.one.iter().chain(&pair.other))
            .any(|known| known.latin == token.latin)
    };
    let weight = |extras: &[(&Token, f64)]| -> f64 {
        let said_anew = extras.iter().filter(|(token, _)| !repeated(token));
        said_anew.map(|(token, weight)| if token.aside { weight / 2.0 } else { *weight }).sum()
    };
    let extra: f64 = alignment.extras.iter().map(|extras| weight(extras)).sum();
    if extra <= 0.0 {
        return None;
    }
    let matched: f64 = alignment.pairs.iter().chain(&alignment.conflicts).map(|pair| pair.weight).sum();
    let share = extra / (matched + extra);
    let is_particle = |token: &&Token| token.kind == TokenKind::Particle;
    let names = alignment.pairs.iter().filter(|pair| !pair.one.iter().chain(&pair.other).all(is_particle)).count();
    let most_extra = 0.8 * (share - 0.5).max(0.0);
    let score = match (kind, names) {
        (PartyKind::Organization, _) if matched >= TELLING => 1.0 - 0.45 * share - most_extra,
        (PartyKind::Organization, _) => 1.0 - 0.65 * share - most_extra,
        (_, 0 | 1) if is_surname(&alignment.pairs) => 1.0 - 0.45 * share,
        (_, 0 | 1) => 1.0 - 0.65 * share,
        _ => 1.0 - 0.3 * share - most_extra,
    };
    let words = alignment.extras.iter().flatten().map(|(token, _)| token.text.as_str());
    Some(Feature { feature: "extra_words", score: score.max(0.0), detail: words.collect::<Vec<_>>().join(" ") })
}

/// Whether all that is shared is one rare word which is no given name, the way news say "Weigel" of Helene Weigel.
fn is_surname(pairs: &[Pair<'_>]) -> bool {
    const EXACT: f64 = 0.95;
    let is_given = |pair: &Pair<'_>| pair.one.iter().chain(&pair.other).any(|token| !token.given.is_empty());
    pairs.iter().any(|pair| pair.weight >= TELLING && pair.similarity.score >= EXACT && !is_given(pair))
}

fn pair_feature(pair: &Pair<'_>) -> Feature {
    Feature { feature: pair.similarity.reason, score: pair.similarity.score, detail: detail(pair, "=") }
}

fn conflict_feature(pair: &Pair<'_>) -> Feature {
    Feature { feature: "conflict", score: pair.similarity.score * CONFLICT, detail: detail(pair, "|") }
}

fn detail(pair: &Pair<'_>, sign: &str) -> String {
    let words = |tokens: &[&Token]| tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
    format!("{} {sign} {}", words(&pair.one), words(&pair.other))
}

#[cfg(test)]
mod tests;
