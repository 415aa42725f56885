//! What past swaps changed, up to a bound.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::change::{Change, ContentHash, Difference, kind};
use crate::config::FeedLimits;

/// Bytes that a change costs in a message beside its name: keys, lengths and the kind.
const FRAMING_BYTES: usize = 8;

/// A swap of one corpus for another of other content.
struct Swap {
    /// Revision before it.
    from: String,
    /// What it changed, by name.
    differences: Vec<Difference>,
    bytes: usize,
}

/// The last swaps. They are numbered from 0 as they come; number n leads from revision n to revision n + 1.
pub(super) struct History {
    swaps: VecDeque<Swap>,
    /// Number of the first swap that is kept.
    first: u64,
    /// Revision that is served.
    revision: String,
    bytes: usize,
    most_bytes: usize,
    most_swaps: usize,
}

/// Changes for one message.
pub(super) struct Part {
    pub(super) changes: Vec<Change>,
    /// Whether there are changes of later names.
    pub(super) more: bool,
}

impl History {
    /// Begins with the revision that is served.
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

    /// Adds a swap to `revision`. Without differences, because they were too many, nobody can be told what it changed.
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

    /// Number of the revision that is served.
    pub(super) fn now(&self) -> u64 {
        self.first + self.swaps.len() as u64
    }

    /// The latest number of a revision, if what changed since is known.
    pub(super) fn number(&self, revision: &str) -> Option<u64> {
        if revision == self.revision {
            return Some(self.now());
        }
        let place = self.swaps.iter().rposition(|swap| swap.from == revision)?;
        Some(self.first + place as u64)
    }

    /// The revision of a number, if what changed since is known.
    pub(super) fn revision(&self, number: u64) -> Option<&str> {
        if number == self.now() {
            return Some(&self.revision);
        }
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.swaps.get(place).map(|swap| &*swap.from)
    }

    /// What the swaps from one number to another changed together, of the records whose names come after `after`: as much
    /// as `room` bytes hold, and at least one. None if these swaps are not all known any more.
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

/// Differences of several swaps, those of one name taken together: what it was before the first, and is after the last.
struct Merge<'h> {
    lists: Vec<&'h [Difference]>,
    /// The first name of each list that has one left, with the list's place: least first, of one name earliest first.
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
