//! The names of all actors, indexed for candidate retrieval (blocking).
//!
//! A name is indexed under its words and acronyms (`blocking_keys`). The words of a query are expanded to similar terms of
//! the `vocabulary`, and the names under these terms are ranked by the rarity of the terms (`candidates`). Only the best
//! ranked names are compared in full.

#![allow(clippy::cast_precision_loss, reason = "names are counted in 32 bits")]

mod blocking_keys;
mod candidates;
mod vocabulary;

use prost::Message;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::vocabulary::{PostingLists, Term, Vocabulary};
use super::table::{Id, Table};
use crate::names::{ParsedName, PartyKind, PriorWeights, Token, TokenKind, TokenWeights};
use crate::proto::v1::{Actor, AliasKind};

/// Actors whose names one task parses.
const TASK_ACTORS: usize = 256;
/// Tasks whose parsed names are kept before they are added: bounds the memory of a load beside the index.
const TASKS_AHEAD: usize = 64;
/// Bytes of a name that are kept; far more than a comparison reads.
const MAX_TEXT_BYTES: usize = 4096;

/// All names of all actors of one corpus. A name is identified by its number, `0..len()`, in order of adding.
#[derive(Debug)]
pub struct NameIndex {
    /// The texts of all names, back to back.
    texts: String,
    entries: Vec<Entry>,
    vocabulary: Vocabulary,
    /// The names that have each term.
    postings: PostingLists,
    /// How many actors have each term.
    frequencies: Box<[u32]>,
    /// Number of actors that have names.
    actors: u32,
    /// Hash of the consonants of the whole name, and the name, sorted.
    by_consonants: Vec<(u32, u32)>,
}

/// A name without its text; 12 bytes.
#[derive(Clone, Copy, Debug)]
struct Entry {
    actor: Id,
    /// Where the text ends; it starts where the previous one ends.
    text_end: u32,
    kind: PartyKind,
    is_weak: bool,
    /// Number of terms that the name is indexed under.
    terms: u8,
}

impl NameIndex {
    /// Indexes the names of all actors; parses them in parallel.
    pub(super) fn new(actors: &Table) -> Self {
        let ids: Vec<Id> = (0..actors.len()).collect();
        let mut builder = NameIndexBuilder::default();
        for batch in ids.chunks(TASK_ACTORS * TASKS_AHEAD) {
            let tasks = batch.par_chunks(TASK_ACTORS);
            let parsed: Vec<Vec<IndexedName>> =
                tasks.map(|ids| ids.iter().flat_map(|id| names_of(actors, *id)).collect()).collect();
            parsed.into_iter().flatten().for_each(|name| builder.add(name));
        }
        builder.build()
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The actor of a name.
    ///
    /// # Panics
    /// If there is no such name; so do the other methods that take one.
    pub fn actor(&self, name: u32) -> Id {
        self.entries[name as usize].actor
    }

    /// The text of a name, as it was added.
    pub fn text(&self, name: u32) -> &str {
        let at = name as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.entries[before].text_end);
        &self.texts[start as usize..self.entries[at].text_end as usize]
    }

    /// The kind of party that bears a name.
    pub fn kind(&self, name: u32) -> PartyKind {
        self.entries[name as usize].kind
    }

    /// Whether a name is a weak alias, which never matches alone.
    pub fn is_weak(&self, name: u32) -> bool {
        self.entries[name as usize].is_weak
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.texts.capacity()
            + size_of_val(self.entries.as_slice())
            + self.vocabulary.memory_bytes()
            + self.postings.memory_bytes()
            + size_of_val(&*self.frequencies)
            + size_of_val(self.by_consonants.as_slice())
    }

    /// Number of actors that have a term in a name.
    fn frequency(&self, latin: &str) -> u32 {
        self.vocabulary.find(latin).map_or(0, |term| self.frequencies[term as usize])
    }
}

/// Actors that are added to those of the corpus, so that a small corpus has no frequent terms.
const SMOOTHING_ACTORS: f64 = 1000.0;
/// Negative logarithm of the share of actors below which a term has full weight: about one in a thousand.
const RARE: f64 = 7.0;
/// Weight of the most frequent terms.
const MIN_WEIGHT: f64 = 0.4;

impl TokenWeights for NameIndex {
    fn weight(&self, token: &Token) -> f64 {
        let prior = PriorWeights.weight(token);
        if token.kind != TokenKind::Name {
            return prior;
        }
        let share = f64::from(self.frequency(&token.latin).max(1)) / (f64::from(self.actors) + SMOOTHING_ACTORS);
        prior.min((-share.ln() / RARE).clamp(MIN_WEIGHT, 1.0))
    }
}

/// The names of one actor: display name, then aliases.
fn names_of(actors: &Table, id: Id) -> Vec<IndexedName> {
    let actor = Actor::decode(actors.encoded(id)).expect("records were encoded here");
    let kind = PartyKind::from(actor.r#type());
    let aliases = actor.aliases.iter().map(|alias| (&alias.text, alias.kind() == AliasKind::Weak));
    let names = std::iter::once((&actor.display_name, false)).chain(aliases);
    names.filter_map(|(text, is_weak)| IndexedName::parse(id, text, kind, is_weak)).collect()
}

/// A name with its blocking keys.
#[derive(Debug)]
struct IndexedName {
    actor: Id,
    /// At most [`MAX_TEXT_BYTES`].
    text: Box<str>,
    kind: PartyKind,
    is_weak: bool,
    terms: Vec<String>,
    consonants: Option<u32>,
}

impl IndexedName {
    /// Parses a name; none if it is too short to identify anybody.
    fn parse(actor: Id, text: &str, kind: PartyKind, is_weak: bool) -> Option<Self> {
        let name = ParsedName::parse(text, kind);
        if name.is_empty() {
            return None;
        }
        let (terms, consonants) = (blocking_keys::terms(&name), blocking_keys::name_consonants(&name));
        let text = text[..text.floor_char_boundary(MAX_TEXT_BYTES)].into();
        Some(Self { actor, text, kind, is_weak, terms, consonants })
    }
}

/// Collects the names of a corpus.
#[derive(Debug, Default)]
struct NameIndexBuilder {
    texts: String,
    entries: Vec<Entry>,
    /// Terms, numbered in order of adding.
    terms: FxHashMap<Box<str>, Term>,
    /// Term and name, in order of names.
    postings: Vec<(Term, u32)>,
    by_consonants: Vec<(u32, u32)>,
}

impl NameIndexBuilder {
    /// Adds a name; the names of one actor are added consecutively. Ignores a name that the actor has already, and names
    /// beyond 4 GiB of text or 2^32 names in all: no machine that could hold them would answer in time.
    fn add(&mut self, name: IndexedName) {
        let IndexedName { actor, text, kind, is_weak, terms, consonants } = name;
        let (Ok(number), Ok(text_end)) =
            (u32::try_from(self.entries.len()), u32::try_from(self.texts.len() + text.len()))
        else {
            return;
        };
        if self.is_repetition(actor, &text) {
            return;
        }
        self.texts.push_str(&text);
        let term_count = u8::try_from(terms.len()).unwrap_or(u8::MAX);
        for term in terms {
            let next = u32::try_from(self.terms.len()).expect("distinct terms are counted in 32 bits");
            let term = *self.terms.entry(term.into()).or_insert(next);
            self.postings.push((term, number));
        }
        self.by_consonants.extend(consonants.map(|hash| (hash, number)));
        self.entries.push(Entry { actor, text_end, kind, is_weak, terms: term_count });
    }

    /// Whether the last names added are of the same actor and include this one.
    fn is_repetition(&self, actor: Id, text: &str) -> bool {
        const LOOK_BACK: usize = 100;
        let mut end = self.texts.len();
        for at in (0..self.entries.len()).rev().take(LOOK_BACK).take_while(|&at| self.entries[at].actor == actor) {
            let start = at.checked_sub(1).map_or(0, |before| self.entries[before].text_end as usize);
            if &self.texts[start..end] == text {
                return true;
            }
            end = start;
        }
        false
    }

    /// Orders the terms as [`Vocabulary`] requires, and builds the index.
    fn build(mut self) -> NameIndex {
        let mut terms: Vec<(Box<str>, Term)> = std::mem::take(&mut self.terms).into_iter().collect();
        terms.sort_unstable_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        let mut position = vec![0; terms.len()];
        for (at, &(_, number)) in (0..).zip(&terms) {
            position[number as usize] = at;
        }
        for (term, _) in &mut self.postings {
            *term = position[*term as usize];
        }
        let (frequencies, actors) = self.frequencies(terms.len());
        self.by_consonants.sort_unstable();
        self.by_consonants.shrink_to_fit();
        self.texts.shrink_to_fit();
        self.entries.shrink_to_fit();
        NameIndex {
            texts: self.texts,
            entries: self.entries,
            postings: PostingLists::new(terms.len(), &self.postings),
            vocabulary: Vocabulary::new(terms.iter().map(|(term, _)| &**term)),
            frequencies,
            actors,
            by_consonants: self.by_consonants,
        }
    }

    /// How many actors have each term, and how many actors there are. The names of one actor are consecutive.
    fn frequencies(&self, terms: usize) -> (Box<[u32]>, u32) {
        let mut counted: Vec<(u32, Option<Id>)> = vec![(0, None); terms];
        for &(term, name) in &self.postings {
            let (count, last) = &mut counted[term as usize];
            let actor = Some(self.entries[name as usize].actor);
            if *last != actor {
                *count += 1;
                *last = actor;
            }
        }
        let actors = self.entries.chunk_by(|one, other| one.actor == other.actor).count();
        let actors = u32::try_from(actors).expect("actors are counted in 32 bits");
        (counted.into_iter().map(|(count, _)| count).collect(), actors)
    }
}

#[cfg(test)]
mod tests;
