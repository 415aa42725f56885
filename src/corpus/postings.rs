//! Postings: for each value the ids of the records that have it, ascending.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use roaring::RoaringBitmap;

use super::table::Id;

/// Least number of ids of a posting that is a bitmap. A smaller bitmap has more overhead than ids, and most articles are in
/// few claims.
const BITMAP_FROM: usize = 1024;

/// The ids of the records that have one value.
#[derive(Clone, Copy, Debug)]
pub enum Posting<'p> {
    /// Few ids, ascending.
    List(&'p [Id]),
    /// Many ids.
    Bitmap(&'p RoaringBitmap),
}

impl Posting<'_> {
    /// Adds the ids to a set.
    pub fn add_to(self, set: &mut RoaringBitmap) {
        match self {
            Self::List(ids) => set.extend(ids),
            Self::Bitmap(ids) => *set |= ids,
        }
    }

    /// Number of ids.
    pub fn len(self) -> u64 {
        match self {
            Self::List(ids) => ids.len() as u64,
            Self::Bitmap(ids) => ids.len(),
        }
    }

    /// Whether there is no id.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Postings of values that are small numbers: enum numbers, or ids of another table.
#[derive(Default)]
pub struct Postings {
    /// Start of the ids of each value, and the end of the last.
    starts: Box<[u32]>,
    ids: Box<[Id]>,
    bitmaps: HashMap<u32, RoaringBitmap>,
}

impl Postings {
    /// The ids of the records that have a value.
    pub fn get(&self, value: u32) -> Posting<'_> {
        if let Some(bitmap) = self.bitmaps.get(&value) {
            return Posting::Bitmap(bitmap);
        }
        let at = value as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => Posting::List(&self.ids[*start as usize..*end as usize]),
            _ => Posting::List(&[]),
        }
    }

    /// The greatest value of any record plus 1.
    pub fn values(&self) -> u32 {
        u32::try_from(self.starts.len().saturating_sub(1)).expect("values are counted in 32 bits")
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let bitmaps: usize = self.bitmaps.values().map(RoaringBitmap::serialized_size).sum();
        size_of_val(&*self.starts) + size_of_val(&*self.ids) + bitmaps
    }
}

/// Gathers postings.
#[derive(Default)]
pub(super) struct PostingsBuilder {
    pairs: Vec<(u32, Id)>,
}

impl PostingsBuilder {
    /// Adds a value of a record. In any order and any number of times.
    pub(super) fn add(&mut self, value: u32, id: Id) {
        self.pairs.push((value, id));
    }

    /// Adds an enum value of a record. No enum has negative numbers.
    pub(super) fn add_number(&mut self, number: i32, id: Id) {
        if let Ok(value) = u32::try_from(number) {
            self.add(value, id);
        }
    }

    pub(super) fn build(mut self) -> Postings {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        let values = self.pairs.last().map_or(0, |(value, _)| *value as usize + 1);
        let mut postings = Postings::default();
        let mut starts = Vec::with_capacity(values + 1);
        let mut ids = Vec::new();
        let mut pairs = self.pairs.as_slice();
        for value in 0..values {
            starts.push(u32::try_from(ids.len()).expect("postings are counted in 32 bits"));
            let run = pairs.partition_point(|pair| pair.0 as usize <= value);
            let own = pairs[..run].iter().map(|pair| pair.1);
            if run >= BITMAP_FROM {
                let bitmap = RoaringBitmap::from_sorted_iter(own).expect("pairs are sorted and distinct");
                postings.bitmaps.insert(u32::try_from(value).expect("values are 32 bits"), bitmap);
            } else {
                ids.extend(own);
            }
            pairs = &pairs[run..];
        }
        starts.push(u32::try_from(ids.len()).expect("postings are counted in 32 bits"));
        postings.starts = starts.into();
        postings.ids = ids.into();
        postings
    }
}

/// Postings of values that are texts.
#[derive(Default)]
pub struct Terms {
    texts: Box<[Box<str>]>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    postings: Postings,
}

impl Terms {
    /// The ids of the records that have a text.
    pub fn get(&self, text: &str) -> Posting<'_> {
        let number = self.numbers.find(self.hasher.hash_one(text), |number| &*self.texts[*number as usize] == text);
        number.map_or(Posting::List(&[]), |number| self.postings.get(*number))
    }

    /// Every text with its ids, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Posting<'_>)> {
        self.texts.iter().zip(0..).map(|(text, number)| (&**text, self.postings.get(number)))
    }

    /// The text of a number; texts are numbered from 0.
    pub fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.len() + size_of::<Box<str>>()).sum();
        texts + self.numbers.allocation_size() + self.postings.memory_bytes()
    }
}

/// Gathers postings of texts.
#[derive(Default)]
pub(super) struct TermsBuilder {
    texts: Vec<Box<str>>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    postings: PostingsBuilder,
}

impl TermsBuilder {
    /// Adds a text of a record. The empty text is not a value.
    pub(super) fn add(&mut self, text: &str, id: Id) {
        if text.is_empty() {
            return;
        }
        let Self { texts, numbers, hasher, postings } = self;
        let entry = numbers.entry(
            hasher.hash_one(text),
            |number| &*texts[*number as usize] == text,
            |number| hasher.hash_one(&*texts[*number as usize]),
        );
        let next = u32::try_from(texts.len()).expect("distinct texts are counted in 32 bits");
        let number = *entry.or_insert(next).get();
        if number == next {
            texts.push(text.into());
        }
        postings.add(number, id);
    }

    /// The number of a text.
    pub(super) fn number(&self, text: &str) -> Option<u32> {
        self.numbers.find(self.hasher.hash_one(text), |number| &*self.texts[*number as usize] == text).copied()
    }

    pub(super) fn build(self) -> Terms {
        Terms { texts: self.texts.into(), numbers: self.numbers, hasher: self.hasher, postings: self.postings.build() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn set(posting: Posting<'_>) -> BTreeSet<Id> {
        let mut set = RoaringBitmap::new();
        posting.add_to(&mut set);
        assert_eq!(set.len(), posting.len());
        set.iter().collect()
    }

    #[test]
    fn a_posting_becomes_a_bitmap_at_its_threshold_and_says_the_same() {
        for count in [BITMAP_FROM - 1, BITMAP_FROM] {
            let mut builder = PostingsBuilder::default();
            let ids: BTreeSet<Id> = (0..Id::try_from(count).unwrap()).map(|id| id * 3).collect();
            for id in &ids {
                builder.add(7, *id);
            }
            let postings = builder.build();
            assert_eq!(matches!(postings.get(7), Posting::Bitmap(_)), count == BITMAP_FROM);
            assert_eq!(set(postings.get(7)), ids);
        }
    }

    proptest! {
        #[test]
        fn postings_hold_what_was_added(pairs in prop::collection::vec((0..9_u32, 0..50_u32), 0..200)) {
            let (mut numbers, mut texts) = (PostingsBuilder::default(), TermsBuilder::default());
            let mut expected: BTreeMap<u32, BTreeSet<Id>> = BTreeMap::new();
            for (value, id) in pairs {
                numbers.add(value, id);
                texts.add(&format!("value {value}"), id);
                expected.entry(value).or_default().insert(id);
            }
            let (numbers, texts) = (numbers.build(), texts.build());
            for value in 0..10 {
                let ids = expected.get(&value).cloned().unwrap_or_default();
                prop_assert_eq!(set(numbers.get(value)), ids.clone());
                prop_assert_eq!(set(texts.get(&format!("value {value}"))), ids);
            }
        }
    }
}
