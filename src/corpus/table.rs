//! The records of one resource: encoded, ordered, found by name.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::BuildHasher;

use bytes::Bytes;
use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::slice::ParallelSliceMut;

use super::arena::{Arena, Slot};
use super::peek;
use crate::model::TimeKey;

/// Dense id of a record within its table: its index in the order of the table.
pub type Id = u32;

/// A record to be put into a table.
pub(super) struct Row {
    pub(super) slot: Slot,
    /// Bytes of the BASIC view, which is a prefix of the encoding.
    pub(super) basic_len: u32,
    pub(super) time: TimeKey,
}

/// Former names of records, with the current names.
pub(super) type Merged = Vec<(Box<str>, Box<str>)>;

/// The order of a table; records that are equal in it are ordered by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderedBy {
    Time,
    DisplayName,
}

/// A position in an order, with or without a record: the content of a page token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Claim or publish time; [`TimeKey::NONE`] if the order is not by time.
    pub time: TimeKey,
    /// Display name; empty if the order is not by display name.
    pub display_name: String,
    /// Resource name.
    pub name: String,
}

/// The records of one resource. Ids are in the order (time, name), for actors (display name, name), so that ids in
/// descending order are the newest first.
pub struct Table {
    arena: Arena,
    slots: Box<[Slot]>,
    basic_lens: Box<[u32]>,
    /// Times of the records; empty if the table is ordered by display name.
    times: Box<[TimeKey]>,
    /// Ids in name order.
    by_name: Box<[Id]>,
    ids: HashTable<Id>,
    hasher: DefaultHashBuilder,
    /// Former names, with their records.
    merged: HashMap<Box<str>, Id>,
    ordered_by: OrderedBy,
}

impl Table {
    /// Builds a table of records in any order, with distinct names. `merged` are former names; those of unknown records are
    /// ignored.
    pub(super) fn new(arena: Arena, mut rows: Vec<Row>, ordered_by: OrderedBy, merged: Merged) -> Self {
        let name = |row: &Row| peek::name(arena.slice(row.slot));
        match ordered_by {
            OrderedBy::Time => {
                rows.par_sort_unstable_by(|a, b| a.time.cmp(&b.time).then_with(|| name(a).cmp(name(b))));
            }
            OrderedBy::DisplayName => rows.par_sort_unstable_by(|a, b| {
                let display_name = |row: &Row| peek::display_name(arena.slice(row.slot));
                display_name(a).cmp(display_name(b)).then_with(|| name(a).cmp(name(b)))
            }),
        }
        let count = Id::try_from(rows.len()).expect("a table holds fewer than 2^32 records");
        let mut by_name: Box<[Id]> = (0..count).collect();
        by_name.par_sort_unstable_by(|a, b| name(&rows[*a as usize]).cmp(name(&rows[*b as usize])));

        let hasher = DefaultHashBuilder::default();
        let hash = |id: &Id| hasher.hash_one(name(&rows[*id as usize]));
        let mut ids = HashTable::with_capacity(rows.len());
        for id in 0..count {
            ids.insert_unique(hash(&id), id, hash);
        }
        let times = match ordered_by {
            OrderedBy::Time => rows.iter().map(|row| row.time).collect(),
            OrderedBy::DisplayName => Box::default(),
        };
        let slots = rows.iter().map(|row| row.slot).collect();
        let basic_lens = rows.iter().map(|row| row.basic_len).collect();
        let mut table =
            Self { arena, slots, basic_lens, times, by_name, ids, hasher, merged: HashMap::new(), ordered_by };
        let lead = |(name, to): (Box<str>, Box<str>)| table.id(&to).map(|id| (name, id));
        table.merged = merged.into_iter().filter_map(lead).collect();
        table
    }

    /// Number of records.
    pub fn len(&self) -> Id {
        Id::try_from(self.slots.len()).expect("a table holds fewer than 2^32 records")
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The id of the record of a name or former name.
    pub fn id(&self, name: &str) -> Option<Id> {
        let found = self.ids.find(self.hasher.hash_one(name), |id| self.name(*id) == name);
        found.or_else(|| self.merged.get(name)).copied()
    }

    /// The name of a record.
    pub fn name(&self, id: Id) -> &str {
        peek::name(self.encoded(id))
    }

    /// The encoding of a record, borrowed.
    pub fn encoded(&self, id: Id) -> &[u8] {
        self.arena.slice(self.slots[id as usize])
    }

    /// The encoding of a record, shared.
    pub fn full(&self, id: Id) -> Bytes {
        self.arena.share(self.slots[id as usize], self.encoded(id).len())
    }

    /// The encoding of the BASIC view of a record, shared.
    pub fn basic(&self, id: Id) -> Bytes {
        self.arena.share(self.slots[id as usize], self.basic_lens[id as usize] as usize)
    }

    /// The body of an article; empty if it has none. It is the part of the encoding after the BASIC view.
    pub fn body(&self, id: Id) -> &str {
        peek::body(self.encoded(id), self.basic_lens[id as usize] as usize)
    }

    /// The title of an article; empty if it has none.
    pub fn title(&self, id: Id) -> &str {
        peek::title(self.encoded(id))
    }

    /// The display name of an actor.
    pub fn display_name(&self, id: Id) -> &str {
        peek::display_name(self.encoded(id))
    }

    /// The bytes of an article's body.
    pub fn body_bytes(&self, id: Id) -> &[u8] {
        peek::body_bytes(self.encoded(id), self.basic_lens[id as usize] as usize)
    }

    /// The time of a record; [`TimeKey::NONE`] in a table that is not ordered by time.
    pub fn time(&self, id: Id) -> TimeKey {
        self.times.get(id as usize).copied().unwrap_or(TimeKey::NONE)
    }

    /// Ids in name order.
    pub fn by_name(&self) -> &[Id] {
        &self.by_name
    }

    /// The ids of the records with a time in `[min, max)`, without those that have no time.
    pub fn time_range(&self, min: Option<TimeKey>, max: Option<TimeKey>) -> std::ops::Range<Id> {
        let before = |key: TimeKey| self.first_where(|id| self.time(id) >= key);
        let start = match min {
            Some(min) => before(min),
            None => self.first_where(|id| self.time(id) > TimeKey::NONE),
        };
        start..max.map_or(self.len(), before).max(start)
    }

    /// The key of a record in the order of the table, and in name order.
    pub fn key(&self, id: Id) -> Key {
        let display_name = match self.ordered_by {
            OrderedBy::Time => String::new(),
            OrderedBy::DisplayName => peek::display_name(self.encoded(id)).to_owned(),
        };
        Key { time: self.time(id), display_name, name: self.name(id).to_owned() }
    }

    /// Compares a record with a key in the order of the table.
    pub fn compare(&self, id: Id, key: &Key) -> Ordering {
        let order = match self.ordered_by {
            OrderedBy::Time => self.time(id).cmp(&key.time),
            OrderedBy::DisplayName => peek::display_name(self.encoded(id)).cmp(&key.display_name),
        };
        order.then_with(|| self.name(id).cmp(&key.name))
    }

    /// The first id for which `holds`, by binary search: it must hold for all ids after that too.
    pub fn first_where(&self, holds: impl Fn(Id) -> bool) -> Id {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        low
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.arena.memory_bytes()
            + size_of_val(&*self.slots)
            + size_of_val(&*self.basic_lens)
            + size_of_val(&*self.times)
            + size_of_val(&*self.by_name)
            + self.ids.allocation_size()
            + self.merged.keys().map(|name| name.len() + size_of::<(Box<str>, Id)>()).sum::<usize>()
    }
}
