//! Filters as tantivy sees them: a query that a set of ids answers, and a collector that gathers one.

use std::fmt;
use std::sync::Arc;

use roaring::RoaringBitmap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentOrdinal, SegmentReader, TERMINATED};

/// A query that matches the records of a set with a score of 0: it filters and does not rank.
#[derive(Clone)]
pub(super) struct Within {
    ids: Arc<RoaringBitmap>,
}

impl Within {
    pub(super) fn new(ids: RoaringBitmap) -> Self {
        Self { ids: Arc::new(ids) }
    }
}

impl fmt::Debug for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Within({} ids)", self.ids.len())
    }
}

impl Query for Within {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Within {
    fn scorer(&self, _: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(WithinScorer { at: self.ids.min().unwrap_or(TERMINATED), ids: Arc::clone(&self.ids) }))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("within the filter", 0.0))
    }
}

struct WithinScorer {
    ids: Arc<RoaringBitmap>,
    at: DocId,
}

impl DocSet for WithinScorer {
    fn advance(&mut self) -> DocId {
        self.seek(self.at.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.at =
            if self.ids.contains(target) { target } else { self.ids.range(target..).next().unwrap_or(TERMINATED) };
        self.at
    }

    fn doc(&self) -> DocId {
        self.at
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.ids.len()).unwrap_or(u32::MAX)
    }
}

impl Scorer for WithinScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}

/// Collects the ids of all matches.
pub(super) struct All;

impl Collector for All {
    type Fruit = RoaringBitmap;
    type Child = AllIds;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<AllIds> {
        Ok(AllIds(vec![0; segment.max_doc().div_ceil(8) as usize]))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<RoaringBitmap>) -> tantivy::Result<RoaringBitmap> {
        Ok(segments.into_iter().fold(RoaringBitmap::new(), |all, segment| all | segment))
    }
}

/// One bit per id, because a union of postings can return documents out of order.
pub(super) struct AllIds(Vec<u8>);

impl SegmentCollector for AllIds {
    type Fruit = RoaringBitmap;

    fn collect(&mut self, id: DocId, _: Score) {
        self.0[id as usize / 8] |= 1 << (id % 8);
    }

    fn harvest(self) -> RoaringBitmap {
        RoaringBitmap::from_lsb0_bytes(0, &self.0)
    }
}
