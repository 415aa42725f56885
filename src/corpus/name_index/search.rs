//! From a query to the names worth scoring.

use rustc_hash::FxHashMap;

use super::NameIndex;
use super::builder::acronyms;
use super::vocabulary::{consonant_hash, equal_range};
use crate::names::{NameForm, PartyKind, Token, TokenKind, lexicon, skeleton};

/// Words of a query that are looked up with slips; the longest ones.
const MAX_WORDS: usize = 8;
/// Entries that are looked at for one query at each degree of certainty: bounds the time spent on frequent words.
const MAX_WORK: usize = 20_000;
/// Vocabulary words that one query word may stand for.
const MAX_MEANT: usize = 400;

/// How sure it is that a query word means a vocabulary word.
mod certainty {
    pub(super) const EQUAL: f64 = 1.0;
    pub(super) const GIVEN_NAME: f64 = 0.95;
    pub(super) const ONE_SLIP: f64 = 0.85;
    pub(super) const SKELETON: f64 = 0.7;
    pub(super) const TWO_SLIPS: f64 = 0.65;
    pub(super) const PART: f64 = 0.8;
}

/// The vocabulary words that one word of the query may mean, surest first.
type Meant = Vec<(u32, f64)>;

impl NameIndex {
    /// The entries most worth comparing with `query`, best first, at most `limit`.
    ///
    /// Time is bounded by the size of the vocabulary (one scan per query word, at most 8) and by a cap on the
    /// entries looked at (20,000 for each of three degrees of certainty).
    pub fn candidates(&self, query: &NameForm, limit: usize) -> Vec<u32> {
        if query.is_empty() {
            return Vec::new();
        }
        let mut lists = self.meant_words(query);
        lists.truncate(Tally::MAX_LISTS);
        let mut tally = Tally::new(self);
        if let Some(hash) = skeleton_hash(query) {
            tally.add_wholes(equal_range(&self.skeletons, hash));
        }
        tally.add_lists(&lists);
        tally.best(names(query).count(), limit)
    }

    /// For each word of the query, and for words written apart or together, what it may mean.
    fn meant_words(&self, query: &NameForm) -> Vec<Meant> {
        let mut words: Vec<&Token> = names(query).collect();
        let mut lists: Vec<Meant> = Vec::new();
        for pair in words.windows(2) {
            lists.push(self.equal_word(&format!("{}{}", pair[0].latin, pair[1].latin), certainty::EQUAL));
        }
        if query.kind != PartyKind::Person {
            lists.extend(acronyms(query).iter().map(|acronym| self.equal_word(acronym, certainty::PART)));
        }
        words.sort_by_key(|token| std::cmp::Reverse(token.latin.len()));
        for token in words.into_iter().take(MAX_WORDS) {
            lists.push(self.meant_by(token));
            lists.extend(self.parts_of(token));
        }
        lists.retain(|meant| !meant.is_empty());
        lists
    }

    fn equal_word(&self, latin: &str, certainty: f64) -> Meant {
        self.vocabulary.find(latin).map(|word| (word, certainty)).into_iter().collect()
    }

    fn meant_by(&self, token: &Token) -> Meant {
        let slips = match token.latin.len() {
            0..=2 => 0,
            3..=4 => 1,
            _ => 2,
        };
        let mut meant: Meant = Vec::new();
        let near = self.vocabulary.near(&token.latin, slips).into_iter();
        meant.extend(
            near.map(|(word, slips)| (word, [certainty::EQUAL, certainty::ONE_SLIP, certainty::TWO_SLIPS][slips])),
        );
        let spellings = token.given.iter().flat_map(|given| lexicon::spellings(given.name));
        meant.extend(spellings.filter_map(|word| Some((self.vocabulary.find(word)?, certainty::GIVEN_NAME))));
        let skeleton = self.vocabulary.of_skeleton(&token.skeleton);
        meant.extend(skeleton.take(MAX_MEANT).map(|word| (word, certainty::SKELETON)));
        meant.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        meant.truncate(MAX_MEANT);
        meant
    }

    /// The two words that somebody may have written as one.
    fn parts_of(&self, token: &Token) -> Vec<Meant> {
        let latin = token.latin.as_str();
        let cuts = (2..latin.len().saturating_sub(1)).filter_map(|cut| {
            let (front, back) = (self.vocabulary.find(&latin[..cut])?, self.vocabulary.find(&latin[cut..])?);
            Some([vec![(front, certainty::PART)], vec![(back, certainty::PART)]])
        });
        cuts.flatten().collect()
    }
}

/// What is known about the entries found so far.
struct Tally<'a> {
    index: &'a NameIndex,
    found: FxHashMap<u32, Found>,
}

#[derive(Clone, Copy, Default)]
struct Found {
    /// Sum over the lists that led to the entry.
    weight: f64,
    /// Which lists did, as bits: one counts once, with its surest word.
    lists: u64,
}

impl Found {
    fn add(&mut self, list: usize, weight: f64) {
        if self.lists & 1 << list == 0 {
            self.lists |= 1 << list;
            self.weight += weight;
        }
    }
}

/// A vocabulary word that a query word may mean, with what it leads to.
struct Lead<'a> {
    list: usize,
    certainty: f64,
    entries: &'a [u32],
}

impl<'a> Tally<'a> {
    /// One bit each in [`Found::lists`], less one for whole names.
    const MAX_LISTS: usize = 63;

    fn new(index: &'a NameIndex) -> Self {
        Self { index, found: FxHashMap::default() }
    }

    /// Adds the entries whose consonants are those of the query as a whole.
    fn add_wholes(&mut self, wholes: &[(u32, u32)]) {
        let weight = self.rarity(wholes.len());
        for &(_, entry) in wholes.iter().take(MAX_WORK) {
            self.found.entry(entry).or_default().add(Self::MAX_LISTS, weight);
        }
    }

    /// Adds the entries that the lists lead to, the surest words first and of these the rarest. A word too frequent
    /// for the work allowed at its degree of certainty adds nothing by itself: it only tells apart what others found.
    fn add_lists(&mut self, lists: &[Meant]) {
        let index = self.index;
        let leads = lists.iter().enumerate().flat_map(|(list, meant)| {
            meant.iter().map(move |&(word, certainty)| Lead { list, certainty, entries: index.listings.of(word) })
        });
        let mut leads: Vec<Lead<'_>> = leads.collect();
        leads.sort_by(|a, b| b.certainty.total_cmp(&a.certainty).then(a.entries.len().cmp(&b.entries.len())));
        let mut frequent = Vec::new();
        for degree in leads.chunk_by(|a, b| degree(a.certainty) == degree(b.certainty)) {
            let mut work = 0;
            for lead in degree {
                work += lead.entries.len();
                if work <= MAX_WORK {
                    self.add(lead);
                } else {
                    work -= lead.entries.len();
                    frequent.push(lead);
                }
            }
        }
        if self.found.is_empty()
            && let Some(lead) = frequent.first()
        {
            let entries = &lead.entries[..MAX_WORK.min(lead.entries.len())];
            self.add(&Lead { list: lead.list, certainty: lead.certainty, entries });
        }
        let mut work = 0;
        for lead in frequent {
            work += lead.entries.len().min(self.found.len());
            if work > MAX_WORK {
                return;
            }
            self.tell_apart(lead);
        }
    }

    fn add(&mut self, lead: &Lead<'_>) {
        let weight = self.rarity(lead.entries.len()) * lead.certainty;
        for &entry in lead.entries {
            self.found.entry(entry).or_default().add(lead.list, weight);
        }
    }

    /// Adds the weight of a word to those of its entries that are already found.
    fn tell_apart(&mut self, lead: &Lead<'_>) {
        let weight = self.rarity(lead.entries.len()) * lead.certainty;
        if lead.entries.len() < self.found.len() {
            for entry in lead.entries {
                if let Some(found) = self.found.get_mut(entry) {
                    found.add(lead.list, weight);
                }
            }
        } else {
            for (entry, found) in &mut self.found {
                if lead.entries.binary_search(entry).is_ok() {
                    found.add(lead.list, weight);
                }
            }
        }
    }

    /// How much a word says that this many names have: the logarithm of the odds against it.
    fn rarity(&self, names: usize) -> f64 {
        (1.0 + self.index.len() as f64 / names.max(1) as f64).ln()
    }

    /// The weightiest entries; of equals, those with as many words as the query, then the first added.
    fn best(self, query_words: usize, limit: usize) -> Vec<u32> {
        /// What one word more or less takes from the weight.
        const OTHER_LENGTH: f64 = 0.04;
        /// An actor with many like names must not crowd out the others.
        const NAMES_OF_ONE_ACTOR: usize = 4;
        /// So many times the limit are put in order to choose from.
        const POOL: usize = 8;
        let index = self.index;
        let rank = |(entry, found): (u32, Found)| {
            let difference = usize::from(index.entries[entry as usize].words).abs_diff(query_words).min(8);
            (found.weight * (1.0 - OTHER_LENGTH * difference as f64), entry)
        };
        let order = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let mut ranked: Vec<(f64, u32)> = self.found.into_iter().map(rank).collect();
        let pool = limit.saturating_mul(POOL);
        if ranked.len() > pool {
            ranked.select_nth_unstable_by(pool, order);
            ranked.truncate(pool);
        }
        ranked.sort_unstable_by(order);
        let mut taken: FxHashMap<u32, usize> = FxHashMap::default();
        let entries = ranked.into_iter().map(|(_, entry)| entry).filter(|&entry| {
            let names = taken.entry(index.actor(entry)).or_default();
            *names += 1;
            *names <= NAMES_OF_ONE_ACTOR
        });
        entries.take(limit).collect()
    }
}

/// Words meant for sure, words with a slip, and guesses each have their own allowance of work.
fn degree(certainty: f64) -> u8 {
    if certainty >= certainty::GIVEN_NAME { 2 } else { u8::from(certainty >= certainty::PART) }
}

fn names(form: &NameForm) -> impl Iterator<Item = &Token> {
    form.tokens.iter().filter(|token| token.kind == TokenKind::Name && !token.latin.is_empty())
}

/// A hash of the consonants of the whole name.
pub(super) fn skeleton_hash(form: &NameForm) -> Option<u32> {
    let joined: String = names(form).map(|token| token.latin.as_str()).collect();
    Some(skeleton(&joined)).filter(|skeleton| skeleton.len() >= 3).and_then(|skeleton| consonant_hash(&skeleton))
}
