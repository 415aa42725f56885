//! The elements of a JSON document, one after the other, in memory bounded by the largest.
//!
//! A feed may be a bare list, an object that holds the list under a known key, objects one after the other, or one a
//! line. Whatever it is, each element is handed over as the bytes it consists of, with the line on which it begins. An
//! element that is not JSON is reported, and reading goes on where the next one seems to begin.

mod batch;
mod grammar;
mod resume;
mod walk;

use std::io::{self, BufRead, ErrorKind, Read};

use rayon::prelude::*;

use self::batch::Batch;
use self::walk::Walk;
use super::{BYTE_ORDER_MARK, Parsed, ReadLimits};
use crate::model::Code;

/// An element of a document.
pub(super) struct Item<'b> {
    /// Line on which it begins, counted from 1.
    pub(super) line: u32,
    /// Number of the document whose list it stands in; None where it stands at the top, by itself. The lists of one object
    /// are one document.
    pub(super) document: Option<u32>,
    /// The element, which is JSON as far as brackets, commas and quotation marks go.
    pub(super) content: Result<&'b [u8], &'b ItemFault>,
}

/// What kept an element from being handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ItemFault {
    /// It has more bytes than the limit.
    TooLong {
        /// How many it has.
        bytes: u64,
        /// How many it may have.
        limit: usize,
    },
    /// It is not JSON. Why, in a sentence.
    Broken(String),
}

impl ItemFault {
    /// The fault as readers hand it on.
    pub(super) fn parsed(&self, line: u32) -> Parsed {
        match self {
            Self::TooLong { bytes, limit } => {
                Parsed::finding(line, Code::LineTooLong, format!("{bytes} bytes are more than {limit}"))
            }
            Self::Broken(reason) => Parsed::finding(line, Code::NotJson, reason.clone()),
        }
    }
}

/// Reads a document to its end. `parse` is given each element, on all cores; `take` gets what it made of them, in order.
///
/// Elements are those of a list at the top, of the lists that an object at the top has under one of the keys in `lists`,
/// and objects at the top that have no such list. What else such an object has beside its lists is left out. Where
/// reading fails half-way, everything that stood complete before is handed over first.
pub(super) fn read_items<T: Send>(
    input: &mut dyn BufRead,
    lists: &[&str],
    limits: &ReadLimits,
    parse: impl Fn(Item<'_>) -> T + Sync,
    mut take: impl FnMut(T),
) -> io::Result<()> {
    let mut head = Vec::with_capacity(BYTE_ORDER_MARK.len());
    (&mut *input).take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut head)?;
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&head);
    let mut items = Items {
        input: &mut head.chain(input),
        walk: Walk::new(lists, limits.max_line_bytes),
        again: Vec::new(),
        again_taken: 0,
    };
    let mut batch = Batch::default();
    loop {
        let more = items.fill(&mut batch);
        let parsed: Vec<T> = batch.places().par_iter().map(|place| parse(batch.item(place))).collect();
        parsed.into_iter().for_each(&mut take);
        if !more? {
            return Ok(());
        }
    }
}

/// Feeds the walk.
struct Items<'i> {
    input: &'i mut dyn BufRead,
    walk: Walk<'i>,
    /// Bytes to be walked before those of the input, since they were walked wrongly, and how many of them are done.
    again: Vec<u8>,
    again_taken: usize,
}

impl Items<'_> {
    /// Refills the batch, and tells whether there may be more. On an error the batch holds the elements that were
    /// complete before it.
    fn fill(&mut self, batch: &mut Batch) -> io::Result<bool> {
        batch.clear();
        while !batch.is_full() {
            if self.again_taken < self.again.len() {
                let (taken, again) = self.walk.walk(&self.again[self.again_taken..], batch);
                self.again_taken += taken;
                // What has to be walked again began in here: a walk begins between elements.
                self.again_taken -= again.map_or(0, |again| again.len());
                continue;
            }
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                match self.walk.end(batch) {
                    Some(again) => (self.again, self.again_taken) = (again, 0),
                    None => return Ok(false),
                }
                continue;
            }
            let (taken, again) = self.walk.walk(chunk, batch);
            match again {
                Some(again) if again.len() <= taken => self.input.consume(taken - again.len()),
                again => {
                    self.input.consume(taken);
                    (self.again, self.again_taken) = (again.unwrap_or_default(), 0);
                }
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
