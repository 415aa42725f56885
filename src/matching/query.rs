//! A submitted text as weighted terms.

use crate::matching::claim_index::{ClaimIndex, SearchWord};
use crate::matching::ngrams::{NgramSet, word_ngrams};
use crate::matching::query_text::{QueryText, camel_case_parts};
use crate::matching::term_statistics::{TermStatistics, language_of};
use crate::text::{Analyzers, Language, Part, fold, words};

/// Terms in a query, at most: a set of terms fits into a `u64`.
pub const MAX_TERMS: usize = 64;
/// Terms of the signature among them, at most.
const MAX_AUTHOR_TERMS: usize = 8;
/// Factor of the signature's terms in retrieval: claims name who said them, and seldom who passed them on.
const AUTHOR_BOOST: f32 = 0.5;
/// Positions of terms, at most: bounds the cost of aligning a text of 8 KiB.
const MAX_POSITIONS: usize = 256;
/// Positions of one term, at most: an alignment compares each of them with each hit of the term.
const MAX_TERM_POSITIONS: usize = 4;
/// Bytes in each part of a compound that is split, at least: shorter parts occur in most words.
const MIN_PART_BYTES: usize = 3;
/// Bytes in a compound that is split, at most: bounds the number of splits tried.
const MAX_COMPOUND_BYTES: usize = 40;
/// Unknown words that are split, at most: bounds the lookups for a text of 8 KiB.
const MAX_SPLIT_WORDS: usize = 64;
/// Bytes of the text by which its language is detected.
const DETECTION_BYTES: usize = 1024;

/// A distinct word of the query, inflections apart.
#[derive(Debug, Clone)]
pub struct Term {
    /// The index terms that match it, the primary one first: the stem, and that of another spelling.
    pub spellings: Vec<Box<str>>,
    /// The word as written, for retrieval.
    pub word: String,
    /// Its inverse document frequency; 0 when it occurs in the signature only.
    pub idf: f32,
}

/// A text prepared for retrieval and comparison.
#[derive(Debug, Clone)]
pub struct Query {
    /// Terms that occur in the corpus by falling IDF, then unknown terms, then terms of the signature.
    pub terms: Vec<Term>,
    /// (position in words, index into `terms`), in order.
    pub sequence: Vec<(u32, u8)>,
    /// Language in which the query and the claims are read.
    pub language: Language,
    /// Summed IDF of `terms`.
    pub weight: f32,
    /// Set of the terms outside of the signature.
    pub content: u64,
    /// Set of the terms that occur in some head of the corpus.
    pub known: u64,
    /// Set of the terms written with a capital letter.
    pub names: u64,
    /// Set of the terms that are numbers.
    pub numbers: u64,
    /// Terms of the signature with their IDF.
    pub author: Vec<(u8, f32)>,
    /// The date in the text in days since 1970-01-01.
    pub day: Option<i32>,
    /// Its character n-grams.
    pub ngrams: NgramSet,
}

impl Query {
    /// Analyses `text`. When `language` is empty, detects it among the languages of the claims.
    pub fn parse(text: &str, language: &str, claims: &impl ClaimIndex, statistics: &TermStatistics) -> Self {
        let text = QueryText::parse(text);
        let language = match language {
            "" => detect(&text.body, statistics.languages()),
            tag => language_of(tag),
        };
        let reader = WordReader { language, claims, statistics };
        let mut query = Self::from_words(&reader.read(&text.body), language);
        query.add_author(reader.read(&text.author));
        query.day = text.day;
        query
    }

    fn from_words(words: &[QueryWord], language: Language) -> Self {
        let distinct = distinct(words);
        let set = |is_member: fn(&QueryWord) -> bool| {
            (0..)
                .zip(&distinct)
                .filter(|(_, word)| is_member(word))
                .fold(0_u64, |set, (index, _): (u32, _)| set | 1 << index)
        };
        let mut ngrams = NgramSet::default();
        for word in words {
            ngrams.insert(&word_ngrams(&word.key).collect::<Vec<_>>());
        }
        Self {
            sequence: sequence(words, &distinct),
            language,
            weight: distinct.iter().map(|word| word.idf).sum(),
            content: set(|_| true),
            known: set(|word| word.is_known),
            names: set(|word| word.is_capital && !word.is_number()),
            numbers: set(QueryWord::is_number),
            author: Vec::new(),
            day: None,
            ngrams,
            terms: distinct
                .into_iter()
                .map(|word| Term { spellings: word.spellings, word: word.word, idf: word.idf })
                .collect(),
        }
    }

    /// Adds the terms of the signature.
    fn add_author(&mut self, author: Vec<QueryWord>) {
        for word in author.into_iter().filter(|word| word.is_known).take(MAX_AUTHOR_TERMS) {
            let idf = word.idf;
            let index =
                self.terms.iter().position(|term| term.spellings[0] == word.spellings[0]).unwrap_or_else(|| {
                    self.terms.push(Term { spellings: word.spellings, word: word.word, idf: 0.0 });
                    self.terms.len() - 1
                });
            if let Ok(index) = u8::try_from(index)
                && self.author.iter().all(|(other, _)| *other != index)
            {
                self.author.push((index, idf));
            }
        }
    }

    /// The retrieval query: the words of the `limit` rarest terms, and those of the signature.
    pub fn search_words(&self, limit: usize) -> Vec<SearchWord> {
        let word =
            |index: usize, boost| self.terms.get(index).map(|term| SearchWord { word: term.word.clone(), boost });
        let content = members(self.content).take(limit).filter_map(|index| word(index, 1.0));
        let author = self.author.iter().filter(|(index, _)| self.content & (1 << index) == 0);
        content.chain(author.filter_map(|(index, _)| word(usize::from(*index), AUTHOR_BOOST))).collect()
    }

    /// Summed IDF of a set of terms.
    pub fn weigh(&self, set: u64) -> f32 {
        members(set).filter_map(|index| self.terms.get(index)).map(|term| term.idf).sum()
    }

    /// Summed IDF of a set of terms as a share of the whole query's.
    pub fn share(&self, set: u64) -> f32 {
        self.weigh(set) / self.scale()
    }

    /// Summed IDF of the signature's terms in `set` as a share of the whole signature's.
    pub fn author_share(&self, set: u64) -> f32 {
        let found: f32 = self.author.iter().filter(|(term, _)| set & (1 << term) != 0).map(|(_, idf)| idf).sum();
        found / self.author.iter().map(|(_, idf)| idf).sum::<f32>().max(1.0)
    }

    /// Summed IDF of the query, at least 1: a divisor.
    pub fn scale(&self) -> f32 {
        self.weight.max(1.0)
    }
}

/// The members of a set of terms, in order.
pub fn members(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let index = set.trailing_zeros() as usize;
        set &= set.wrapping_sub(1);
        (index < MAX_TERMS).then_some(index)
    })
}

/// The language of a text that does not name one. English in an empty corpus.
fn detect(text: &str, languages: &[Language]) -> Language {
    let text = &text[..text.floor_char_boundary(DETECTION_BYTES)];
    Language::guess(text, languages.iter().copied()).unwrap_or(Language::ENGLISH)
}

/// A word of a query that is not a stop word.
#[derive(Debug, Clone, PartialEq)]
struct QueryWord {
    /// Number of words before it.
    position: u32,
    /// As written.
    word: String,
    /// Folded.
    key: String,
    /// See [`Term::spellings`].
    spellings: Vec<Box<str>>,
    /// Inverse document frequency.
    idf: f32,
    /// Whether it occurs in some head of the corpus.
    is_known: bool,
    is_capital: bool,
}

impl QueryWord {
    fn is_number(&self) -> bool {
        self.key.starts_with(|letter: char| letter.is_ascii_digit())
    }
}

/// The distinct words: known before unknown, then by falling IDF, then in their order.
fn distinct(words: &[QueryWord]) -> Vec<QueryWord> {
    let mut distinct: Vec<QueryWord> = Vec::new();
    for word in words {
        match distinct.iter_mut().find(|other| other.spellings[0] == word.spellings[0]) {
            Some(other) => other.is_capital |= word.is_capital,
            None => distinct.push(word.clone()),
        }
    }
    distinct.sort_by(|a, b| b.is_known.cmp(&a.is_known).then(b.idf.total_cmp(&a.idf)));
    distinct.truncate(MAX_TERMS - MAX_AUTHOR_TERMS);
    distinct
}

/// (position in words, index into `distinct`) of each word, within the bounds.
fn sequence(words: &[QueryWord], distinct: &[QueryWord]) -> Vec<(u32, u8)> {
    let mut counts = [0; MAX_TERMS];
    let positions = words.iter().filter_map(|word| {
        let term = distinct.iter().position(|other| other.spellings[0] == word.spellings[0])?;
        counts[term] += 1;
        (counts[term] <= MAX_TERM_POSITIONS).then_some((word.position, u8::try_from(term).ok()?))
    });
    positions.take(MAX_POSITIONS).collect()
}

/// Reads the words of a text that are not stop words.
struct WordReader<'a, C> {
    language: Language,
    claims: &'a C,
    statistics: &'a TermStatistics,
}

impl<C: ClaimIndex> WordReader<'_, C> {
    /// The words of `text` in order. Words that the corpus does not know are split where that gives known ones: `#VoteRed`,
    /// `socalled`.
    fn read(&self, text: &str) -> Vec<QueryWord> {
        let mut out = Vec::new();
        let mut splits_left = MAX_SPLIT_WORDS;
        // The last character of a run without spaces is in the pair before it, too.
        for (position, word) in (0..).zip(words(text)).filter(|(_, word)| word.part != Part::Last) {
            let Some(whole) = self.analyse(word.text, position) else { continue };
            let parts = if whole.is_known || splits_left == 0 {
                Vec::new()
            } else {
                splits_left -= 1;
                self.split(&whole)
            };
            if parts.is_empty() {
                out.push(whole);
            } else {
                out.extend(parts.into_iter().filter_map(|part| {
                    Some(QueryWord { is_capital: whole.is_capital, ..self.analyse(part, position)? })
                }));
            }
        }
        out
    }

    /// None for a stop word.
    fn analyse(&self, word: &str, position: u32) -> Option<QueryWord> {
        let key = fold(word, self.language);
        if key.is_empty() || self.language.is_stop_word(&key) {
            return None;
        }
        let spellings = Analyzers::kept(|analyzers| analyzers.query_terms(word, self.language).to_vec());
        // Texts without a tag are indexed without stems: under the key.
        let terms = spellings.iter().map(|term| &**term).chain([&*key]);
        let frequency = terms.map(|term| self.claims.document_frequency(term)).max().unwrap_or(0);
        Some(QueryWord {
            position,
            word: word.to_owned(),
            key,
            spellings,
            idf: self.statistics.idf(frequency),
            is_known: frequency > 0,
            is_capital: word.starts_with(char::is_uppercase),
        })
    }

    /// The parts of an unknown word. Empty when it cannot be split.
    fn split<'w>(&self, word: &'w QueryWord) -> Vec<&'w str> {
        let parts = camel_case_parts(&word.word);
        if parts.is_empty() {
            self.split_compound(&word.key).map(|(left, right)| vec![left, right]).unwrap_or_default()
        } else {
            parts
        }
    }

    /// Splits a word into two known ones: of all splits the one whose rarer part is the most frequent.
    fn split_compound<'w>(&self, word: &'w str) -> Option<(&'w str, &'w str)> {
        let can_be_split = (2 * MIN_PART_BYTES..=MAX_COMPOUND_BYTES).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if !can_be_split {
            return None;
        }
        let frequency = |part: &str| self.claims.document_frequency(&self.language.stem(part));
        let splits = (MIN_PART_BYTES..=word.len() - MIN_PART_BYTES).map(|at| word.split_at(at));
        let known = splits.map(|split| (frequency(split.0).min(frequency(split.1)), split));
        let best = known.filter(|(frequency, _)| *frequency > 0).max_by_key(|(frequency, _)| *frequency);
        best.map(|(_, split)| split)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::claim_index::WordList;

    #[test]
    fn members_of_a_set_come_in_order() {
        assert_eq!(members(0b1010_0001).collect::<Vec<_>>(), [0, 5, 7]);
        assert_eq!(members(u64::MAX).count(), MAX_TERMS);
    }

    #[test]
    fn a_long_text_stays_within_the_bounds() {
        let text = (0..2000).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ");
        let query = Query::parse(&text, "en", &WordList(&[]), &TermStatistics::default());
        assert_eq!(query.terms.len(), MAX_TERMS - MAX_AUTHOR_TERMS);
        assert!(query.sequence.len() <= MAX_POSITIONS && query.search_words(32).len() == 32);
    }

    /// Without the bound a word repeated 200 times took 44 seconds against 120 claims that repeat it too.
    #[test]
    fn a_repeated_word_has_few_positions() {
        let query = Query::parse(&"word ".repeat(200), "en", &WordList(&[]), &TermStatistics::default());
        assert_eq!(query.sequence.len(), MAX_TERM_POSITIONS);
    }

    #[test]
    fn links_and_emoji_have_no_terms() {
        let query =
            Query::parse("https://t.co/abc 🔥🔥 pic.twitter.com/x", "", &WordList(&[]), &TermStatistics::default());
        assert!(query.terms.is_empty() && query.weight == 0.0);
    }

    fn words_of(text: &str, claims: &'static [&'static str]) -> Vec<String> {
        let query = Query::parse(text, "en", &WordList(claims), &TermStatistics::default());
        query.sequence.iter().map(|(_, term)| query.terms[usize::from(*term)].word.to_lowercase()).collect()
    }

    #[test]
    fn hashtags_are_split_only_where_the_corpus_does_not_know_them() {
        assert_eq!(words_of("#VoteRed on YouTube", &["youtub", "red", "vote"]), ["vote", "red", "youtube"]);
        assert_eq!(words_of("#votered socalled", &["red", "vote"]), ["vote", "red", "socalled"]);
    }
}
