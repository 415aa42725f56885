//! Elements that were read together.

use std::ops::Range;

use super::{Item, ItemFault};

/// A batch ends with the element that reaches this many bytes: enough work for all cores, little enough to wait for.
const BATCH_BYTES: usize = 1 << 20;
/// Most elements of a batch, so that a batch of tiny ones does not become a great number of records.
const BATCH_ITEMS: usize = 4096;

/// Elements that were read together. Its memory is used again for the next batch.
#[derive(Default)]
pub(super) struct Batch {
    /// The elements, then what there is of the one that is being read.
    bytes: Vec<u8>,
    /// Where the one begins that is being read.
    start: usize,
    places: Vec<Place>,
}

/// Where an element is.
pub(super) struct Place {
    line: u32,
    document: Option<u32>,
    content: Result<Range<usize>, ItemFault>,
}

impl Batch {
    /// Where the elements are.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// An element of this batch.
    pub(super) fn item<'b>(&'b self, place: &'b Place) -> Item<'b> {
        let content = place.content.as_ref().map(|range| &self.bytes[range.clone()]);
        Item { line: place.line, document: place.document, content }
    }

    /// Forgets the elements, but not what there is of the one that is being read.
    pub(super) fn clear(&mut self) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.places.clear();
    }

    pub(super) fn is_full(&self) -> bool {
        self.start >= BATCH_BYTES || self.places.len() >= BATCH_ITEMS
    }

    /// Adds to the element that is being read.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// What there is of the element that is being read.
    pub(super) fn open(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Forgets what there is of the element that is being read.
    pub(super) fn drop_open(&mut self) {
        self.bytes.truncate(self.start);
    }

    /// The element that is being read is complete.
    pub(super) fn push(&mut self, line: u32, document: Option<u32>) {
        self.places.push(Place { line, document, content: Ok(self.start..self.bytes.len()) });
        self.start = self.bytes.len();
    }

    /// The element that is being read is none.
    pub(super) fn push_fault(&mut self, line: u32, document: Option<u32>, fault: ItemFault) {
        self.drop_open();
        self.places.push(Place { line, document, content: Err(fault) });
    }
}
