//! The elements of a document, in order, with those held back that refer to objects further on.

use std::collections::{HashSet, VecDeque};

use super::links::Identified;
use super::{Content, Element, Read, reviews_of};

/// Bytes that an element which waits takes at least, whatever its text has.
const MIN_WAITING_BYTES: usize = 256;

/// The document that is read now: the objects in it that can be referred to, and the elements that wait for some.
pub(super) struct Document<F> {
    number: Option<u32>,
    identified: Identified,
    /// Elements that are not handed over yet, in order: the first one waits, and the others come after it.
    waiting: VecDeque<Element>,
    waiting_bytes: usize,
    /// What the first one waits for.
    wanted: HashSet<String>,
    /// Most bytes of the elements that wait, and most of the objects that can be referred to.
    most_bytes: usize,
    hand_over: F,
}

impl<F: FnMut(u32, Content)> Document<F> {
    pub(super) fn new(most_bytes: usize, hand_over: F) -> Self {
        Self {
            number: None,
            identified: Identified::default(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            wanted: HashSet::new(),
            most_bytes,
            hand_over,
        }
    }

    /// Takes the next element, and hands over what need not wait any more.
    pub(super) fn take(&mut self, mut element: Element) {
        if element.document.is_none() || element.document != self.number {
            self.end();
            self.number = element.document;
        }
        let identified = std::mem::take(&mut element.identified);
        let brings_wanted = identified.has_any_of(&self.wanted);
        self.identified.extend(identified, self.most_bytes);
        self.waiting_bytes += waiting_bytes(&element);
        self.waiting.push_back(element);
        if self.waiting.len() == 1 || brings_wanted {
            self.release();
        }
        // What does not come within so many bytes is not waited for.
        while self.waiting_bytes > self.most_bytes && !self.waiting.is_empty() {
            self.hand_over_first();
            self.release();
        }
    }

    /// Hands over everything: nothing comes that could be waited for.
    pub(super) fn end(&mut self) {
        while !self.waiting.is_empty() {
            self.hand_over_first();
        }
        self.identified = Identified::default();
        self.wanted.clear();
    }

    /// Hands over the elements up to the first that waits for something.
    fn release(&mut self) {
        self.wanted.clear();
        while let Some(first) = self.waiting.front() {
            if let Read::Linked(json) = &first.read {
                self.wanted = self.identified.wanted(json);
            }
            if !self.wanted.is_empty() {
                return;
            }
            self.hand_over_first();
        }
    }

    fn hand_over_first(&mut self) {
        let Some(element) = self.waiting.pop_front() else { return };
        self.waiting_bytes -= waiting_bytes(&element);
        let content = match element.read {
            Read::Whole(content) => content,
            Read::Linked(mut json) => {
                self.identified.follow(&mut json);
                reviews_of(&json)
            }
        };
        (self.hand_over)(element.line, content);
    }
}

fn waiting_bytes(element: &Element) -> usize {
    element.bytes.max(MIN_WAITING_BYTES)
}
