//! Finding the words of a query in a text, fast: most words of a text are refused by their first letters.

use hashbrown::HashMap;

use crate::matching::analysis::{Word, for_each_word, for_each_word_where};
use crate::matching::grams::GramSet;
use crate::matching::query::Query;

/// Where the words of a query stand in one text.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// (position in words, index of the term), in order.
    pub hits: Vec<(u32, u8)>,
    /// Set of the terms found.
    pub found: u64,
    /// Words in the text.
    pub words: u32,
    /// The position behind its last word.
    end: u32,
}

impl Scan {
    /// The share of its words that was found.
    pub fn found_share(&self) -> f32 {
        self.hits.len() as f32 / self.words.max(1) as f32
    }

    /// The work of reading it and of laying it beside the query: its words, and what stands around each one that was
    /// found.
    pub fn effort(&self) -> usize {
        self.words as usize + self.hits.len() * WORDS_AROUND_A_HIT
    }

    /// The position of the first word of a further text.
    fn next_text(&self) -> u32 {
        if self.end == 0 { 0 } else { self.end + GAP_WORDS }
    }

    fn end_text(&mut self, base: u32, words: u32) {
        self.words += words;
        self.end = base + words;
    }
}

/// Words between two texts that are read into one scan: more than any run or window spans.
const GAP_WORDS: u32 = 100;

/// Pairs of words that are looked at for each word found, in texts that repeat themselves.
const WORDS_AROUND_A_HIT: usize = 16;

/// Finds the words of one query in texts.
pub struct Scanner<'q> {
    starts: Starts,
    finder: Finder<'q>,
    /// Scratch space.
    word: String,
}

impl<'q> Scanner<'q> {
    /// A scanner for `query`.
    pub fn new(query: &'q Query) -> Self {
        let starts = Starts::of(query);
        let finder = Finder { query, memory: HashMap::new(), stem: String::new() };
        Self { starts, finder, word: String::new() }
    }

    /// Reads texts one behind the other.
    pub fn scan<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Scan {
        let Self { starts, finder, word: buffer } = self;
        let language = &finder.query.language;
        let mut scan = Scan::default();
        for text in texts {
            let base = scan.next_text();
            let is_wanted = |rest: &[u8]| starts.may_begin(rest);
            let count =
                for_each_word_where(text, language, buffer, is_wanted, |word| finder.see(&word, base, &mut scan));
            scan.end_text(base, count);
        }
        scan
    }

    /// Reads texts one behind the other, and the letters of their words.
    pub fn scan_with_letters<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> (Scan, GramSet) {
        let Self { starts, finder, word: buffer } = self;
        let language = &finder.query.language;
        let (mut scan, mut grams) = (Scan::default(), GramSet::default());
        for text in texts {
            let base = scan.next_text();
            let count = for_each_word(text, language, buffer, |word| {
                grams.add(word.text);
                if starts.may_begin(word.text.as_bytes()) {
                    finder.see(&word, base, &mut scan);
                }
            });
            scan.end_text(base, count);
        }
        (scan, grams)
    }
}

/// Tells which words are in the query.
struct Finder<'q> {
    query: &'q Query,
    /// Words that were looked up, and the term each is, if any: each is stemmed once.
    memory: HashMap<Box<str>, Option<u8>>,
    stem: String,
}

impl Finder<'_> {
    fn see(&mut self, word: &Word<'_>, base: u32, scan: &mut Scan) {
        let term = self.look_up(word.text);
        if let Some(term) = term {
            scan.hits.push((base + word.position, term));
            scan.found |= 1 << term;
        }
    }

    fn look_up(&mut self, word: &str) -> Option<u8> {
        if let Some(known) = self.memory.get(word) {
            return *known;
        }
        self.stem.clear();
        self.query.language.stem_into(word, &mut self.stem);
        let place = self.query.terms.iter().position(|term| term.stem == self.stem);
        let term = place.and_then(|place| u8::try_from(place).ok());
        self.memory.insert(word.into(), term);
        term
    }
}

/// What words of the query begin with: one bit for each sequence of three letters.
struct Starts {
    bits: Vec<u32>,
    /// Whether a stem may have lost an umlaut, so that a word need not begin as its stem does.
    has_umlauts: bool,
}

impl Starts {
    fn of(query: &Query) -> Self {
        let mut bits = vec![0_u32; 1 << 10];
        for term in &query.terms {
            let (place, third) = split(term.stem.as_bytes());
            bits[place] |= match third {
                // A stem of two letters begins words with any third one.
                0 => u32::MAX,
                I => 1 << I | 1 << Y,
                _ => 1 << third,
            };
        }
        Self { bits, has_umlauts: query.language.umlauts_are_digraphs }
    }

    /// Whether the word at the start of `rest` may be in the query. All that is not plain letters may: what is outside
    /// ASCII is only known once folded.
    fn may_begin(&self, rest: &[u8]) -> bool {
        let [first, second, ..] = *rest else { return true };
        if !first.is_ascii_alphabetic() || !second.is_ascii_alphabetic() {
            return true;
        }
        let (place, third) = split(rest);
        self.bits[place] & (1 << third) != 0 || self.has_umlauts
    }
}

/// `i` and `y` as numbers of letters: a stem ends in `i` where its word ends in `y`.
const I: u8 = b'i' & 31;
const Y: u8 = b'y' & 31;

/// The first two letters as a place, the third as a number from 1 to 26 (0 when there is none).
fn split(word: &[u8]) -> (usize, u8) {
    let letter = |at| word.get(at).filter(|byte: &&u8| byte.is_ascii_alphabetic()).map_or(0, |byte| byte & 31);
    (usize::from(letter(0)) << 5 | usize::from(letter(1)), letter(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::lexicon::Lexicon;

    #[test]
    fn inflected_words_are_found_where_they_stand() {
        let query = Query::parse("Taxes doubled in 2012", "en", &Lexicon::default());
        let scan = Scanner::new(&query).scan(["He doubles a tax.", "2012 or 2013"]);
        let found: Vec<(u32, &str)> =
            scan.hits.iter().map(|(at, term)| (*at, query.terms[usize::from(*term)].stem.as_str())).collect();
        assert_eq!(found, [(1, "doubl"), (3, "tax"), (104, "2012")]);
    }

    #[test]
    fn german_words_are_found_across_umlauts() {
        let query = Query::parse("Der Apfel und das Haus", "de", &Lexicon::default());
        let scan = Scanner::new(&query).scan(["Die Äpfel der Häuser, die Aepfel"]);
        assert_eq!(scan.hits.len(), 3);
    }

    #[test]
    fn a_word_may_end_otherwise_than_its_stem() {
        let query = Query::parse("They try AI in 2020", "en", &Lexicon::default());
        let scan = Scanner::new(&query).scan(["Who tries? I TRY ai, 2020."]);
        assert_eq!(scan.hits.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 3, 4, 5]);
    }
}
