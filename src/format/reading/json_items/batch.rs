//! Elements of a JSON document, and batches of them.

use std::ops::Range;

use crate::model::Code;

/// An element of a document.
pub(in crate::format) struct Item<'b> {
    /// Line on which it begins, from 1.
    pub(in crate::format) line: u32,
    /// Number of the document whose list it is in; None for an element at the top level. The lists of one object are one
    /// document.
    pub(in crate::format) document: Option<u32>,
    /// The bytes of the element. Its brackets, commas and quotation marks are valid JSON; its values are not checked.
    pub(in crate::format) content: Result<&'b [u8], &'b ItemFault>,
}

/// Why an element cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::format) enum ItemFault {
    /// It has more bytes than the limit.
    TooLong {
        /// Its number of bytes.
        bytes: u64,
        /// The maximum number of bytes.
        limit: usize,
    },
    /// It is not JSON; the reason.
    Broken(String),
}

impl ItemFault {
    /// The code and message of its finding.
    pub(in crate::format) fn finding(&self) -> (Code, String) {
        match self {
            Self::TooLong { bytes, limit } => {
                (Code::LineTooLong, format!("the element has {bytes} bytes, the maximum is {limit}"))
            }
            Self::Broken(reason) => (Code::NotJson, reason.clone()),
        }
    }
}

/// A batch ends with the element that reaches this number of bytes.
const BATCH_BYTES: usize = 1 << 20;
/// Maximum elements of a batch, because a batch of tiny elements would become too many records at once.
const BATCH_ITEMS: usize = 4096;

/// Elements that were read together. The memory is reused for the next batch.
#[derive(Default)]
pub(super) struct Batch {
    /// The complete elements, followed by the open element, which is being read.
    bytes: Vec<u8>,
    /// Start of the open element.
    start: usize,
    places: Vec<Place>,
}

/// The place of an element in its batch.
pub(super) struct Place {
    line: u32,
    document: Option<u32>,
    content: Result<Range<usize>, ItemFault>,
}

impl Batch {
    /// The places of the complete elements.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// An element of this batch.
    pub(super) fn item<'b>(&'b self, place: &'b Place) -> Item<'b> {
        let content = place.content.as_ref().map(|range| &self.bytes[range.clone()]);
        Item { line: place.line, document: place.document, content }
    }

    /// Removes the complete elements and keeps the open one.
    pub(super) fn clear(&mut self) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.places.clear();
    }

    pub(super) fn is_full(&self) -> bool {
        self.start >= BATCH_BYTES || self.places.len() >= BATCH_ITEMS
    }

    /// Appends bytes to the open element.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The bytes of the open element.
    pub(super) fn open(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Removes the bytes of the open element.
    pub(super) fn drop_open(&mut self) {
        self.bytes.truncate(self.start);
    }

    /// Completes the open element.
    pub(super) fn push(&mut self, line: u32, document: Option<u32>) {
        self.places.push(Place { line, document, content: Ok(self.start..self.bytes.len()) });
        self.start = self.bytes.len();
    }

    /// Replaces the open element by a fault.
    pub(super) fn push_fault(&mut self, line: u32, document: Option<u32>, fault: ItemFault) {
        self.drop_open();
        self.places.push(Place { line, document, content: Err(fault) });
    }
}
