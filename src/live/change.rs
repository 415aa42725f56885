//! What differs between two corpora.

use std::cmp::Ordering;
use std::iter::Peekable;

use crate::corpus::{Corpus, Table};

/// How a record differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Was not there before.
    Added,
    /// Says something else.
    Changed,
    /// Is no longer there.
    Removed,
}

/// A record that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// How.
    pub kind: ChangeKind,
    /// Its resource name.
    pub name: Box<str>,
}

/// Hash of a record's encoding: 128 bits, too many for two records to share one by chance.
pub(super) type ContentHash = [u8; 16];

/// A record that differs, with what it was and what it is: several of them, one after the other, come to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) name: Box<str>,
    pub(super) before: Option<ContentHash>,
    pub(super) after: Option<ContentHash>,
}

impl Difference {
    /// Bytes of memory it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        size_of::<Self>() + self.name.len()
    }
}

/// How a record changed that was `before` and is `after`, if it did.
pub(super) fn kind(before: Option<ContentHash>, after: Option<ContentHash>) -> Option<ChangeKind> {
    match (before, after) {
        (None, Some(_)) => Some(ChangeKind::Added),
        (Some(_), None) => Some(ChangeKind::Removed),
        (Some(before), Some(after)) if before != after => Some(ChangeKind::Changed),
        _ => None,
    }
}

/// What differs, by name. None if it takes more than `most_bytes`.
pub(super) fn differences(old: &Corpus, new: &Corpus, most_bytes: usize) -> Option<Vec<Difference>> {
    // In the order of the collections' names, so that all of it is in the order of names.
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

/// A walk over the names of two tables at once.
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
