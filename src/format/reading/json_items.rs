//! Reads the elements of a JSON document one by one, in memory bounded by the largest element.
//!
//! A document may be a list, an object with a list under a known key, objects one after the other, or one object per
//! line. Each element is returned as its bytes, with the line on which it begins. An element that is not JSON is reported,
//! and reading continues where the next element seems to begin.

mod batch;
mod grammar;
mod walk;

use std::io::{self, BufRead, ErrorKind, Read};

use rayon::prelude::*;

use self::batch::Batch;
pub(in crate::format) use self::batch::{Item, ItemFault};
use self::walk::Walk;
use crate::format::records::{ReadLimits, skip_byte_order_mark};

/// Reads a document to its end. `parse` is called with each element, on all cores, and `take` with its results in the order
/// of the elements.
///
/// Elements are those of a list at the top level, those of the lists that an object at the top level has under the keys
/// in `lists`, and objects at the top level without such a list. The other members of an object with a list are ignored.
/// If reading fails, the complete elements before the failure are passed on first.
pub(in crate::format) fn read_items<T: Send>(
    input: &mut dyn BufRead,
    lists: &[&str],
    limits: &ReadLimits,
    parse: impl Fn(Item<'_>) -> T + Sync,
    mut take: impl FnMut(T),
) -> io::Result<()> {
    let (head, _) = skip_byte_order_mark(input)?;
    let mut items = Items {
        input: &mut head.as_slice().chain(input),
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

/// Feeds the bytes of the input to the walk.
struct Items<'i> {
    input: &'i mut dyn BufRead,
    walk: Walk<'i>,
    /// Bytes that have to be walked again before those of the input, and the number of those that were.
    again: Vec<u8>,
    again_taken: usize,
}

impl Items<'_> {
    /// Refills the batch, and returns whether there may be more elements. After an error the batch has the complete
    /// elements before it.
    fn fill(&mut self, batch: &mut Batch) -> io::Result<bool> {
        batch.clear();
        while !batch.is_full() {
            if self.again_taken < self.again.len() {
                let (taken, again) = self.walk.walk(&self.again[self.again_taken..], batch);
                self.again_taken += taken;
                // The element to be walked again began in these bytes, because a walk begins between elements.
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
