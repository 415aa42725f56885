//! Limits the memory of responses that are made and not yet sent.
//!
//! A response is whole in memory from the time it is made until its peer has taken it. A few peers that ask for large
//! responses and read none would fill the memory long before they are cut off. A response that exceeds the limit is
//! refused once its size is known, so the memory in use is the limit and what the threads are about to make.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;

use super::Counts;
use crate::error::Error;

/// Pieces of up to this size, in bytes, are not counted: with as many calls as may be open they are little, and peers that
/// do not read must not keep small responses from those who do.
const UNCOUNTED_BYTES: usize = 32 << 10;

/// Retry delay of a call that was refused. Peers that read take a response of megabytes in less.
const RETRY: Duration = Duration::from_secs(1);

/// Most bytes of responses that are made and not yet sent.
pub(super) struct ResponseMemoryLimit {
    usage: Arc<Usage>,
    counts: Arc<Counts>,
}

struct Usage {
    limit: usize,
    bytes: AtomicUsize,
}

impl ResponseMemoryLimit {
    pub(super) fn new(limit: usize, counts: Arc<Counts>) -> Self {
        Self { usage: Arc::new(Usage { limit, bytes: AtomicUsize::new(0) }), counts }
    }

    /// Counts the data of a frame until their last byte is sent or dropped. An error if that exceeds the limit, unless no
    /// other response is counted.
    pub(super) fn admit_frame(&self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, Error> {
        match frame.into_data() {
            Ok(data) => self.admit(data).map(Frame::data),
            Err(trailers) => Ok(trailers),
        }
    }

    fn admit(&self, data: Bytes) -> Result<Bytes, Error> {
        let size = data.len();
        if size <= UNCOUNTED_BYTES {
            return Ok(data);
        }
        let before = self.usage.bytes.fetch_add(size, Ordering::Relaxed);
        let counted = Counted { data, usage: Arc::clone(&self.usage) };
        if before == 0 || before + size <= self.usage.limit {
            return Ok(Bytes::from_owner(counted));
        }
        self.counts.add_unsent();
        Err(Error::ResponseMemoryFull { limit: self.usage.limit, retry: RETRY })
    }
}

/// Data that count until they are dropped.
struct Counted {
    data: Bytes,
    usage: Arc<Usage>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.usage.bytes.fetch_sub(self.data.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(bytes: usize) -> (impl Fn(usize) -> Option<Bytes>, Arc<Counts>) {
        let counts = Arc::new(Counts::default());
        let limit = ResponseMemoryLimit::new(bytes, Arc::clone(&counts));
        (move |size| limit.admit(vec![7; size].into()).ok(), counts)
    }

    #[test]
    fn responses_fill_the_limit_to_its_last_byte_and_give_it_back_when_all_of_them_is_gone() {
        let (admit, counts) = limit(100_000);
        let mut one = admit(60_000).unwrap();
        let two = admit(40_000).unwrap();
        assert_eq!(admit(40_000), None);
        // A part of a response keeps all of it.
        let part = one.split_to(10_000);
        drop(one);
        assert_eq!(admit(40_000), None);
        drop(part);
        assert_eq!(admit(60_001), None, "one byte too many");
        assert_eq!(admit(60_000).unwrap().len(), 60_000);
        drop(two);
        assert_eq!(counts.unsent(), 3);
    }

    #[test]
    fn small_responses_are_always_admitted_and_so_is_one_that_is_alone() {
        let (admit, counts) = limit(1);
        let alone = admit(UNCOUNTED_BYTES + 1).unwrap();
        assert_eq!(admit(UNCOUNTED_BYTES + 1), None);
        let small = admit(UNCOUNTED_BYTES).unwrap();
        assert_eq!((alone.len(), small.len(), counts.unsent()), (UNCOUNTED_BYTES + 1, UNCOUNTED_BYTES, 1));
    }
}
