//! Gathers which articles have which keys, group by group of articles, and merges the groups.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, HashTable};
use prost::encoding::encode_varint;
use rayon::slice::ParallelSliceMut;

use super::lists::{Lists, ListsWriter, Run};
use crate::corpus::table::Id;

/// Gathers the distinct keys of the articles of one group, whose ids ascend.
pub(super) struct Gatherer<K> {
    keys: Vec<K>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// The article that each key was last seen in.
    seen: Vec<Id>,
    /// (number of the key, article), by article.
    pairs: Vec<(u32, Id)>,
}

/// What one group gathered.
pub(super) struct Group<K> {
    keys: Vec<K>,
    /// For each key: how many articles, the first, the last, and where the differences end.
    runs: Vec<(u32, Id, Id, usize)>,
    bytes: Vec<u8>,
}

impl<K> Gatherer<K> {
    pub(super) fn new() -> Self {
        let (numbers, hasher) = (HashTable::new(), DefaultHashBuilder::default());
        Self { keys: Vec::new(), numbers, hasher, seen: Vec::new(), pairs: Vec::new() }
    }

    /// Notes that an article has a key, and returns the key's number within the group.
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

/// Every key of any group in ascending order, with the list of its articles. Groups are in the order of their ids.
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
