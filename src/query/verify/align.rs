//! Near matches of a quote in a body: an alignment of words with minimum cost.
//!
//! The alignment pairs words of the quote with words of the body, deletes words of the quote, and inserts words of the
//! body. A deleted or inserted word costs its characters. A replaced word costs its characters without the common prefix
//! and suffix. Words of the body are free before the quote, after it, and at its omissions.

use std::ops::Range;

use hashbrown::HashMap;

use super::quote::{Part, Quote};
use crate::text::quote::{Word, words};

/// Minimum share of the quote's characters that are in words of the body. Bodies below it have no near match (see
/// [`NEAR`](super::NEAR)), unless most words are misspelt.
const MIN_SHARED: f64 = 0.5;
/// Maximum cells of one alignment, one byte each. A quote of 8 KiB has about 1,500 words, which leaves 2,600 of the body.
const MAX_CELLS: usize = 4 << 20;

/// The number of every word that is not in the quote.
const FOREIGN: u32 = u32::MAX;

/// The step of the alignment into a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Both words are equal.
    Same,
    /// The body has a different word.
    Changed,
    /// The body lacks the word.
    Missing,
    /// The body has an additional word.
    Added,
}

/// Aligns one quote with bodies.
pub(super) struct Aligner<'q> {
    parts: &'q [Part],
    numbers: HashMap<&'q str, u32>,
    /// The quote's words, as numbers, with their cost.
    words: Vec<(u32, u32)>,
    /// The word of each number.
    texts: Vec<&'q str>,
    /// Number of occurrences of each word number in the quote.
    counts: Vec<u32>,
    /// Number of words up to the end of each part.
    part_ends: Vec<usize>,
    total: u32,
}

struct Token {
    range: Range<usize>,
    number: u32,
    cost: u32,
}

impl<'q> Aligner<'q> {
    pub(super) fn new(quote: &'q Quote) -> Self {
        let parts = quote.parts.as_slice();
        let mut aligner = Self {
            parts,
            numbers: HashMap::new(),
            words: Vec::new(),
            texts: Vec::new(),
            counts: Vec::new(),
            part_ends: Vec::new(),
            total: 0,
        };
        for part in parts {
            for Word { range, .. } in &part.words {
                let text = &part.folded[range.clone()];
                let next = u32::try_from(aligner.counts.len()).expect("a quote is short");
                let number = *aligner.numbers.entry(text).or_insert(next);
                if number == next {
                    aligner.counts.push(0);
                    aligner.texts.push(text);
                }
                aligner.counts[number as usize] += 1;
                aligner.words.push((number, cost(text)));
                aligner.total += cost(text);
            }
            aligner.part_ends.push(aligner.words.len());
        }
        aligner
    }

    /// Whether a folded body has at least [`MIN_SHARED`] of the quote.
    pub(super) fn shares(&self, folded: &str) -> bool {
        let mut left = self.counts.clone();
        let mut shared = 0;
        for Word { range, .. } in words(folded) {
            let text = &folded[range];
            if let Some(left) = self.numbers.get(text).map(|number| &mut left[*number as usize])
                && *left > 0
            {
                *left -= 1;
                shared += cost(text);
            }
        }
        self.total > 0 && f64::from(shared) >= MIN_SHARED * f64::from(self.total)
    }

    /// The place of minimum cost in a folded body, with a range for each part; the first of several. `None` if a part has no
    /// equal word there or two parts are more than `max_gap` bytes apart. Also returns the number of cells computed.
    pub(super) fn align(&self, folded: &str, max_gap: usize) -> (Option<Vec<Range<usize>>>, usize) {
        let all = self.tokens(folded);
        let tokens = self.stretch(&all);
        let columns = tokens.len() + 1;
        let cells = columns * (self.words.len() + 1);
        if self.words.is_empty() || tokens.is_empty() {
            return (None, cells);
        }
        let (steps, end) = self.fill(folded, tokens);
        let ranges = self.trace(tokens, &steps, end);
        let together = |pair: &[Range<usize>]| pair[1].start - pair[0].end <= max_gap;
        let ranges = ranges.filter(|ranges| ranges.windows(2).all(together));
        (ranges.map(|ranges| self.with_ends(folded, ranges)), cells)
    }

    fn tokens(&self, folded: &str) -> Vec<Token> {
        let token = |Word { range, .. }: Word| {
            let text = &folded[range.clone()];
            let number = self.numbers.get(text).copied().unwrap_or(FOREIGN);
            Token { range, number, cost: cost(text) }
        };
        words(folded).map(token).collect()
    }

    /// All tokens. If they are too many: the window of them that has the most characters of words of the quote.
    fn stretch<'t>(&self, tokens: &'t [Token]) -> &'t [Token] {
        let most = (MAX_CELLS / (self.words.len() + 1)).saturating_sub(1).max(1);
        if tokens.len() <= most {
            return tokens;
        }
        let worth = |token: &Token| if token.number == FOREIGN { 0 } else { u64::from(token.cost) };
        let mut sum: u64 = tokens[..most].iter().map(worth).sum();
        let (mut best, mut best_start) = (sum, 0);
        for start in 1..=tokens.len() - most {
            sum = sum + worth(&tokens[start + most - 1]) - worth(&tokens[start - 1]);
            if sum > best {
                (best, best_start) = (sum, start);
            }
        }
        &tokens[best_start..best_start + most]
    }

    /// The step into each cell, row by row, and the column where the alignment of minimum cost ends.
    fn fill(&self, folded: &str, tokens: &[Token]) -> (Vec<Step>, usize) {
        let columns = tokens.len() + 1;
        let mut steps = Vec::with_capacity(columns * (self.words.len() + 1));
        steps.resize(columns, Step::Added);
        let mut above = vec![0_u32; columns];
        let mut row = vec![0_u32; columns];
        for (index, (number, cost)) in self.words.iter().enumerate() {
            let word = self.texts[*number as usize];
            let last = index + 1 == self.words.len();
            let free = !last && self.part_ends.contains(&(index + 1));
            row[0] = above[0] + 2 * cost;
            steps.push(Step::Missing);
            for (at, token) in tokens.iter().enumerate() {
                let (paired, step) = if token.number == *number {
                    (above[at], Step::Same)
                } else {
                    (above[at] + change(word, *cost, &folded[token.range.clone()], token.cost), Step::Changed)
                };
                let missing = above[at + 1] + 2 * cost;
                let added = row[at] + if free { 0 } else { 2 * token.cost };
                let best = paired.min(missing).min(added);
                row[at + 1] = best;
                steps.push(if best == paired {
                    step
                } else if best == missing {
                    Step::Missing
                } else {
                    Step::Added
                });
            }
            std::mem::swap(&mut above, &mut row);
        }
        let ends = above.iter().enumerate().min_by_key(|(_, cost)| **cost);
        (steps, ends.map_or(0, |(column, _)| column))
    }

    /// Follows the steps back, and returns the range of the body that is aligned with each part.
    fn trace(&self, tokens: &[Token], steps: &[Step], end: usize) -> Option<Vec<Range<usize>>> {
        let columns = tokens.len() + 1;
        let mut ranges: Vec<Option<Range<usize>>> = vec![None; self.parts.len()];
        let mut same = vec![false; self.parts.len()];
        let (mut index, mut column) = (self.words.len(), end);
        while index > 0 {
            let part = self.part_ends.partition_point(|end| *end < index);
            match steps[index * columns + column] {
                step @ (Step::Same | Step::Changed) => {
                    let token = &tokens[column - 1].range;
                    let until = ranges[part].as_ref().map_or(token.end, |range| range.end);
                    ranges[part] = Some(token.start..until);
                    same[part] |= step == Step::Same;
                    (index, column) = (index - 1, column - 1);
                }
                Step::Missing => index -= 1,
                Step::Added => column -= 1,
            }
        }
        if same.contains(&false) { None } else { ranges.into_iter().collect() }
    }

    /// Extends each range by the punctuation around the part, as far as the body has the same.
    fn with_ends(&self, folded: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
        for (range, part) in ranges.iter_mut().zip(self.parts) {
            let (Some(first), Some(last)) = (part.words.first(), part.words.last()) else { continue };
            let head = part.folded[..first.range.start].chars().rev();
            let before = folded[..range.start].chars().rev().zip(head).take_while(|(a, b)| a == b);
            range.start -= before.map(|(c, _)| c.len_utf8()).sum::<usize>();
            let tail = part.folded[last.range.end..].chars();
            let behind = folded[range.end..].chars().zip(tail).take_while(|(a, b)| a == b);
            range.end += behind.map(|(c, _)| c.len_utf8()).sum::<usize>();
        }
        // Two parts may have been extended by the same full stop.
        for at in 1..ranges.len() {
            ranges[at].start = ranges[at].start.max(ranges[at - 1].end);
        }
        ranges
    }
}

/// Cost of replacing a word by another, in half characters: the characters of the longer one without the common prefix and
/// suffix. Less than the cost of deleting a word of the same length, so that a replacement is preferred.
fn change(word: &str, cost: u32, other: &str, other_cost: u32) -> u32 {
    let longer = cost.max(other_cost);
    if word.as_bytes().first() != other.as_bytes().first() && word.as_bytes().last() != other.as_bytes().last() {
        return 2 * longer - 1;
    }
    let same = |(a, b): &(char, char)| a == b;
    let shorter = cost.min(other_cost).saturating_sub(1) as usize;
    let head = word.chars().zip(other.chars()).take_while(same).count();
    let tail = word.chars().rev().zip(other.chars().rev()).take(shorter - head.min(shorter)).take_while(same).count();
    2 * (longer - u32::try_from(head + tail).unwrap_or(0).min(longer - 1)) - 1
}

/// Cost of a word: its characters and one space.
fn cost(word: &str) -> u32 {
    u32::try_from(word.chars().count() + 1).unwrap_or(u32::MAX >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::quote::fold;

    fn aligned(body: &str, quote: &str) -> Option<Vec<String>> {
        let quote = Quote::new(quote, 10_000, 32).unwrap();
        let (aligner, body) = (Aligner::new(&quote), fold(body));
        let (ranges, _) = aligner.align(&body, 1000);
        ranges.map(|ranges| ranges.into_iter().map(|range| body[range].to_owned()).collect())
    }

    #[test]
    fn changed_missing_and_added_words_are_aligned() {
        let body = "They said: we will never give up this fight, whatever comes. And left.";
        for quote in [
            "we shall never give up this fight, whatever comes.",
            "we will never give up fight, whatever comes.",
            "we will never ever give up this fight, whatever comes.",
        ] {
            assert_eq!(aligned(body, quote).unwrap(), ["we will never give up this fight, whatever comes."], "{quote}");
        }
    }

    #[test]
    fn parts_are_aligned_across_what_is_left_out() {
        let body = "We want talks now. It rained for a while and people left. And we will listen to all of them.";
        let expected = ["we want talks now.", "and we will listen to all of them."];
        let quote = "We want talk now. [...] And we will listen to everyone of them.";
        assert_eq!(aligned(body, quote).unwrap(), expected);
    }

    #[test]
    fn of_a_long_body_the_right_stretch_is_aligned() {
        let words: Vec<String> = (0..1500).map(|number| format!("w{number}")).collect();
        let body = format!("{} {} {}", "x ".repeat(9000), words.join(" "), "y ".repeat(9000));
        let mut changed = words.clone();
        changed[700] = "other".to_owned();
        assert_eq!(aligned(&body, &changed.join(" ")).unwrap(), [words.join(" ")]);
    }

    #[test]
    fn a_body_without_the_words_is_not_worth_it() {
        let quote = Quote::new("never give up this fight", 100, 32).unwrap();
        let aligner = Aligner::new(&quote);
        assert!(aligner.shares("we will give up this"));
        assert!(!aligner.shares("give give give give this"));
        assert_eq!(aligned("nothing of it", "never give up this fight"), None);
    }
}
