//! The records of one resource as they come in, before references can be checked.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use prost::Message;

use super::repeats::United;
use crate::corpus::arena::{Arena, ArenaWriter, Slot};
use crate::corpus::peek;
use crate::corpus::report::Origin;
use crate::corpus::table::Row;
use crate::model::{RecordOp, Resource, TimeKey};
use crate::proto::v1::Article;
use crate::proto::v1::record::Record as Kind;

/// Of an arena that is kept, at most one part in this many may be records that were replaced.
const MOST_WASTE: usize = 8;

/// What has to be known of a record to keep it.
pub(super) struct Measured<'r> {
    pub(super) resource: Resource,
    pub(super) name: &'r str,
    pub(super) time: TimeKey,
    /// Bytes of its encoding.
    pub(super) len: usize,
    /// Bytes of its BASIC view.
    pub(super) basic_len: usize,
}

impl<'r> Measured<'r> {
    pub(super) fn of(record: &'r Kind) -> Self {
        let (resource, name, time, len) = match record {
            Kind::Article(article) => {
                let time = TimeKey::of(article.publish_time.as_ref());
                (Resource::Article, &article.name, time, article.encoded_len())
            }
            Kind::Actor(actor) => (Resource::Actor, &actor.name, TimeKey::NONE, actor.encoded_len()),
            Kind::Claim(claim) => {
                (Resource::Claim, &claim.name, TimeKey::of(claim.claim_time.as_ref()), claim.encoded_len())
            }
        };
        let basic_len = match record {
            Kind::Article(article) => len - body_len(article),
            Kind::Actor(_) | Kind::Claim(_) => len,
        };
        Self { resource, name, time, len, basic_len }
    }

    fn entry(&self, slot: Slot, origin: Origin, may_unite: bool) -> Entry {
        let basic_len = u32::try_from(self.basic_len).expect("records are limited to far below 4 GiB");
        Entry { slot, basic_len, time: self.time, origin, dropped: false, may_unite, stands: false }
    }
}

/// Appends the encoding of a record.
pub(super) fn encode(record: &Kind, buffer: &mut Vec<u8>) {
    let encoded = match record {
        Kind::Article(article) => article.encode(buffer),
        Kind::Actor(actor) => actor.encode(buffer),
        Kind::Claim(claim) => claim.encode(buffer),
    };
    encoded.expect("a vector grows");
}

/// Bytes of an article's encoding that only the FULL view has.
fn body_len(article: &Article) -> usize {
    let body = &article.body;
    if body.is_empty() { 0 } else { prost::encoding::string::encoded_len(BODY_FIELD, body) }
}

/// Number of `Article.body`, the highest of the message: prost writes fields by number, so that the body comes last.
const BODY_FIELD: u32 = 100;

/// A record as it came in.
pub(super) struct Entry {
    pub(super) slot: Slot,
    pub(super) basic_len: u32,
    pub(super) time: TimeKey,
    pub(super) origin: Origin,
    /// Whether it was left out for an error found after it came in, or was removed.
    pub(super) dropped: bool,
    /// Whether another record of its name is united with it.
    may_unite: bool,
    /// Whether it stands over every record of its name that would be united with it.
    stands: bool,
}

/// What a name leads to while references are being checked.
#[derive(Clone, Copy)]
pub(super) enum Lookup {
    /// A record that stays, so far; its index.
    Kept(u32),
    /// A record that was left out for an error.
    Dropped,
    /// Nothing.
    Unknown,
}

/// Records as they came in: encoded, numbered, found by name.
#[derive(Default)]
pub(super) struct Staging {
    arena: ArenaWriter,
    pub(super) entries: Vec<Entry>,
    indexes: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Names of records that never came in because of an error found on their line.
    refused: hashbrown::HashSet<Box<str>>,
    /// Names that were removed, and have not been put there again.
    removed: hashbrown::HashSet<Box<str>>,
    /// Records that others were united with, by index, to be encoded when the last one is in.
    pub(super) united: HashMap<u32, United>,
    /// Bytes of the arena that no entry leads to any more.
    wasted: usize,
}

impl Staging {
    /// Takes in a record whose name is not taken. `write` appends its encoding.
    pub(super) fn add(
        &mut self,
        record: &Measured<'_>,
        origin: Origin,
        op: RecordOp,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let slot = self.arena.push(record.len, write);
        let index = u32::try_from(self.entries.len()).expect("records are counted in 32 bits");
        let stands = op == RecordOp::Replace;
        self.entries.push(Entry { stands, ..record.entry(slot, origin, op == RecordOp::Merge) });
        self.removed.remove(record.name);
        let Self { arena, entries, indexes, hasher, .. } = self;
        let hash = |index: &u32| hasher.hash_one(peek::name(arena.slice(entries[*index as usize].slot)));
        indexes.insert_unique(hash(&index), index, hash);
    }

    /// Puts a record in the place of the one of its name.
    pub(super) fn replace(
        &mut self,
        index: u32,
        record: &Measured<'_>,
        origin: Origin,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        self.united.remove(&index);
        self.wasted += self.encoded(index).len();
        let slot = self.arena.push(record.len, write);
        let may_unite = self.may_unite(index);
        self.entries[index as usize] = Entry { stands: true, ..record.entry(slot, origin, may_unite) };
    }

    /// Takes the record of that name away, as if it had never come.
    pub(super) fn remove(&mut self, name: &str) {
        self.removed.insert(name.into());
        let Some(index) = self.index(name) else { return };
        self.wasted += self.encoded(index).len();
        self.united.remove(&index);
        self.entries[index as usize].dropped = true;
        let hash = self.hasher.hash_one(name);
        if let Ok(found) = self.indexes.find_entry(hash, |other| *other == index) {
            found.remove();
        }
    }

    /// Whether something stands at that name over every record that would be united with it: a record, or that there is
    /// none.
    pub(super) fn is_settled(&self, name: &str) -> bool {
        self.index(name).map_or_else(|| self.removed.contains(name), |index| self.entries[index as usize].stands)
    }

    /// Whether another record of its name is united with it.
    pub(super) fn may_unite(&self, index: u32) -> bool {
        self.entries[index as usize].may_unite
    }

    /// Remembers the name of a record that was refused, so that references to it can be told from mistyped ones.
    pub(super) fn refuse(&mut self, name: &str) {
        self.refused.insert(name.into());
    }

    /// Whether a record of that name came in, or was refused.
    pub(super) fn has_seen(&self, name: &str) -> bool {
        self.index(name).is_some() || self.refused.contains(name)
    }

    pub(super) fn lookup(&self, name: &str) -> Lookup {
        match self.index(name) {
            Some(index) if self.entries[index as usize].dropped => Lookup::Dropped,
            Some(index) => Lookup::Kept(index),
            None if self.refused.contains(name) => Lookup::Dropped,
            None => Lookup::Unknown,
        }
    }

    /// The index of the record of that name, left out or not.
    pub(super) fn index(&self, name: &str) -> Option<u32> {
        self.indexes.find(self.hasher.hash_one(name), |index| self.name(*index) == name).copied()
    }

    pub(super) fn name(&self, index: u32) -> &str {
        peek::name(self.encoded(index))
    }

    pub(super) fn encoded(&self, index: u32) -> &[u8] {
        self.arena.slice(self.entries[index as usize].slot)
    }

    /// The indexes of the records that stay, so far.
    pub(super) fn kept(&self) -> impl Iterator<Item = u32> + '_ {
        self.entries.iter().zip(0..).filter(|(entry, _)| !entry.dropped).map(|(_, index)| index)
    }

    /// The records that stay, with the arena they stand in.
    pub(super) fn finish(mut self) -> (Arena, Vec<Row>) {
        if self.wasted * MOST_WASTE > self.arena.len() {
            self.compact();
        }
        let kept = self.entries.into_iter().filter(|entry| !entry.dropped);
        let rows = kept.map(|Entry { slot, basic_len, time, .. }| Row { slot, basic_len, time }).collect();
        (self.arena.finish(), rows)
    }

    /// Writes the records that stay into an arena of their own.
    fn compact(&mut self) {
        let mut arena = ArenaWriter::default();
        for entry in self.entries.iter_mut().filter(|entry| !entry.dropped) {
            let record = self.arena.slice(entry.slot);
            entry.slot = arena.push(record.len(), |buffer| buffer.extend_from_slice(record));
        }
        self.arena = arena;
        // Names of records that do not stay led into the old arena.
        self.indexes.clear();
    }
}
