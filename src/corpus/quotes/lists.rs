//! Compressed posting lists: ascending ids as varint-encoded deltas. They are built from groups of articles in parallel and
//! then merged.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, HashTable};
use prost::encoding::{decode_varint, encode_varint};
use rayon::slice::ParallelSliceMut;

use crate::corpus::table::Id;

/// Compressed posting lists. Most deltas fit in one byte, so that a list takes little more than one byte per id.
#[derive(Default)]
pub(super) struct Lists {
    /// The start of each list, and the end of the last.
    starts: Box<[u32]>,
    bytes: Box<[u8]>,
}

/// A posting list: ascending ids of articles.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdList<'i> {
    len: u32,
    bytes: &'i [u8],
}

/// A part of a list: the ids of one group of articles.
#[derive(Clone, Copy)]
pub(super) struct Run<'r> {
    pub(super) count: u32,
    pub(super) first: Id,
    pub(super) last: Id,
    /// The ids after the first, as deltas.
    pub(super) rest: &'r [u8],
}

impl Lists {
    pub(super) fn get(&self, number: usize) -> IdList<'_> {
        let mut bytes = &self.bytes[self.starts[number] as usize..self.starts[number + 1] as usize];
        let len = u32::try_from(varint(&mut bytes)).expect("ids are counted in 32 bits");
        IdList { len, bytes }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        size_of_val(&*self.starts) + self.bytes.len()
    }
}

impl<'i> IdList<'i> {
    /// Number of ids.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether the list has no id.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The ids, ascending.
    pub fn iter(self) -> impl Iterator<Item = Id> + 'i {
        let Self { len, mut bytes } = self;
        let mut id = 0_u64;
        (0..len).map(move |_| {
            id += varint(&mut bytes);
            u32::try_from(id).expect("ids are 32 bits")
        })
    }
}

fn varint(bytes: &mut &[u8]) -> u64 {
    // Nearly all deltas have one byte.
    if let [byte @ ..0x80, rest @ ..] = bytes {
        *bytes = rest;
        return u64::from(*byte);
    }
    decode_varint(bytes).expect("lists were encoded here")
}

/// Encodes lists, one after the other.
pub(super) struct ListsWriter {
    starts: Vec<u32>,
    bytes: Vec<u8>,
}

impl ListsWriter {
    pub(super) fn new() -> Self {
        Self { starts: vec![0], bytes: Vec::new() }
    }

    /// Appends a list that consists of runs in ascending order.
    pub(super) fn push(&mut self, runs: &[Run<'_>]) {
        let count: u64 = runs.iter().map(|run| u64::from(run.count)).sum();
        encode_varint(count, &mut self.bytes);
        let mut last = 0;
        for run in runs {
            encode_varint(u64::from(run.first - last), &mut self.bytes);
            self.bytes.extend_from_slice(run.rest);
            last = run.last;
        }
        let end =
            u32::try_from(self.bytes.len()).expect("4 GiB of lists are 50 GB of text, beyond one machine's memory");
        self.starts.push(end);
    }

    pub(super) fn finish(self) -> Lists {
        Lists { starts: self.starts.into(), bytes: self.bytes.into() }
    }
}

/// Collects the distinct keys (words or pairs) of one group of articles, which are added in ascending order.
pub(super) struct Gatherer<K> {
    keys: Vec<K>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// The last article that each key was added for.
    seen: Vec<Id>,
    /// (number of the key, article), in ascending order of articles.
    pairs: Vec<(u32, Id)>,
}

/// The posting lists of one group of articles.
pub(super) struct Group<K> {
    keys: Vec<K>,
    /// For each key: number of articles, the first, the last, and the end of the deltas.
    runs: Vec<(u32, Id, Id, usize)>,
    bytes: Vec<u8>,
}

impl<K> Gatherer<K> {
    pub(super) fn new() -> Self {
        let (numbers, hasher) = (HashTable::new(), DefaultHashBuilder::default());
        Self { keys: Vec::new(), numbers, hasher, seen: Vec::new(), pairs: Vec::new() }
    }

    /// Adds a posting, and returns the key's number within the group.
    pub(super) fn add<Q>(&mut self, key: &Q, article: Id) -> u32
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        let Self { keys, numbers, hasher, seen, pairs } = self;
        let entry = numbers.entry(
            hasher.hash_one(key),
            |number| keys[*number as usize].borrow() == key,
            |number| hasher.hash_one(keys[*number as usize].borrow()),
        );
        let next = u32::try_from(keys.len()).expect("the keys of a group are counted in 32 bits");
        let number = *entry.or_insert(next).get();
        if number == next {
            keys.push(key.to_owned());
            seen.push(article);
            pairs.push((number, article));
        } else if seen[number as usize] != article {
            seen[number as usize] = article;
            pairs.push((number, article));
        }
        number
    }

    pub(super) fn finish(self) -> Group<K> {
        let Self { keys, pairs, .. } = self;
        let mut starts = vec![0_u32; keys.len() + 1];
        for (number, _) in &pairs {
            starts[*number as usize + 1] += 1;
        }
        for number in 0..keys.len() {
            starts[number + 1] += starts[number];
        }
        let mut ids = vec![0; pairs.len()];
        let mut next = starts.clone();
        for (number, article) in pairs {
            let at = &mut next[number as usize];
            ids[*at as usize] = article;
            *at += 1;
        }
        let mut bytes = Vec::with_capacity(ids.len());
        let run = |range: &[u32]| {
            let own = &ids[range[0] as usize..range[1] as usize];
            own.windows(2).for_each(|pair| encode_varint(u64::from(pair[1] - pair[0]), &mut bytes));
            (range[1] - range[0], own[0], own[own.len() - 1], bytes.len())
        };
        let runs = starts.windows(2).map(run).collect();
        Group { keys, runs, bytes }
    }
}

impl<K> Group<K> {
    fn run(&self, number: u32) -> Run<'_> {
        let at = number as usize;
        let (count, first, last, end) = self.runs[at];
        let start = at.checked_sub(1).map_or(0, |before| self.runs[before].3);
        Run { count, first, last, rest: &self.bytes[start..end] }
    }
}

/// Merges the posting lists of groups, which are in ascending order of ids. Calls `key` with each key in ascending order.
pub(super) fn merge<K: Ord + Sync>(groups: &[Group<K>], mut key: impl FnMut(&K)) -> Lists {
    let mut entries: Vec<(&K, u32, u32)> = Vec::new();
    for (group, at) in groups.iter().zip(0..) {
        entries.extend(group.keys.iter().zip(0..).map(|(key, number)| (key, at, number)));
    }
    entries.par_sort_unstable();
    let mut lists = ListsWriter::new();
    let mut runs = Vec::new();
    for same in entries.chunk_by(|a, b| a.0 == b.0) {
        runs.clear();
        runs.extend(same.iter().map(|(_, group, number)| groups[*group as usize].run(*number)));
        key(same[0].0);
        lists.push(&runs);
    }
    lists.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rest(ids: &[Id]) -> Vec<u8> {
        let mut bytes = Vec::new();
        ids.windows(2).for_each(|pair| encode_varint(u64::from(pair[1] - pair[0]), &mut bytes));
        bytes
    }

    proptest! {
        #[test]
        fn lists_hold_what_was_written(sets in prop::collection::vec(prop::collection::btree_set(0..70_000_u32, 2..40), 1..5), cut in 1..2_usize) {
            let mut writer = ListsWriter::new();
            for set in &sets {
                let ids: Vec<Id> = set.iter().copied().collect();
                let (a, b) = ids.split_at(cut);
                let (a_rest, b_rest) = (rest(a), rest(b));
                let run = |ids: &[Id], rest| {
                    Run { count: u32::try_from(ids.len()).unwrap(), first: ids[0], last: *ids.last().unwrap(), rest }
                };
                writer.push(&[run(a, &a_rest), run(b, &b_rest)]);
            }
            let lists = writer.finish();
            for (number, set) in sets.iter().enumerate() {
                prop_assert_eq!(lists.get(number).len(), set.len());
                prop_assert!(lists.get(number).iter().eq(set.iter().copied()));
            }
        }
    }
}
