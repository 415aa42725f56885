//! Lists of ascending ids, packed: differences as varints, back to back.

use prost::encoding::{decode_varint, encode_varint};

use crate::corpus::table::Id;

/// Packed lists of ids. Most differences fit one byte: a list costs little more than a byte for each id.
#[derive(Default)]
pub(super) struct Lists {
    /// Where each list begins; one entry more than there are lists.
    starts: Box<[u32]>,
    bytes: Box<[u8]>,
}

/// One list of ascending ids.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdList<'i> {
    len: u32,
    bytes: &'i [u8],
}

/// A part of a list: the ids of one group of records.
#[derive(Clone, Copy)]
pub(super) struct Run<'r> {
    pub(super) count: u32,
    pub(super) first: Id,
    pub(super) last: Id,
    /// The ids behind the first, as differences.
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
    /// How many ids there are.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether there is none.
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
    // Nearly all are of one byte.
    if let [byte @ ..0x80, rest @ ..] = bytes {
        *bytes = rest;
        return u64::from(*byte);
    }
    decode_varint(bytes).expect("lists were encoded here")
}

/// Writes lists, one after the other.
pub(super) struct ListsWriter {
    starts: Vec<u32>,
    bytes: Vec<u8>,
}

impl ListsWriter {
    pub(super) fn new() -> Self {
        Self { starts: vec![0], bytes: Vec::new() }
    }

    /// Appends a list that consists of runs, in the order of their ids.
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
