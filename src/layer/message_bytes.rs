//! Counts the bytes of gRPC messages in a body.

use crate::rpc::PREFIX_BYTES;

/// Counts the bytes of the messages in a body as they are on the wire, compressed or not. Their prefixes are not counted.
#[derive(Debug, Default)]
pub(super) struct MessageBytes {
    total: u64,
    /// Bytes of the current message that are still to come.
    rest: u64,
    /// Bytes of the current prefix that have come.
    prefix: usize,
    /// The length in the current prefix, as far as its bytes have come.
    length: u64,
}

impl MessageBytes {
    /// The bytes so far.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Counts the next piece of the body.
    pub(super) fn count(&mut self, mut piece: &[u8]) {
        while let Some(&first) = piece.first() {
            if self.rest > 0 {
                let here = self.rest.min(piece.len() as u64);
                self.total += here;
                self.rest -= here;
                piece = &piece[usize::try_from(here).expect("it is no longer than the piece")..];
                continue;
            }
            // The flag comes first and the length after it.
            if self.prefix > 0 {
                self.length = self.length << 8 | u64::from(first);
            }
            self.prefix += 1;
            if self.prefix == PREFIX_BYTES {
                (self.rest, self.length, self.prefix) = (self.length, 0, 0);
            }
            piece = &piece[1..];
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn messages_count_without_their_prefixes_however_they_are_cut(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..600), 0..5),
            piece in 1_usize..700,
        ) {
            let mut body = Vec::new();
            for message in &messages {
                body.push(1);
                body.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
                body.extend(message);
            }
            let mut counted = MessageBytes::default();
            body.chunks(piece).for_each(|piece| counted.count(piece));
            let expected: usize = messages.iter().map(Vec::len).sum();
            prop_assert_eq!(counted.total(), expected as u64);
        }
    }
}
