//! Candidate retrieval: the names worth comparing with a query.

use rustc_hash::FxHashMap;

use super::NameIndex;
use super::blocking_keys::{acronyms, name_consonants, name_tokens};
use super::vocabulary::{Term, equal_range};
use crate::names::{ParsedName, PartyKind, Token, lexicon};

/// Words of a query that are looked up with typos, the longest first.
const MAX_FUZZY_WORDS: usize = 8;
/// Postings that are read for one query at each tier of confidence; bounds the time for frequent words.
const MAX_POSTINGS: usize = 20_000;
/// Terms that one query word expands to.
const MAX_EXPANSIONS: usize = 400;

/// The confidence that a query word stands for a term.
mod confidence {
    pub(super) const EQUAL: f64 = 1.0;
    pub(super) const GIVEN_NAME: f64 = 0.95;
    pub(super) const ONE_TYPO: f64 = 0.85;
    pub(super) const PART: f64 = 0.8;
    pub(super) const CONSONANTS: f64 = 0.7;
    pub(super) const TWO_TYPOS: f64 = 0.65;
}

/// The terms that one query word may stand for, by descending confidence.
type Expansion = Vec<(Term, f64)>;

impl NameIndex {
    /// The names most worth comparing with `query`, best first, at most `limit`.
    ///
    /// The time is bounded by the size of the vocabulary (one scan per query word, at most 8 words) and by the number of
    /// postings read (20,000 for each of three tiers of confidence).
    pub fn candidates(&self, query: &ParsedName, limit: usize) -> Vec<u32> {
        if query.is_empty() {
            return Vec::new();
        }
        let mut expansions = self.expand(query);
        expansions.truncate(Ranking::MAX_EXPANSIONS);
        let mut ranking = Ranking::new(self);
        if let Some(hash) = name_consonants(query) {
            ranking.add_whole_names(equal_range(&self.by_consonants, hash));
        }
        ranking.add_expansions(&expansions);
        ranking.best(name_tokens(query).count(), limit)
    }

    /// The expansions of each word of the query, and of its words joined or split.
    fn expand(&self, query: &ParsedName) -> Vec<Expansion> {
        let mut words: Vec<&Token> = name_tokens(query).collect();
        let mut expansions: Vec<Expansion> = Vec::new();
        for pair in words.windows(2) {
            expansions.push(self.exact(&format!("{}{}", pair[0].latin, pair[1].latin), confidence::EQUAL));
        }
        if query.kind != PartyKind::Person {
            expansions.extend(acronyms(query).iter().map(|acronym| self.exact(acronym, confidence::PART)));
        }
        words.sort_by_key(|token| std::cmp::Reverse(token.latin.len()));
        for token in words.into_iter().take(MAX_FUZZY_WORDS) {
            expansions.push(self.fuzzy(token));
            expansions.extend(self.split(token));
        }
        expansions.retain(|expansion| !expansion.is_empty());
        expansions
    }

    fn exact(&self, latin: &str, confidence: f64) -> Expansion {
        self.vocabulary.find(latin).map(|term| (term, confidence)).into_iter().collect()
    }

    /// The term itself, terms with typos, spellings of the same given name and terms with the same consonants.
    fn fuzzy(&self, token: &Token) -> Expansion {
        const BY_TYPOS: [f64; 3] = [confidence::EQUAL, confidence::ONE_TYPO, confidence::TWO_TYPOS];
        let max_typos = match token.latin.len() {
            0..=2 => 0,
            3..=4 => 1,
            _ => 2,
        };
        let similar = self.vocabulary.find_fuzzy(&token.latin, max_typos).into_iter();
        let mut expansion: Expansion = similar.map(|(term, typos)| (term, BY_TYPOS[typos])).collect();
        let spellings = token.given_names.iter().flat_map(|given| lexicon::given_name_spellings(given.id));
        expansion
            .extend(spellings.filter_map(|spelling| Some((self.vocabulary.find(spelling)?, confidence::GIVEN_NAME))));
        let same_consonants = self.vocabulary.find_by_consonants(&token.consonant_key).take(MAX_EXPANSIONS);
        expansion.extend(same_consonants.map(|term| (term, confidence::CONSONANTS)));
        expansion.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        expansion.truncate(MAX_EXPANSIONS);
        expansion
    }

    /// The pairs of terms that a word without its space consists of.
    fn split(&self, token: &Token) -> Vec<Expansion> {
        let latin = token.latin.as_str();
        let splits = (2..latin.len().saturating_sub(1)).filter_map(|at| {
            let (front, back) = (self.vocabulary.find(&latin[..at])?, self.vocabulary.find(&latin[at..])?);
            Some([vec![(front, confidence::PART)], vec![(back, confidence::PART)]])
        });
        splits.flatten().collect()
    }
}

/// The candidates found so far, with their weights.
struct Ranking<'a> {
    index: &'a NameIndex,
    found: FxHashMap<u32, Candidate>,
}

#[derive(Clone, Copy, Default)]
struct Candidate {
    /// Sum over the expansions that found the name.
    weight: f64,
    /// The expansions that found the name, as bits: each counts once, with its most confident term.
    expansions: u64,
}

impl Candidate {
    fn add(&mut self, expansion: usize, weight: f64) {
        if self.expansions & 1 << expansion == 0 {
            self.expansions |= 1 << expansion;
            self.weight += weight;
        }
    }
}

/// The posting list of a term in an expansion.
struct Postings<'a> {
    expansion: usize,
    confidence: f64,
    names: &'a [u32],
}

impl<'a> Ranking<'a> {
    /// One bit each in [`Candidate::expansions`], less one for whole names.
    const MAX_EXPANSIONS: usize = 63;

    fn new(index: &'a NameIndex) -> Self {
        Self { index, found: FxHashMap::default() }
    }

    /// Adds the names that have the consonants of the whole query.
    fn add_whole_names(&mut self, whole_names: &[(u32, u32)]) {
        let weight = self.rarity(whole_names.len());
        for &(_, name) in whole_names.iter().take(MAX_POSTINGS) {
            self.found.entry(name).or_default().add(Self::MAX_EXPANSIONS, weight);
        }
    }

    /// Adds the posting lists of all expansions by descending confidence, the shortest first. A list that would exceed the
    /// postings of its tier adds no candidates; it only adds weight to candidates that other lists found.
    fn add_expansions(&mut self, expansions: &[Expansion]) {
        let index = self.index;
        let lists = expansions.iter().enumerate().flat_map(|(expansion, terms)| {
            terms.iter().map(move |&(term, confidence)| Postings {
                expansion,
                confidence,
                names: index.postings.of(term),
            })
        });
        let mut lists: Vec<Postings<'_>> = lists.collect();
        lists.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.names.len().cmp(&b.names.len())));
        let mut frequent = Vec::new();
        for in_tier in lists.chunk_by(|a, b| tier(a.confidence) == tier(b.confidence)) {
            let mut read = 0;
            for list in in_tier {
                if read + list.names.len() <= MAX_POSTINGS {
                    read += list.names.len();
                    self.add(list);
                } else {
                    frequent.push(list);
                }
            }
        }
        if self.found.is_empty()
            && let Some(list) = frequent.first()
        {
            let names = &list.names[..MAX_POSTINGS.min(list.names.len())];
            self.add(&Postings { names, ..**list });
        }
        let mut read = 0;
        for list in frequent {
            read += list.names.len().min(self.found.len());
            if read > MAX_POSTINGS {
                return;
            }
            self.add_to_found(list);
        }
    }

    fn add(&mut self, list: &Postings<'_>) {
        let weight = self.rarity(list.names.len()) * list.confidence;
        for &name in list.names {
            self.found.entry(name).or_default().add(list.expansion, weight);
        }
    }

    /// Adds the weight of a list to those of its names that are candidates already.
    fn add_to_found(&mut self, list: &Postings<'_>) {
        let weight = self.rarity(list.names.len()) * list.confidence;
        if list.names.len() < self.found.len() {
            for name in list.names {
                if let Some(candidate) = self.found.get_mut(name) {
                    candidate.add(list.expansion, weight);
                }
            }
        } else {
            for (name, candidate) in &mut self.found {
                if list.names.binary_search(name).is_ok() {
                    candidate.add(list.expansion, weight);
                }
            }
        }
    }

    /// Inverse document frequency of a term that this many names have.
    fn rarity(&self, names: usize) -> f64 {
        (1.0 + self.index.len() as f64 / names.max(1) as f64).ln()
    }

    /// The candidates of the greatest weight; of equal ones, those with as many terms as the query, then the first added.
    fn best(self, query_words: usize, limit: usize) -> Vec<u32> {
        /// Share of the weight that each additional or missing term costs.
        const OTHER_LENGTH: f64 = 0.04;
        /// Maximum names of one actor, so that similar names of one actor do not displace other actors.
        const NAMES_OF_ONE_ACTOR: usize = 4;
        /// Multiple of the limit that is sorted to choose from.
        const POOL: usize = 8;
        let index = self.index;
        let weight_of = |(name, candidate): (u32, Candidate)| {
            let difference = usize::from(index.entries[name as usize].terms).abs_diff(query_words).min(8);
            (candidate.weight * (1.0 - OTHER_LENGTH * difference as f64), name)
        };
        let order = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let mut ranked: Vec<(f64, u32)> = self.found.into_iter().map(weight_of).collect();
        let pool = limit.saturating_mul(POOL);
        if ranked.len() > pool {
            ranked.select_nth_unstable_by(pool, order);
            ranked.truncate(pool);
        }
        ranked.sort_unstable_by(order);
        let mut taken: FxHashMap<u32, usize> = FxHashMap::default();
        let names = ranked.into_iter().map(|(_, name)| name).filter(|&name| {
            let count = taken.entry(index.actor(name)).or_default();
            *count += 1;
            *count <= NAMES_OF_ONE_ACTOR
        });
        names.take(limit).collect()
    }
}

/// Exact, similar and other terms each have their own maximum of postings.
fn tier(confidence: f64) -> u8 {
    if confidence >= confidence::GIVEN_NAME { 2 } else { u8::from(confidence >= confidence::PART) }
}
