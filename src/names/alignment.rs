//! Token alignment: pairs the tokens of two names.

use std::cell::LazyCell;
use std::ops::{Range, RangeInclusive};

use super::form::{ParsedName, Token, TokenKind};
use super::similarity::{Similarity, similarity};
use super::transliteration::WritingSystem;

/// Minimum similarity of the tokens of a pair.
const MIN_SIMILARITY: f64 = 0.6;
/// Maximum tokens that are compared with one token as a missing space.
const MAX_JOINED: usize = 4;
/// Letters of an acronym.
const ACRONYM_LETTERS: RangeInclusive<usize> = 2..=6;
/// Similarity of an acronym and its words.
const ACRONYM: f64 = 0.9;
/// Factor for a missing or additional space.
const JOINED: f64 = 0.98;

/// Tokens of one name, and the tokens of the other name that they are compared with.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub one: Vec<&'a Token>,
    pub other: Vec<&'a Token>,
    pub similarity: Similarity,
    /// Weight of the tokens, the mean of both names.
    pub weight: f64,
}

/// The alignment of two names: every aligned token of both is in exactly one of the lists.
#[derive(Debug, Default)]
pub(super) struct Alignment<'a> {
    /// Similar tokens.
    pub pairs: Vec<Pair<'a>>,
    /// Dissimilar tokens: each name has one that the other lacks.
    pub conflicts: Vec<Pair<'a>>,
    /// Tokens without a counterpart, by name, with their weights.
    pub extras: [Vec<(&'a Token, f64)>; 2],
}

/// Aligns the tokens of two names. Ties are resolved by the order of the names, so the names are first ordered by their
/// texts: the result is symmetric.
pub(super) fn align<'a>(
    one: &'a ParsedName,
    other: &'a ParsedName,
    weight_of: &impl Fn(&Token) -> f64,
) -> Alignment<'a> {
    let texts = |name: &'a ParsedName| name.aligned_tokens().map(|token| token.text.as_str());
    if texts(one).le(texts(other)) {
        align_in_order(one, other, weight_of)
    } else {
        align_in_order(other, one, weight_of).reversed()
    }
}

fn align_in_order<'a>(one: &'a ParsedName, other: &'a ParsedName, weight_of: &impl Fn(&Token) -> f64) -> Alignment<'a> {
    let mut aligner =
        Aligner { sides: [Side::new(one, weight_of), Side::new(other, weight_of)], alignment: Alignment::default() };
    aligner.pair_unspaced_tokens();
    aligner.pair_tokens(MIN_SIMILARITY);
    if aligner.sides.iter().all(Side::has_open) {
        aligner.pair_joined(|_| true);
        aligner.pair_acronyms();
    }
    aligner.pair_conflicts();
    aligner.alignment
}

impl Alignment<'_> {
    /// The same alignment with the names exchanged.
    fn reversed(mut self) -> Self {
        for pair in self.pairs.iter_mut().chain(&mut self.conflicts) {
            std::mem::swap(&mut pair.one, &mut pair.other);
        }
        self.extras.reverse();
        self
    }
}

/// The tokens of one name, and which of them are not aligned yet.
struct Side<'a> {
    tokens: Vec<&'a Token>,
    weights: Vec<f64>,
    is_open: Vec<bool>,
}

impl<'a> Side<'a> {
    fn new(name: &'a ParsedName, weight_of: &impl Fn(&Token) -> f64) -> Self {
        let tokens: Vec<&Token> = name.aligned_tokens().collect();
        let weights = tokens.iter().map(|token| weight_of(token)).collect();
        let is_open = vec![true; tokens.len()];
        Self { tokens, weights, is_open }
    }

    fn has_open(&self) -> bool {
        self.is_open.contains(&true)
    }

    fn open_tokens(&self) -> impl Iterator<Item = usize> {
        (0..self.tokens.len()).filter(|&at| self.is_open[at])
    }

    /// Runs of 2 to `longest` adjacent open tokens.
    fn open_runs(&self, longest: usize) -> impl Iterator<Item = Range<usize>> {
        (0..self.tokens.len()).flat_map(move |start| {
            let run = self.is_open[start..].iter().take(longest).take_while(|&&open| open).count();
            (2..=run).map(move |length| start..start + length)
        })
    }

    fn take(&mut self, range: Range<usize>) -> (Vec<&'a Token>, f64) {
        self.is_open[range.clone()].fill(false);
        (self.tokens[range.clone()].to_vec(), self.weights[range].iter().sum())
    }
}

/// A token and the run of the other name's tokens that it equals without spaces, by name.
struct Joined {
    ranges: [Range<usize>; 2],
    similarity: Similarity,
}

/// Whether the length of a token allows it to equal a run of so many letters. In other scripts than Latin lengths differ.
fn can_equal_run(token: &Token, letters: usize) -> bool {
    let is_similar_length = token.latin.len().abs_diff(letters) <= 2 + letters / 5;
    token.kind == TokenKind::Name && (is_similar_length || token.writing_system != WritingSystem::Latin)
}

struct Aligner<'a> {
    sides: [Side<'a>; 2],
    alignment: Alignment<'a>,
}

impl<'a> Aligner<'a> {
    /// Pairs single tokens greedily by similarity, then by weight.
    fn pair_tokens(&mut self, min_similarity: f64) {
        for (similarity, at, with) in self.candidate_pairs(min_similarity) {
            if self.sides[0].is_open[at] && self.sides[1].is_open[with] {
                let pair = self.take([at..at + 1, with..with + 1], similarity);
                self.alignment.pairs.push(pair);
            }
        }
    }

    fn candidate_pairs(&self, min_similarity: f64) -> Vec<(Similarity, usize, usize)> {
        let [one, other] = &self.sides;
        let mut candidates = Vec::new();
        for at in one.open_tokens() {
            for with in other.open_tokens() {
                let similarity = similarity(one.tokens[at], other.tokens[with]);
                if similarity.score >= min_similarity {
                    candidates.push((similarity, at, with));
                }
            }
        }
        let weight = |&(_, at, with): &(Similarity, usize, usize)| one.weights[at] + other.weights[with];
        candidates.sort_by(|a, b| b.0.score.total_cmp(&a.0.score).then(weight(b).total_cmp(&weight(a))));
        candidates
    }

    /// Pairs tokens of scripts without spaces ("习近平") with the whole run of tokens that they transliterate to, before one
    /// token of the run is paired alone.
    fn pair_unspaced_tokens(&mut self) {
        let is_unspaced = |token: &Token| token.writing_system == WritingSystem::Syllabic;
        let has_unspaced = |side: &Side<'_>| side.tokens.iter().any(|token| is_unspaced(token));
        if has_unspaced(&self.sides[0]) != has_unspaced(&self.sides[1]) {
            self.pair_joined(is_unspaced);
        }
    }

    /// Pairs a token with a run of the other name's tokens where a space is missing or additional: "Grab ovski",
    /// "PavelOrlov". Greedy by similarity; only `is_eligible` tokens are paired with a run.
    fn pair_joined(&mut self, is_eligible: impl Fn(&Token) -> bool) {
        loop {
            let found = [0, 1].map(|single| self.best_joined(single, &is_eligible));
            let best = found.into_iter().flatten().max_by(|a, b| a.similarity.score.total_cmp(&b.similarity.score));
            let Some(Joined { ranges, similarity }) = best else { return };
            let pair = self.take(ranges, similarity);
            self.alignment.pairs.push(pair);
        }
    }

    fn best_joined(&self, single: usize, is_eligible: impl Fn(&Token) -> bool) -> Option<Joined> {
        let (side, against) = (&self.sides[single], &self.sides[1 - single]);
        let mut best: Option<Joined> = None;
        for run in against.open_runs(MAX_JOINED) {
            let tokens = &against.tokens[run.clone()];
            let letters: usize = tokens.iter().map(|token| token.latin.len()).sum();
            let joined = LazyCell::new(|| Token::concatenated(tokens));
            for at in
                side.open_tokens().filter(|&at| can_equal_run(side.tokens[at], letters) && is_eligible(side.tokens[at]))
            {
                let score = similarity(side.tokens[at], &joined).score * JOINED;
                if score > best.as_ref().map_or(MIN_SIMILARITY, |best| best.similarity.score) {
                    let word = at..at + 1;
                    let ranges = if single == 0 { [word, run.clone()] } else { [run.clone(), word] };
                    best = Some(Joined { ranges, similarity: Similarity { score, feature: "joined" } });
                }
            }
        }
        best
    }

    /// Pairs "NRA" with "Northern River Authority".
    fn pair_acronyms(&mut self) {
        for single in [0, 1] {
            let (side, against) = (&self.sides[single], &self.sides[1 - single]);
            let found = side.open_tokens().find_map(|at| {
                let letters = side.tokens[at].latin.as_str();
                let matches = |run: &Range<usize>| is_acronym_of(letters, &against.tokens[run.clone()]);
                let run = ACRONYM_LETTERS
                    .contains(&letters.len())
                    .then(|| against.open_runs(letters.len() + 3).find(matches))??;
                Some((at, run))
            });
            if let Some((at, run)) = found {
                let ranges = if single == 0 { [at..at + 1, run] } else { [run, at..at + 1] };
                let pair = self.take(ranges, Similarity { score: ACRONYM, feature: "acronym" });
                self.alignment.pairs.push(pair);
            }
        }
    }

    /// Pairs the remaining tokens as conflicts, greedily by similarity. Tokens that one name has in excess are extras.
    fn pair_conflicts(&mut self) {
        for (similarity, at, with) in self.candidate_pairs(0.0) {
            let can_conflict = |token: &Token| token.kind != TokenKind::Particle;
            let are_open = self.sides[0].is_open[at] && self.sides[1].is_open[with];
            if are_open && can_conflict(self.sides[0].tokens[at]) && can_conflict(self.sides[1].tokens[with]) {
                let pair = self.take([at..at + 1, with..with + 1], similarity);
                self.alignment.conflicts.push(pair);
            }
        }
        for (side, extras) in self.sides.iter().zip(&mut self.alignment.extras) {
            extras.extend(side.open_tokens().map(|at| (side.tokens[at], side.weights[at])));
        }
    }

    fn take(&mut self, [at, with]: [Range<usize>; 2], similarity: Similarity) -> Pair<'a> {
        let (one, one_weight) = self.sides[0].take(at);
        let (other, other_weight) = self.sides[1].take(with);
        Pair { one, other, similarity, weight: f64::midpoint(one_weight, other_weight) }
    }
}

/// Whether `letters` are the initials of `tokens`, with or without particles.
fn is_acronym_of(letters: &str, tokens: &[&Token]) -> bool {
    let all = tokens.iter().copied();
    let names = tokens.iter().copied().filter(|token| token.kind != TokenKind::Particle);
    let first = |token: &Token| token.latin.chars().next();
    letters.chars().eq(all.filter_map(first)) || letters.chars().eq(names.filter_map(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::PartyKind;
    use crate::names::lexicon::prior_weight;

    fn align_texts(one: &str, other: &str, kind: PartyKind) -> (Vec<&'static str>, usize, usize) {
        let (one, other) = (ParsedName::parse(one, kind), ParsedName::parse(other, kind));
        let alignment = align(&one, &other, &|token| prior_weight(&token.latin));
        let features = alignment.pairs.iter().map(|pair| pair.similarity.feature).collect();
        (features, alignment.conflicts.len(), alignment.extras.iter().map(Vec::len).sum())
    }

    #[test]
    fn the_order_of_tokens_is_irrelevant() {
        assert_eq!(align_texts("Orlov, Pavel", "Pavel Orlov", PartyKind::Person), (vec!["equal"; 2], 0, 0));
    }

    #[test]
    fn missing_and_additional_spaces_are_detected() {
        assert_eq!(align_texts("PavelOrlov", "Pavel Orlov", PartyKind::Person), (vec!["joined"], 0, 0));
        assert_eq!(
            align_texts("Nikolai Grab ovski", "Nikolai Grabovski", PartyKind::Person),
            (vec!["equal", "joined"], 0, 0)
        );
        assert_eq!(align_texts("李克强", "Li Keqiang", PartyKind::Person), (vec!["joined"], 0, 0));
    }

    #[test]
    fn acronyms_are_paired_with_their_words() {
        let (features, conflicts, extras) =
            align_texts("NRA Valley", "Northern River Authority", PartyKind::Organization);
        assert_eq!((features, conflicts, extras), (vec!["acronym"], 0, 1));
    }

    #[test]
    fn unpaired_tokens_of_both_names_conflict_and_of_one_are_extra() {
        assert_eq!(align_texts("Igor Stolnikov", "Oleg Stolnikov", PartyKind::Person), (vec!["equal"], 1, 0));
        assert_eq!(align_texts("Stolnikov", "Oleg Stolnikov", PartyKind::Person), (vec!["equal"], 0, 1));
    }
}
