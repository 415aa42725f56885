//! The changes of past swaps, up to a bound.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::iter::Peekable;

use crate::config::FeedLimits;
use crate::corpus::{Corpus, Table};

/// How a record changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// New in the later corpus.
    Added,
    /// In both, with another content.
    Changed,
    /// Only in the earlier corpus.
    Removed,
}

/// A record that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// How it changed.
    pub kind: ChangeKind,
    /// Resource name.
    pub name: Box<str>,
}

/// Hash of a record's encoding: 128 bits, too many for two records to share one by chance.
pub(super) type ContentHash = [u8; 16];

/// A record that changed, with the hashes of its content before and after, so that consecutive changes can be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) name: Box<str>,
    pub(super) before: Option<ContentHash>,
    pub(super) after: Option<ContentHash>,
}

impl Difference {
    /// Bytes in memory.
    pub(super) fn memory_bytes(&self) -> usize {
        size_of::<Self>() + self.name.len()
    }
}

/// How a record with these hashes changed. None if it did not.
pub(super) fn kind(before: Option<ContentHash>, after: Option<ContentHash>) -> Option<ChangeKind> {
    match (before, after) {
        (None, Some(_)) => Some(ChangeKind::Added),
        (Some(_), None) => Some(ChangeKind::Removed),
        (Some(before), Some(after)) if before != after => Some(ChangeKind::Changed),
        _ => None,
    }
}

/// The changes from `old` to `new`, by name. None if they take more than `most_bytes`.
pub(super) fn differences(old: &Corpus, new: &Corpus, most_bytes: usize) -> Option<Vec<Difference>> {
    // In the order of the names of the collections, so that all changes are in the order of names.
    let tables = [
        (&old.actors.table, &new.actors.table),
        (&old.articles.table, &new.articles.table),
        (&old.claims.table, &new.claims.table),
    ];
    let (mut found, mut bytes) = (Vec::new(), 0);
    for difference in tables.into_iter().flat_map(|(old, new)| Walk::new(old, new)) {
        bytes += difference.memory_bytes();
        if bytes > most_bytes {
            return None;
        }
        found.push(difference);
    }
    Some(found)
}

/// Walks over the names of two tables at once.
struct Walk<Old: Iterator, New: Iterator> {
    old: Peekable<Old>,
    new: Peekable<New>,
}

impl<'c> Walk<Names<'c>, Names<'c>> {
    fn new(old: &'c Table, new: &'c Table) -> Self {
        Self { old: Names { table: old, at: 0 }.peekable(), new: Names { table: new, at: 0 }.peekable() }
    }
}

impl<'c, Old, New> Iterator for Walk<Old, New>
where
    Old: Iterator<Item = (&'c str, &'c [u8])>,
    New: Iterator<Item = (&'c str, &'c [u8])>,
{
    type Item = Difference;

    fn next(&mut self) -> Option<Difference> {
        loop {
            let order = match (self.old.peek(), self.new.peek()) {
                (Some((old, _)), Some((new, _))) => old.cmp(new),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return None,
            };
            let old = if order.is_le() { self.old.next() } else { None };
            let new = if order.is_ge() { self.new.next() } else { None };
            let (name, _) = old.or(new)?;
            if old != new {
                let hash = |record: Option<(_, &[u8])>| record.map(|(_, bytes)| content_hash(bytes));
                return Some(Difference { name: name.into(), before: hash(old), after: hash(new) });
            }
        }
    }
}

/// The names and encodings of a table, by name.
struct Names<'c> {
    table: &'c Table,
    at: usize,
}

impl<'c> Iterator for Names<'c> {
    type Item = (&'c str, &'c [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let id = *self.table.by_name().get(self.at)?;
        self.at += 1;
        Some((self.table.name(id), self.table.encoded(id)))
    }
}

fn content_hash(record: &[u8]) -> ContentHash {
    let hash = blake3::hash(record);
    *hash.as_bytes().first_chunk().expect("a hash has 32 bytes")
}

// === impl History ===

/// Bytes of a change in a message beside its name: keys, lengths and the kind.
const FRAMING_BYTES: usize = 8;

/// A swap of one corpus for another with other content.
struct Swap {
    /// Revision before the swap.
    from: String,
    /// The changes, by name.
    differences: Vec<Difference>,
    bytes: usize,
}

/// The last swaps, numbered from 0: swap n leads from revision n to revision n + 1.
pub(super) struct History {
    swaps: VecDeque<Swap>,
    /// Number of the first swap still kept.
    first: u64,
    /// The served revision.
    revision: String,
    bytes: usize,
    most_bytes: usize,
    most_swaps: usize,
}

/// Changes for one message.
pub(super) struct Part {
    pub(super) changes: Vec<Change>,
    /// Whether changes of later names follow.
    pub(super) more: bool,
}

impl History {
    /// Begins with the served revision.
    pub(super) fn new(revision: &str, limits: &FeedLimits) -> Self {
        Self {
            swaps: VecDeque::new(),
            first: 0,
            revision: revision.to_owned(),
            bytes: 0,
            most_bytes: limits.watch_history_bytes,
            most_swaps: limits.watch_history_reloads,
        }
    }

    /// Adds a swap to `revision`. Without differences, because they were too many, the history starts anew.
    pub(super) fn push(&mut self, revision: &str, differences: Option<Vec<Difference>>) {
        let from = std::mem::replace(&mut self.revision, revision.to_owned());
        let Some(differences) = differences else {
            self.first = self.now() + 1;
            self.swaps.clear();
            self.bytes = 0;
            return;
        };
        let bytes = size_of::<Swap>() + from.len() + differences.iter().map(Difference::memory_bytes).sum::<usize>();
        self.bytes += bytes;
        self.swaps.push_back(Swap { from, differences, bytes });
        while self.bytes > self.most_bytes || self.swaps.len() > self.most_swaps {
            let Some(oldest) = self.swaps.pop_front() else { break };
            self.bytes -= oldest.bytes;
            self.first += 1;
        }
    }

    /// Number of the served revision.
    pub(super) fn now(&self) -> u64 {
        self.first + self.swaps.len() as u64
    }

    /// The latest number of a revision, if the changes since are known.
    pub(super) fn number(&self, revision: &str) -> Option<u64> {
        if revision == self.revision {
            return Some(self.now());
        }
        let place = self.swaps.iter().rposition(|swap| swap.from == revision)?;
        Some(self.first + place as u64)
    }

    /// The revision of a number, if the changes since are known.
    pub(super) fn revision(&self, number: u64) -> Option<&str> {
        if number == self.now() {
            return Some(&self.revision);
        }
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.swaps.get(place).map(|swap| &*swap.from)
    }

    /// The merged changes between two numbers, of the records whose names come after `after`: as many as fit in `room`
    /// bytes, and at least one. None if some of these swaps are no longer kept.
    pub(super) fn part(&self, (from, to): (u64, u64), after: &str, room: usize) -> Option<Part> {
        let start = usize::try_from(from.checked_sub(self.first)?).ok()?;
        let end = usize::try_from(to.checked_sub(self.first)?).ok()?;
        let swaps = self.swaps.range(start..end.min(self.swaps.len()));
        let mut changes: Vec<Change> = Vec::new();
        let mut bytes = 0;
        for (name, before, now) in Merge::new(swaps.map(|swap| &*swap.differences), after) {
            let Some(kind) = kind(before, now) else { continue };
            bytes += name.len() + FRAMING_BYTES;
            if bytes > room && !changes.is_empty() {
                return Some(Part { changes, more: true });
            }
            changes.push(Change { kind, name: name.into() });
        }
        Some(Part { changes, more: false })
    }
}

/// Merges the differences of several swaps by name: the content before the first and after the last.
struct Merge<'h> {
    lists: Vec<&'h [Difference]>,
    /// The next name of each list, with the index of the list: least name first, then earliest list.
    heads: BinaryHeap<Reverse<(&'h str, usize)>>,
}

impl<'h> Merge<'h> {
    fn new(lists: impl Iterator<Item = &'h [Difference]>, after: &str) -> Self {
        let lists: Vec<_> = lists
            .map(|differences| {
                let start = differences.partition_point(|difference| *difference.name <= *after);
                &differences[start..]
            })
            .collect();
        let heads = lists.iter().enumerate().filter_map(|(place, list)| Some(Reverse((&*list.first()?.name, place))));
        Self { heads: heads.collect(), lists }
    }

    /// Takes the first difference of the list at the head.
    fn pop(&mut self) -> Option<&'h Difference> {
        let Reverse((_, place)) = self.heads.pop()?;
        let (first, rest) = self.lists[place].split_first()?;
        self.lists[place] = rest;
        self.heads.extend(rest.first().map(|next| Reverse((&*next.name, place))));
        Some(first)
    }
}

impl<'h> Iterator for Merge<'h> {
    type Item = (&'h str, Option<ContentHash>, Option<ContentHash>);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.pop()?;
        let mut after = first.after;
        while self.heads.peek().is_some_and(|Reverse((name, _))| *name == &*first.name) {
            after = self.pop()?.after;
        }
        Some((&first.name, first.before, after))
    }
}

#[cfg(test)]
mod tests;
