//! The quote index: an inverted index of the words of folded bodies, and of pairs of common words.
//!
//! Each distinct word has a posting list. Common words do not narrow the candidates alone, so that each pair of adjacent
//! common words has a posting list, too. The index has no positions: verification searches the candidate bodies, which is
//! fast and saves the memory of positions.

mod dictionary;
mod lists;

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use self::dictionary::{Dictionary, DictionaryWriter};
pub use self::lists::IdList;
use self::lists::{Gatherer, Group, Lists, merge};
use super::table::{Id, Table};
use crate::text::quote::{fold, words};

/// Number of evenly spaced articles that are sampled for common words.
const SAMPLED_ARTICLES: usize = 1024;
/// A word is common if at least one article in this many has it. Two words that are not common leave about one article in
/// 64. Pairs of rarer words would double the index.
const COMMON_ONE_IN: usize = 8;
/// Maximum common words, so that a pair of them fits in 32 bits. Natural languages have far fewer.
const MAX_COMMON: usize = 4096;
/// Maximum bytes of the bodies of one group. Bounds the memory of the build.
const GROUP_BYTES: usize = 32 << 20;
/// Number of groups per thread. Balances the load of the threads.
const GROUPS_PER_THREAD: usize = 4;

/// The quote index.
#[derive(Default)]
pub struct Quotes {
    words: Dictionary,
    word_lists: Lists,
    /// The common words, in ascending order.
    common: Box<[Box<str>]>,
    /// Pairs of common words as numbers (see [`pair`]), in ascending order.
    pairs: Box<[u32]>,
    pair_lists: Lists,
}

/// The side on which a word at the end of a quote may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Open {
    /// The word may have more characters before it.
    Start,
    /// The word may have more characters after it.
    End,
    /// The word may have more characters on both sides.
    Both,
}

impl Quotes {
    /// Indexes every body, on all threads.
    pub fn new(articles: &Table) -> Self {
        let common = common_words(articles);
        let numbers: HashMap<&str, u32> = common.iter().map(|word| &**word).zip(0..).collect();
        let gathered: Vec<(Group<String>, Group<u32>)> =
            groups(articles).into_par_iter().map(|ids| gather(articles, ids, &numbers)).collect();
        let (word_groups, pair_groups): (Vec<_>, Vec<_>) = gathered.into_iter().unzip();
        let mut words = DictionaryWriter::default();
        let word_lists = merge(&word_groups, |word| words.push(word));
        let mut pairs = Vec::new();
        let pair_lists = merge(&pair_groups, |pair| pairs.push(*pair));
        Self { words: words.finish(), word_lists, common, pairs: pairs.into(), pair_lists }
    }

    /// The postings of a folded word. `None` if no article has it.
    pub fn word(&self, word: &str) -> Option<IdList<'_>> {
        self.words.number(word).map(|number| self.word_lists.get(number))
    }

    /// The postings of two adjacent words. `None` if one of them is not common: such pairs are not indexed.
    pub fn pair(&self, first: &str, second: &str) -> Option<IdList<'_>> {
        let number = |word: &str| self.common.binary_search_by(|other| (**other).cmp(word)).ok();
        let pair = pair(u32::try_from(number(first)?).ok()?, u32::try_from(number(second)?).ok()?);
        let found = self.pairs.binary_search(&pair).ok();
        Some(found.map_or_else(IdList::default, |number| self.pair_lists.get(number)))
    }

    /// The postings of each word that `part` may be cut from. Costs a search through all distinct words, except for
    /// [`Open::End`].
    pub fn part(&self, part: &str, open: Open) -> impl Iterator<Item = IdList<'_>> + '_ {
        let (with_prefix, containing) = match open {
            Open::End => (self.words.with_prefix(part), None),
            Open::Start => (0..0, Some(self.words.containing(part, true))),
            Open::Both => (0..0, Some(self.words.containing(part, false))),
        };
        with_prefix.chain(containing.into_iter().flatten()).map(|number| self.word_lists.get(number))
    }

    /// Memory of the index in bytes.
    pub fn memory_bytes(&self) -> usize {
        let common: usize = self.common.iter().map(|word| word.len() + size_of::<Box<str>>()).sum();
        self.words.memory_bytes()
            + self.word_lists.memory_bytes()
            + common
            + size_of_val(&*self.pairs)
            + self.pair_lists.memory_bytes()
    }
}

fn pair(first: u32, second: u32) -> u32 {
    first << 16 | second
}

/// Ranges of ids with about equal numbers of bytes.
fn groups(articles: &Table) -> Vec<Range<Id>> {
    let bytes: usize = (0..articles.len()).map(|id| articles.encoded(id).len()).sum();
    let most = (bytes / (rayon::current_num_threads() * GROUPS_PER_THREAD)).clamp(1, GROUP_BYTES);
    let (mut groups, mut start, mut filled) = (Vec::new(), 0, 0);
    for id in 0..articles.len() {
        filled += articles.encoded(id).len();
        if filled >= most || id + 1 == articles.len() {
            groups.push(start..id + 1);
            (start, filled) = (id + 1, 0);
        }
    }
    groups
}

fn gather(articles: &Table, ids: Range<Id>, common: &HashMap<&str, u32>) -> (Group<String>, Group<u32>) {
    let (mut gathered, mut pairs) = (Gatherer::<String>::new(), Gatherer::<u32>::new());
    // For each gathered word its number among the common words.
    let mut ranks: Vec<Option<u32>> = Vec::new();
    for id in ids {
        let text = fold(articles.body(id));
        let mut before = None;
        for word in words(&text).map(|word| &text[word.range]) {
            let number = gathered.add(word, id) as usize;
            if number == ranks.len() {
                ranks.push(common.get(word).copied());
            }
            let rank = ranks[number];
            if let (Some(first), Some(second)) = (before, rank) {
                pairs.add(&pair(first, second), id);
            }
            before = rank;
        }
    }
    (gathered.finish(), pairs.finish())
}

/// The words that at least one sampled article in [`COMMON_ONE_IN`] has.
fn common_words(articles: &Table) -> Box<[Box<str>]> {
    let count = articles.len() as usize;
    let sampled = count.min(SAMPLED_ARTICLES);
    let ids = (0..sampled).map(|at| u32::try_from(at * count / sampled).expect("it is an id"));
    let mut counts: HashMap<Box<str>, (Id, usize)> = HashMap::new();
    for id in ids {
        let text = fold(articles.body(id));
        for word in words(&text).map(|word| &text[word.range]) {
            match counts.get_mut(word) {
                Some((last, _)) if *last == id => {}
                Some((last, count)) => (*last, *count) = (id, *count + 1),
                None => {
                    counts.insert(word.into(), (id, 1));
                }
            }
        }
    }
    let common = counts.into_iter().map(|(word, (_, count))| (count, word));
    let mut common: Vec<(usize, Box<str>)> = common.filter(|(count, _)| count * COMMON_ONE_IN >= sampled).collect();
    common.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    common.truncate(MAX_COMMON);
    let mut common: Vec<Box<str>> = common.into_iter().map(|(_, word)| word).collect();
    common.sort_unstable();
    common.into()
}
