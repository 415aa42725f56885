//! A submitted text as the ranking sees it: weighted stems in their order.

use crate::matching::corpus::SearchWord;
use crate::matching::grams::GramSet;
use crate::matching::language::Language;
use crate::matching::lexicon::Lexicon;
use crate::matching::query_text::QueryText;
use crate::matching::query_words::{QueryWord, query_words};

/// Terms of one query at most: a set of them is one `u64`.
pub const MAX_TERMS: usize = 64;
/// Of these, how many a signature may add.
const MAX_AUTHOR_TERMS: usize = 8;
/// What the name of a signature counts for in a search: claims name who said them, but seldom who merely passed them on.
const AUTHOR_BOOST: f32 = 0.5;
/// Places where a term stands, at most: bounds the work of aligning a text of 8 KiB.
const MAX_PLACES: usize = 256;
/// Places of one word among them: the first.
const MAX_REPEATED: usize = 4;

/// A distinct stem of the query.
#[derive(Debug, Clone)]
pub struct Term {
    /// As it is compared.
    pub stem: String,
    /// Folded, as it was written: what the index is asked for.
    pub word: String,
    /// Its inverse document frequency; 0 when it stands in the signature only.
    pub rarity: f32,
}

/// A query ready to be compared with claims.
#[derive(Debug, Clone)]
pub struct Query {
    /// First those the corpus knows, rarest first, then the unknown, then those of the signature.
    pub terms: Vec<Term>,
    /// Where they stand: (position in words, index into `terms`), in order.
    pub sequence: Vec<(u32, u8)>,
    /// The language it is read in.
    pub language: Language,
    /// Summed rarity of `terms`.
    pub weight: f32,
    /// Set of terms that stand in the text itself.
    pub content: u64,
    /// Set of terms that stand in some head of the corpus.
    pub known: u64,
    /// Set of terms written with a capital letter.
    pub names: u64,
    /// Set of terms that are numbers.
    pub numbers: u64,
    /// Terms of the signature, and how rare each is.
    pub author: Vec<(u8, f32)>,
    /// The day it carries, counted from 1970-01-01.
    pub day: Option<i32>,
    /// Its letters.
    pub grams: GramSet,
}

impl Query {
    /// Reads `text`. An empty `language` is guessed among those of the claims.
    pub fn parse(text: &str, language: &str, lexicon: &Lexicon) -> Self {
        let text = QueryText::parse(text);
        let language = match language {
            "" => Language::guess(&text.body, lexicon.languages()),
            tag => Language::from_tag(tag),
        };
        let words = query_words(&text.body, &language, lexicon);
        let author = query_words(&text.author, &language, lexicon);
        let mut query = Self::from_words(&words, language);
        query.sign(author, lexicon);
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
        let place =
            |stem: &str| distinct.iter().position(|word| word.stem == stem).and_then(|at| u8::try_from(at).ok());
        let mut repeated = [0; MAX_TERMS];
        let sequence = words
            .iter()
            .filter_map(|word| Some((word.position, place(&word.stem)?)))
            .filter(|(_, term)| {
                repeated[usize::from(*term)] += 1;
                repeated[usize::from(*term)] <= MAX_REPEATED
            })
            .take(MAX_PLACES)
            .collect();
        let mut grams = GramSet::default();
        for word in words {
            grams.add(&word.text);
        }
        Self {
            sequence,
            language,
            weight: distinct.iter().map(|word| word.rarity).sum(),
            content: set(|_| true),
            known: set(|word| word.is_known),
            names: set(|word| word.is_capital && !word.is_number()),
            numbers: set(QueryWord::is_number),
            author: Vec::new(),
            day: None,
            grams,
            terms: distinct
                .into_iter()
                .map(|word| Term { stem: word.stem, word: word.text, rarity: word.rarity })
                .collect(),
        }
    }

    /// Adds the words of a signature.
    fn sign(&mut self, author: Vec<QueryWord>, lexicon: &Lexicon) {
        for word in author.into_iter().filter(|word| word.is_known).take(MAX_AUTHOR_TERMS) {
            let rarity = lexicon.rarity(&word.stem);
            let place = self.terms.iter().position(|term| term.stem == word.stem).unwrap_or_else(|| {
                self.terms.push(Term { stem: word.stem, word: word.text, rarity: 0.0 });
                self.terms.len() - 1
            });
            if let Ok(place) = u8::try_from(place)
                && self.author.iter().all(|(other, _)| *other != place)
            {
                self.author.push((place, rarity));
            }
        }
    }

    /// What the index is asked for: the `limit` rarest words, and those of the signature.
    pub fn search_words(&self, limit: usize) -> Vec<SearchWord> {
        let word =
            |index: usize, boost| self.terms.get(index).map(|term| SearchWord { text: term.word.clone(), boost });
        let content = members(self.content).take(limit).filter_map(|index| word(index, 1.0));
        let author = self.author.iter().filter(|(index, _)| self.content & (1 << index) == 0);
        content.chain(author.filter_map(|(index, _)| word(usize::from(*index), AUTHOR_BOOST))).collect()
    }

    /// What a set of terms weighs.
    pub fn weigh(&self, set: u64) -> f32 {
        members(set).filter_map(|index| self.terms.get(index)).map(|term| term.rarity).sum()
    }

    /// What a set of terms weighs, as a share of the whole query.
    pub fn share(&self, set: u64) -> f32 {
        self.weigh(set) / self.scale()
    }

    /// The weight of the query as a divisor: never zero.
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

/// The distinct words: known before unknown, then rarest first, then as they stand.
fn distinct(words: &[QueryWord]) -> Vec<QueryWord> {
    let mut distinct: Vec<QueryWord> = Vec::new();
    for word in words {
        match distinct.iter_mut().find(|other| other.stem == word.stem) {
            Some(other) => other.is_capital |= word.is_capital,
            None => distinct.push(word.clone()),
        }
    }
    distinct.sort_by(|a, b| b.is_known.cmp(&a.is_known).then(b.rarity.total_cmp(&a.rarity)));
    distinct.truncate(MAX_TERMS - MAX_AUTHOR_TERMS);
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_set_come_in_order() {
        assert_eq!(members(0b1010_0001).collect::<Vec<_>>(), [0, 5, 7]);
        assert_eq!(members(u64::MAX).count(), MAX_TERMS);
    }

    #[test]
    fn a_long_text_stays_within_the_bounds() {
        let text = (0..2000).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ");
        let query = Query::parse(&text, "en", &Lexicon::default());
        assert_eq!(query.terms.len(), MAX_TERMS - MAX_AUTHOR_TERMS);
        assert!(query.sequence.len() <= MAX_PLACES && query.search_words(32).len() == 32);
    }

    /// Each place of a word in the query is laid beside each of its places in a text: without a bound one word said 200
    /// times took 44 seconds against 120 claims that say nothing else.
    #[test]
    fn a_word_that_is_repeated_counts_in_few_places() {
        let query = Query::parse(&"word ".repeat(200), "en", &Lexicon::default());
        assert_eq!(query.sequence.len(), MAX_REPEATED);
    }

    #[test]
    fn links_and_emoji_alone_say_nothing() {
        let query = Query::parse("https://t.co/abc 🔥🔥 pic.twitter.com/x", "", &Lexicon::default());
        assert!(query.terms.is_empty() && query.weight == 0.0);
    }
}
