//! The records of one resource as they come in, before references can be checked.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::corpus::arena::{Arena, ArenaWriter, Slot};
use crate::corpus::peek;
use crate::corpus::report::Origin;
use crate::corpus::table::Row;
use crate::model::TimeKey;

/// A record as it came in.
pub(super) struct Entry {
    pub(super) slot: Slot,
    pub(super) basic_len: u32,
    pub(super) time: TimeKey,
    pub(super) origin: Origin,
    /// Whether it was left out for an error found after it came in.
    pub(super) dropped: bool,
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
}

impl Staging {
    /// Takes a record in, unless its name is taken: then the origin of the record that has it.
    pub(super) fn add(
        &mut self,
        name: &str,
        entry: (TimeKey, Origin),
        lens: (usize, usize),
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), Origin> {
        if let Some(index) = self.index(name) {
            return Err(self.entries[index as usize].origin);
        }
        let ((time, origin), (len, basic_len)) = (entry, lens);
        let slot = self.arena.push(len, write);
        let basic_len = u32::try_from(basic_len).expect("records are limited to far below 4 GiB");
        let index = u32::try_from(self.entries.len()).expect("records are counted in 32 bits");
        self.entries.push(Entry { slot, basic_len, time, origin, dropped: false });
        let Self { arena, entries, indexes, hasher, .. } = self;
        let hash = |index: &u32| hasher.hash_one(peek::name(arena.slice(entries[*index as usize].slot)));
        indexes.insert_unique(hash(&index), index, hash);
        Ok(())
    }

    /// Remembers the name of a record that was refused, so that references to it can be told from mistyped ones.
    pub(super) fn refuse(&mut self, name: &str) {
        self.refused.insert(name.into());
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
    pub(super) fn finish(self) -> (Arena, Vec<Row>) {
        let kept = self.entries.into_iter().filter(|entry| !entry.dropped);
        let rows = kept.map(|Entry { slot, basic_len, time, .. }| Row { slot, basic_len, time }).collect();
        (self.arena.finish(), rows)
    }
}
