//! Which articles may hold a quote: the words of every body, and the pairs of its commonest words.
//!
//! For each distinct word of the folded bodies there is the list of the articles that have it. That is all a quote of a
//! few rarer words needs. Words that stand nearly everywhere tell nothing alone, so for two of them side by side there
//! is a list too. Places are not kept: whoever asks reads the bodies that are left, which is faster than memory is cheap.

mod dictionary;
mod gather;
mod lists;

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use self::dictionary::{Dictionary, DictionaryWriter};
use self::gather::{Gatherer, Group, merge};
pub use self::lists::IdList;
use self::lists::Lists;
use super::table::{Id, Table};
use crate::text::quote::{fold, words};

/// Articles, evenly spread, that tell which words are common.
const SAMPLED_ARTICLES: usize = 1024;
/// A word is common when one of so many articles has it. Two words that are not leave at most a sixty-fourth of the
/// articles; pairs of rarer words would double the index.
const COMMON_ONE_IN: usize = 8;
/// Most common words, so that a pair of them is a small number. No natural language comes near.
const MAX_COMMON: usize = 4096;
/// Most bytes of bodies gathered as one group: what is held beside the index while it is built.
const GROUP_BYTES: usize = 32 << 20;
/// Groups for each thread, so that a slow group does not keep all waiting.
const GROUPS_PER_THREAD: usize = 4;

/// Which articles have which words.
#[derive(Default)]
pub struct Quotes {
    words: Dictionary,
    word_lists: Lists,
    /// The common words, ascending.
    common: Box<[Box<str>]>,
    /// Pairs of common words, as numbers: see [`pair`]; ascending.
    pairs: Box<[u32]>,
    pair_lists: Lists,
}

/// Which end of a word may lie outside a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Open {
    /// More may stand before it.
    Start,
    /// More may stand behind it.
    End,
    /// More may stand on both sides.
    Both,
}

impl Quotes {
    /// Reads every body, on all threads.
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

    /// The articles that have a folded word.
    pub fn word(&self, word: &str) -> Option<IdList<'_>> {
        self.words.number(word).map(|number| self.word_lists.get(number))
    }

    /// The articles that have two words side by side. None if that is not known of these words.
    pub fn pair(&self, first: &str, second: &str) -> Option<IdList<'_>> {
        let number = |word: &str| self.common.binary_search_by(|other| (**other).cmp(word)).ok();
        let pair = pair(u32::try_from(number(first)?).ok()?, u32::try_from(number(second)?).ok()?);
        let found = self.pairs.binary_search(&pair).ok();
        Some(found.map_or_else(IdList::default, |number| self.pair_lists.get(number)))
    }

    /// For each word that `part` may be part of the articles that have it. Costs a walk over the distinct words, unless
    /// only the end is open.
    pub fn part(&self, part: &str, open: Open) -> impl Iterator<Item = IdList<'_>> + '_ {
        let (beginning, holding) = match open {
            Open::End => (self.words.beginning(part), None),
            Open::Start => (0..0, Some(self.words.holding(part, true))),
            Open::Both => (0..0, Some(self.words.holding(part, false))),
        };
        beginning.chain(holding.into_iter().flatten()).map(|number| self.word_lists.get(number))
    }

    /// Bytes of the index.
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

/// Ranges of ids with about the same number of bytes each.
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
    // Number of each gathered word among the common ones.
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

/// The words that so many of the sampled articles have that they are common.
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
