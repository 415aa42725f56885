//! The names of the actors, and quickly the few of them worth comparing with a query.
//!
//! Names are not searched, words are: every name is listed under its words (`vocabulary`, `listings`), a query word is
//! looked up with its slips, spellings and sound, and the names under the words found are ranked by how much these words
//! say (`search`). Only the best go on to be scored.

#![allow(clippy::cast_precision_loss, reason = "names are counted in 32 bits")]

mod builder;
mod listings;
mod search;
mod vocabulary;

use builder::NameIndexBuilder;
use listings::Listings;
use prost::Message;
use rayon::prelude::*;
use vocabulary::Vocabulary;

use super::table::{Id, Table};
use crate::names::{PartyKind, PriorWeights, Token, TokenKind, TokenWeights};
use crate::proto::v1::{Actor, AliasKind};

/// Actors whose names are taken apart at once.
const GROUP: usize = 256;
/// Groups that are taken apart before their names are listed: bounds what a load keeps beside the index.
const GROUPS_AHEAD: usize = 64;

/// All names of all actors of one corpus. A name is known by its entry number, `0..len()`, in order of adding.
#[derive(Debug)]
pub struct NameIndex {
    /// The texts of all names, back to back.
    texts: String,
    entries: Vec<Entry>,
    vocabulary: Vocabulary,
    /// For each word the entries that have it.
    listings: Listings,
    /// For each word how many actors have it.
    frequencies: Box<[u32]>,
    /// Actors that have names.
    actors: u32,
    /// For each entry the hash of the consonants of the whole name, sorted by hash: finds names written
    /// without spaces or vowels.
    skeletons: Vec<(u32, u32)>,
}

/// What is kept of a name beside its text; 12 bytes.
#[derive(Clone, Copy, Debug)]
struct Entry {
    actor: Id,
    /// Where its text ends; it starts where the one before ends.
    text_end: u32,
    kind: PartyKind,
    weak: bool,
    /// Words it is listed under.
    words: u8,
}

impl NameIndex {
    /// Takes the names of all actors apart, in parallel, and lays them out.
    pub(super) fn new(actors: &Table) -> Self {
        let ids: Vec<Id> = (0..actors.len()).collect();
        let mut builder = NameIndexBuilder::default();
        for batch in ids.chunks(GROUP * GROUPS_AHEAD) {
            let groups = batch.par_chunks(GROUP);
            let named: Vec<Vec<builder::Name>> =
                groups.map(|ids| ids.iter().flat_map(|id| actor_names(actors, *id)).collect()).collect();
            named.into_iter().flatten().for_each(|name| builder.add(name));
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

    /// The actor that has the name `entry`.
    ///
    /// # Panics
    /// If there is no such entry; so do the other methods that take one.
    pub fn actor(&self, entry: u32) -> Id {
        self.entries[entry as usize].actor
    }

    /// The name as it was added.
    pub fn text(&self, entry: u32) -> &str {
        let at = entry as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.entries[before].text_end);
        &self.texts[start as usize..self.entries[at].text_end as usize]
    }

    /// Whose name it is.
    pub fn kind(&self, entry: u32) -> PartyKind {
        self.entries[entry as usize].kind
    }

    /// Whether the name is too weak to match alone.
    pub fn is_weak(&self, entry: u32) -> bool {
        self.entries[entry as usize].weak
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.texts.capacity()
            + size_of_val(self.entries.as_slice())
            + self.vocabulary.memory_bytes()
            + self.listings.memory_bytes()
            + size_of_val(&*self.frequencies)
            + size_of_val(self.skeletons.as_slice())
    }

    /// Number of actors that have the word with this Latin reading in a name.
    fn frequency(&self, latin: &str) -> u32 {
        self.vocabulary.find(latin).map_or(0, |word| self.frequencies[word as usize])
    }
}

/// The names of one actor: display name, then aliases.
fn actor_names(actors: &Table, id: Id) -> Vec<builder::Name> {
    let actor = Actor::decode(actors.encoded(id)).expect("records were encoded here");
    let kind = PartyKind::from(actor.r#type());
    let aliases = actor.aliases.iter().map(|alias| (&alias.text, alias.kind() == AliasKind::Weak));
    let mut names: Vec<builder::Name> = Vec::new();
    for (text, weak) in std::iter::once((&actor.display_name, false)).chain(aliases) {
        names.extend(builder::Name::read(id, text, kind, weak));
    }
    names
}

/// Actors that are imagined beside those of the corpus, so that a small corpus has no frequent words.
const IMAGINED_ACTORS: f64 = 1000.0;
/// Logarithm of the share of actors from which a word is as good as any other: about one in a thousand.
const RARE: f64 = 7.0;
/// Weight of the most frequent words.
const LEAST_WEIGHT: f64 = 0.4;

impl TokenWeights for NameIndex {
    fn weight(&self, token: &Token) -> f64 {
        let prior = PriorWeights.weight(token);
        if token.kind != TokenKind::Name {
            return prior;
        }
        let share = f64::from(self.frequency(&token.latin).max(1)) / (f64::from(self.actors) + IMAGINED_ACTORS);
        prior.min((-share.ln() / RARE).clamp(LEAST_WEIGHT, 1.0))
    }
}

#[cfg(test)]
mod tests;
