//! Which words of two names belong together.

use std::cell::LazyCell;
use std::ops::{Range, RangeInclusive};

use super::similarity::{Similarity, similarity};
use crate::names::form::{NameForm, Token, TokenKind};
use crate::names::text::WritingSystem;
use crate::names::weights::TokenWeights;

/// Words less alike than this do not belong together.
const BELONG: f64 = 0.6;
/// Words that somebody may have written as one.
const MAX_JOINED: usize = 4;
/// Letters that may be written for as many words.
const ACRONYM_LETTERS: RangeInclusive<usize> = 2..=6;
/// An acronym says less than the words it is made of.
const ACRONYM: f64 = 0.9;
/// A space more or less is a small slip.
const JOINED: f64 = 0.98;

/// Words of the one name and the words of the other that they are compared with.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub one: Vec<&'a Token>,
    pub other: Vec<&'a Token>,
    pub similarity: Similarity,
    /// What the words weigh, the mean of both sides.
    pub weight: f64,
}

/// Every compared word of both names, in exactly one place.
#[derive(Debug, Default)]
pub(super) struct Alignment<'a> {
    /// Words that belong together.
    pub pairs: Vec<Pair<'a>>,
    /// Words that stand against each other: each name has one that the other lacks.
    pub conflicts: Vec<Pair<'a>>,
    /// Words that only one of the names has, by name, with their weights.
    pub extras: [Vec<(&'a Token, f64)>; 2],
}

/// Aligns the compared words of two names. Choices between equals depend on the order of the names, so the names
/// are aligned in the order of their texts: both directions give the same.
pub(super) fn align<'a>(one: &'a NameForm, other: &'a NameForm, weights: &impl TokenWeights) -> Alignment<'a> {
    let texts = |form: &'a NameForm| form.compared().map(|token| token.text.as_str());
    if texts(one).le(texts(other)) {
        align_in_order(one, other, weights)
    } else {
        align_in_order(other, one, weights).turned()
    }
}

fn align_in_order<'a>(one: &'a NameForm, other: &'a NameForm, weights: &impl TokenWeights) -> Alignment<'a> {
    let mut aligner =
        Aligner { sides: [Side::new(one, weights), Side::new(other, weights)], alignment: Alignment::default() };
    aligner.pair_glued_words();
    aligner.pair_words(BELONG);
    if aligner.sides.iter().all(Side::has_open) {
        aligner.pair_joined(|_| true);
        aligner.pair_acronyms();
    }
    aligner.oppose();
    aligner.alignment
}

impl Alignment<'_> {
    /// The same, seen from the other name.
    fn turned(mut self) -> Self {
        for pair in self.pairs.iter_mut().chain(&mut self.conflicts) {
            std::mem::swap(&mut pair.one, &mut pair.other);
        }
        self.extras.reverse();
        self
    }
}

/// The compared words of one name; `open` ones are not in the alignment yet.
struct Side<'a> {
    tokens: Vec<&'a Token>,
    weights: Vec<f64>,
    open: Vec<bool>,
}

impl<'a> Side<'a> {
    fn new(form: &'a NameForm, weights: &impl TokenWeights) -> Self {
        let tokens: Vec<&Token> = form.compared().collect();
        let weights = tokens.iter().map(|token| weights.weight(token)).collect();
        let open = vec![true; tokens.len()];
        Self { tokens, weights, open }
    }

    fn has_open(&self) -> bool {
        self.open.contains(&true)
    }

    fn open_words(&self) -> impl Iterator<Item = usize> {
        (0..self.tokens.len()).filter(|&at| self.open[at])
    }

    /// Runs of 2 to `longest` neighbouring open words.
    fn open_runs(&self, longest: usize) -> impl Iterator<Item = Range<usize>> {
        (0..self.tokens.len()).flat_map(move |start| {
            let run = self.open[start..].iter().take(longest).take_while(|&&open| open).count();
            (2..=run).map(move |length| start..start + length)
        })
    }

    fn take(&mut self, range: Range<usize>) -> (Vec<&'a Token>, f64) {
        self.open[range.clone()].fill(false);
        (self.tokens[range.clone()].to_vec(), self.weights[range].iter().sum())
    }
}

/// A word and the words of the other side that it stands for, by side.
struct Joined {
    ranges: [Range<usize>; 2],
    similarity: Similarity,
}

/// Whether a word can stand for words of so many letters. Scripts that lose sounds are shorter than what they mean.
fn can_be_joined(token: &Token, letters: usize) -> bool {
    let near = token.latin.len().abs_diff(letters) <= 2 + letters / 5;
    token.kind == TokenKind::Name && (near || token.writing != WritingSystem::Latin)
}

struct Aligner<'a> {
    sides: [Side<'a>; 2],
    alignment: Alignment<'a>,
}

impl<'a> Aligner<'a> {
    /// Pairs single words, the most alike first; equally alike ones, the weightiest first.
    fn pair_words(&mut self, least: f64) {
        for (similarity, at, with) in self.likely_pairs(least) {
            if self.sides[0].open[at] && self.sides[1].open[with] {
                let pair = self.take([at..at + 1, with..with + 1], similarity);
                self.alignment.pairs.push(pair);
            }
        }
    }

    fn likely_pairs(&self, least: f64) -> Vec<(Similarity, usize, usize)> {
        let [one, other] = &self.sides;
        let mut likely = Vec::new();
        for at in one.open_words() {
            for with in other.open_words() {
                let similarity = similarity(one.tokens[at], other.tokens[with]);
                if similarity.score >= least {
                    likely.push((similarity, at, with));
                }
            }
        }
        let weight = |&(_, at, with): &(Similarity, usize, usize)| one.weights[at] + other.weights[with];
        likely.sort_by(|a, b| b.0.score.total_cmp(&a.0.score).then(weight(b).total_cmp(&weight(a))));
        likely
    }

    /// Pairs words of scripts without spaces ("习近平") with all the words they stand for, before one of these
    /// is taken for the whole.
    fn pair_glued_words(&mut self) {
        let glued = |token: &Token| token.writing == WritingSystem::Syllables;
        let has_glued = |side: &Side<'_>| side.tokens.iter().any(|token| glued(token));
        if has_glued(&self.sides[0]) != has_glued(&self.sides[1]) {
            self.pair_joined(glued);
        }
    }

    /// Pairs a word of one side with several of the other that somebody wrote apart or together: "Grab ovski",
    /// "PavelOrlov". The most alike first; only words that are `eligible` stand for several.
    fn pair_joined(&mut self, eligible: impl Fn(&Token) -> bool) {
        loop {
            let found = [0, 1].map(|single| self.best_joined(single, &eligible));
            let best = found.into_iter().flatten().max_by(|a, b| a.similarity.score.total_cmp(&b.similarity.score));
            let Some(Joined { ranges, similarity }) = best else { return };
            let pair = self.take(ranges, similarity);
            self.alignment.pairs.push(pair);
        }
    }

    fn best_joined(&self, single: usize, eligible: impl Fn(&Token) -> bool) -> Option<Joined> {
        let (side, against) = (&self.sides[single], &self.sides[1 - single]);
        let mut best: Option<Joined> = None;
        for run in against.open_runs(MAX_JOINED) {
            let tokens = &against.tokens[run.clone()];
            let letters: usize = tokens.iter().map(|token| token.latin.len()).sum();
            let joined = LazyCell::new(|| Token::joined(tokens));
            for at in
                side.open_words().filter(|&at| can_be_joined(side.tokens[at], letters) && eligible(side.tokens[at]))
            {
                let likeness = similarity(side.tokens[at], &joined).score * JOINED;
                if likeness > best.as_ref().map_or(BELONG, |best| best.similarity.score) {
                    let word = at..at + 1;
                    let ranges = if single == 0 { [word, run.clone()] } else { [run.clone(), word] };
                    best = Some(Joined { ranges, similarity: Similarity { score: likeness, reason: "joined" } });
                }
            }
        }
        best
    }

    /// Pairs "NRA" with "Northern River Authority".
    fn pair_acronyms(&mut self) {
        for single in [0, 1] {
            let (side, against) = (&self.sides[single], &self.sides[1 - single]);
            let found = side.open_words().find_map(|at| {
                let letters = side.tokens[at].latin.as_str();
                let spelled = |run: &Range<usize>| spells(letters, &against.tokens[run.clone()]);
                let run = ACRONYM_LETTERS
                    .contains(&letters.len())
                    .then(|| against.open_runs(letters.len() + 3).find(spelled))??;
                Some((at, run))
            });
            if let Some((at, run)) = found {
                let ranges = if single == 0 { [at..at + 1, run] } else { [run, at..at + 1] };
                let pair = self.take(ranges, Similarity { score: ACRONYM, reason: "acronym" });
                self.alignment.pairs.push(pair);
            }
        }
    }

    /// Sets what is left against each other, the most alike first; what one side has over is extra.
    fn oppose(&mut self) {
        for (similarity, at, with) in self.likely_pairs(0.0) {
            let opposed = |token: &Token| token.kind != TokenKind::Particle;
            let open = self.sides[0].open[at] && self.sides[1].open[with];
            if open && opposed(self.sides[0].tokens[at]) && opposed(self.sides[1].tokens[with]) {
                let pair = self.take([at..at + 1, with..with + 1], similarity);
                self.alignment.conflicts.push(pair);
            }
        }
        for (side, extras) in self.sides.iter().zip(&mut self.alignment.extras) {
            extras.extend(side.open_words().map(|at| (side.tokens[at], side.weights[at])));
        }
    }

    fn take(&mut self, [at, with]: [Range<usize>; 2], similarity: Similarity) -> Pair<'a> {
        let (one, one_weight) = self.sides[0].take(at);
        let (other, other_weight) = self.sides[1].take(with);
        Pair { one, other, similarity, weight: f64::midpoint(one_weight, other_weight) }
    }
}

/// Whether `letters` are the first letters of `tokens`; particles may be left out.
fn spells(letters: &str, tokens: &[&Token]) -> bool {
    let all = tokens.iter().copied();
    let names = tokens.iter().copied().filter(|token| token.kind != TokenKind::Particle);
    let first = |token: &Token| token.latin.chars().next();
    letters.chars().eq(all.filter_map(first)) || letters.chars().eq(names.filter_map(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::form::PartyKind;
    use crate::names::weights::PriorWeights;

    fn reasons(one: &str, other: &str, kind: PartyKind) -> (Vec<&'static str>, usize, usize) {
        let (one, other) = (NameForm::parse(one, kind), NameForm::parse(other, kind));
        let alignment = align(&one, &other, &PriorWeights);
        let reasons = alignment.pairs.iter().map(|pair| pair.similarity.reason).collect();
        (reasons, alignment.conflicts.len(), alignment.extras.iter().map(Vec::len).sum())
    }

    #[test]
    fn order_does_not_matter() {
        assert_eq!(reasons("Orlov, Pavel", "Pavel Orlov", PartyKind::Person), (vec!["equal"; 2], 0, 0));
    }

    #[test]
    fn lost_spaces_are_found() {
        assert_eq!(reasons("PavelOrlov", "Pavel Orlov", PartyKind::Person), (vec!["joined"], 0, 0));
        assert_eq!(
            reasons("Nikolai Grab ovski", "Nikolai Grabovski", PartyKind::Person),
            (vec!["equal", "joined"], 0, 0)
        );
        assert_eq!(reasons("李克强", "Li Keqiang", PartyKind::Person), (vec!["joined"], 0, 0));
    }

    #[test]
    fn acronyms_are_spelled_out() {
        let (reasons, conflicts, extras) = reasons("NRA Valley", "Northern River Authority", PartyKind::Organization);
        assert_eq!((reasons, conflicts, extras), (vec!["acronym"], 0, 1));
    }

    #[test]
    fn what_both_lack_is_a_conflict_and_what_one_lacks_is_extra() {
        assert_eq!(reasons("Igor Stolnikov", "Oleg Stolnikov", PartyKind::Person), (vec!["equal"], 1, 0));
        assert_eq!(reasons("Stolnikov", "Oleg Stolnikov", PartyKind::Person), (vec!["equal"], 0, 1));
    }
}
