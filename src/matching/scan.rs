//! Finds the terms of a query in a text and aligns the two.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::matching::ngrams::{NgramSet, word_ngrams};
use crate::matching::query::{MAX_TERMS, Query, members};
use crate::text::{Analyzers, Language, fold, words};

/// The terms of a query found in one or more texts.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// (position in words, index of the term), in order.
    pub hits: Vec<(u32, u8)>,
    /// Set of the terms found.
    pub found: u64,
    /// Number of words.
    pub words: u32,
    /// Position after the last word.
    end: u32,
}

/// Words between two texts of one scan: further apart than any alignment or window reaches.
const GAP_WORDS: u32 = 100;

/// Cost of a hit in words: alignments compare it with about so many others.
const WORDS_PER_HIT: usize = 16;

/// Words between two neighbours in an alignment, at most, in either text.
const MAX_ALIGNMENT_GAP: u32 = 4;

impl Scan {
    /// Hits per word.
    pub fn found_share(&self) -> f32 {
        self.hits.len() as f32 / self.words.max(1) as f32
    }

    /// Cost of the scan and of its alignments, in words.
    pub fn cost(&self) -> usize {
        self.words as usize + self.hits.len() * WORDS_PER_HIT
    }

    /// The summed IDF of the heaviest alignment: hits that stand close together and in the same order in query and text.
    pub fn heaviest_alignment(&self, query: &Query) -> f32 {
        // (position in the text, position in the query, weight of the heaviest alignment that ends here)
        let mut ends: Vec<(u32, u32, f32)> = Vec::with_capacity(self.hits.len() * 2);
        let mut best = 0.0_f32;
        for (position, term) in &self.hits {
            let idf = query.terms[usize::from(*term)].idf;
            for (place, _) in query.sequence.iter().filter(|(_, other)| other == term) {
                let before = ends
                    .iter()
                    .rev()
                    .take_while(|end| position - end.0 <= MAX_ALIGNMENT_GAP)
                    .filter(|end| end.0 < *position && end.1 < *place && place - end.1 <= MAX_ALIGNMENT_GAP)
                    .map(|end| end.2)
                    .fold(0.0, f32::max);
                ends.push((*position, *place, before + idf));
                best = best.max(before + idf);
            }
        }
        best
    }

    /// The summed IDF of the distinct terms in the heaviest window of `width` words.
    pub fn heaviest_window(&self, query: &Query, width: u32) -> f32 {
        let mut counts = [0_u16; MAX_TERMS];
        let (mut weight, mut best, mut first) = (0.0_f32, 0.0_f32, 0);
        for (position, term) in &self.hits {
            let term = usize::from(*term);
            if counts[term] == 0 {
                weight += query.terms[term].idf;
            }
            counts[term] += 1;
            while position - self.hits[first].0 >= width {
                let gone = usize::from(self.hits[first].1);
                counts[gone] -= 1;
                if counts[gone] == 0 {
                    weight -= query.terms[gone].idf;
                }
                first += 1;
            }
            best = best.max(weight);
        }
        best
    }

    /// Adds the terms that the word at a position matches.
    #[allow(clippy::cast_possible_truncation, reason = "members of a set are below 64")]
    fn add(&mut self, position: u32, terms: u64) {
        self.found |= terms;
        self.hits.extend(members(terms).map(|term| (position, term as u8)));
    }

    /// The position of the first word of another text.
    fn next_text(&self) -> u32 {
        if self.end == 0 { 0 } else { self.end + GAP_WORDS }
    }

    fn end_text(&mut self, base: u32, words: u32) {
        self.words += words;
        self.end = base + words;
    }
}
/// Finds the terms of one query in texts. Analyses each distinct word once.
pub struct Scanner<'q> {
    language: Language,
    /// The terms of the query by index term, as sets.
    terms: FxHashMap<&'q str, u64>,
    prefixes: Option<PrefixFilter>,
    /// The words met so far, as written.
    words: FxHashMap<&'q str, KnownWord>,
    /// n-grams of `words`.
    ngrams: Vec<u16>,
}

/// A word of a claim.
#[derive(Clone)]
struct KnownWord {
    /// Set of the query's terms that the word matches.
    terms: u64,
    /// Its n-grams, as a range of [`Scanner::ngrams`].
    ngrams: Range<usize>,
}

impl<'q> Scanner<'q> {
    /// A scanner for the terms of `query`.
    pub fn new(query: &'q Query) -> Self {
        let mut terms: FxHashMap<&str, u64> = FxHashMap::default();
        for (number, term) in query.terms.iter().enumerate() {
            for spelling in &term.spellings {
                *terms.entry(&**spelling).or_default() |= 1 << number;
            }
        }
        let prefixes = PrefixFilter::new(query);
        Self { language: query.language, terms, prefixes, words: FxHashMap::default(), ngrams: Vec::new() }
    }

    /// Scans texts as one.
    pub fn scan(&mut self, texts: impl IntoIterator<Item = &'q str>) -> Scan {
        let mut scan = Scan::default();
        for text in texts {
            let (base, mut count) = (scan.next_text(), 0);
            for word in words(text) {
                if self.may_match(word.text) {
                    scan.add(base + count, self.look_up(word.text).terms);
                }
                count += 1;
            }
            scan.end_text(base, count);
        }
        scan
    }

    /// Scans texts as one and collects the character n-grams of their words.
    pub fn scan_with_ngrams(&mut self, texts: impl IntoIterator<Item = &'q str>) -> (Scan, NgramSet) {
        let (mut scan, mut ngrams) = (Scan::default(), NgramSet::default());
        for text in texts {
            let (base, mut count) = (scan.next_text(), 0);
            for word in words(text) {
                let known = self.look_up(word.text);
                ngrams.insert(&self.ngrams[known.ngrams]);
                scan.add(base + count, known.terms);
                count += 1;
            }
            scan.end_text(base, count);
        }
        (scan, ngrams)
    }

    fn look_up(&mut self, word: &'q str) -> KnownWord {
        let may_match = self.may_match(word);
        let Self { language, terms, words, ngrams, .. } = self;
        let analyse = || {
            let start = ngrams.len();
            ngrams.extend(word_ngrams(&fold(word, *language)));
            let matched = |analyzers: &mut Analyzers| {
                let matched = analyzers.text_terms(word, *language).iter().filter_map(|term| terms.get(&**term));
                matched.fold(0, |set, term| set | term)
            };
            let terms = if may_match { Analyzers::kept(matched) } else { 0 };
            KnownWord { terms, ngrams: start..ngrams.len() }
        };
        words.entry(word).or_insert_with(analyse).clone()
    }

    fn may_match(&self, word: &str) -> bool {
        self.prefixes.as_ref().is_none_or(|prefixes| prefixes.may_match(word))
    }
}

/// The first three letters of the query's terms: one bit for each combination. Rejects most words of a text before they
/// are analysed.
struct PrefixFilter {
    bits: Vec<u32>,
}

impl PrefixFilter {
    /// None for languages in which a word and its stem may start differently, as `Häuser` and `haus` do.
    fn new(query: &Query) -> Option<Self> {
        if query.language != Language::ENGLISH && query.language != Language::PLAIN {
            return None;
        }
        let mut bits = vec![0_u32; 1 << 10];
        for spelling in query.terms.iter().flat_map(|term| &term.spellings) {
            let (index, third) = prefix(spelling.as_bytes());
            // A stem of two letters matches words with any third letter.
            bits[index] |= if third == 0 { u32::MAX } else { 1 << third };
        }
        Some(Self { bits })
    }

    /// Whether a word may match a term. True for words that do not start with ASCII letters: they have to be folded first.
    fn may_match(&self, word: &str) -> bool {
        if !word.bytes().take(3).all(|byte| byte.is_ascii_alphabetic()) || word.len() < 2 {
            return true;
        }
        let (index, third) = prefix(word.as_bytes());
        self.bits[index] & (1 << third) != 0
    }
}

/// An index made of the first two letters, and the third letter as a number from 1 to 26, or 0 when there is none. `y`
/// counts as `i`: the English stemmer exchanges them.
fn prefix(word: &[u8]) -> (usize, u8) {
    let letter = |at| match word.get(at) {
        Some(b'y' | b'Y') => b'i' & 31,
        Some(byte) if byte.is_ascii_alphabetic() => byte & 31,
        _ => 0,
    };
    (usize::from(letter(0)) << 5 | usize::from(letter(1)), letter(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::claim_index::WordList;
    use crate::matching::term_statistics::TermStatistics;

    fn hits(text: &str, language: &str, claims: &[&'static str]) -> Vec<(u32, String)> {
        let query = Query::parse(text, language, &WordList(&[]), &TermStatistics::default());
        let scan = Scanner::new(&query).scan(claims.iter().copied());
        scan.hits.iter().map(|(at, term)| (*at, query.terms[usize::from(*term)].word.clone())).collect()
    }

    fn positions(text: &str, language: &str, claim: &'static str) -> Vec<u32> {
        hits(text, language, &[claim]).into_iter().map(|(at, _)| at).collect()
    }

    #[test]
    fn inflected_words_match() {
        let found = hits("Taxes doubled in 2012", "en", &["He doubles a tax.", "2012 or 2013"]);
        assert_eq!(found, [(1, "doubled".to_owned()), (3, "Taxes".to_owned()), (104, "2012".to_owned())]);
        assert_eq!(positions("They try AI in 2020, lying", "en", "Who tries? I TRY ai, 2020, lies."), [1, 3, 4, 5, 6]);
    }

    #[test]
    fn every_spelling_of_an_umlaut_matches() {
        assert_eq!(
            positions("Der Apfel und das Haus", "de", "Die Äpfel der Häuser, die Aepfel, die Apfel"),
            [1, 3, 5, 7]
        );
        for (query, claim) in [("Mueller", "Herr Müller"), ("Müller", "Herr Mueller"), ("Muller", "Herr Müller")] {
            assert_eq!((positions(query, "en", claim), positions(query, "de", claim)), (vec![1], vec![1]), "{query}");
        }
    }

    #[test]
    fn compounds_match_by_their_parts() {
        assert_eq!(positions("Bedenken zur Sicherheit", "de", "Sicherheitsbedenken"), [0, 0]);
    }

    #[test]
    fn scripts_without_spaces_match_by_pairs_of_characters() {
        assert_eq!(positions("北京市", "zh", "在北京市"), [1, 2]);
        assert_eq!(positions("学費", "ja", "大学会費"), [0; 0]);
    }
}
