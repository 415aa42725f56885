//! Arena: encoded records, back to back in large chunks.

use bytes::Bytes;

/// Bytes of a chunk: large enough that a corpus has few chunks, small enough that the last one wastes little. Chunks are
/// never reallocated, so a load does not copy what it has written.
const CHUNK_BYTES: usize = 4 << 20;

/// The place of a record in an arena.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    chunk: u32,
    start: u32,
    len: u32,
}

impl Slot {
    /// The place of `len` bytes at `start` of a chunk.
    pub(super) fn in_chunk(chunk: u32, start: usize, len: usize) -> Self {
        let narrow = |value| u32::try_from(value).expect("a chunk is far below 4 GiB");
        Self { chunk, start: narrow(start), len: narrow(len) }
    }

    fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// Encoded records, immutable.
#[derive(Default)]
pub(crate) struct Arena {
    chunks: Vec<Bytes>,
}

impl Arena {
    /// Appends a chunk; its number.
    pub(super) fn push_chunk(&mut self, bytes: Vec<u8>) -> u32 {
        self.chunks.push(bytes.into());
        u32::try_from(self.chunks.len() - 1).expect("chunks of megabytes are fewer than 2^32")
    }

    /// The record, borrowed.
    pub(crate) fn slice(&self, slot: Slot) -> &[u8] {
        &self.chunks[slot.chunk as usize][slot.range()]
    }

    /// The first `len` bytes of the record, shared.
    pub(crate) fn share(&self, slot: Slot, len: usize) -> Bytes {
        let start = slot.start as usize;
        self.chunks[slot.chunk as usize].slice(start..start + len)
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.chunks.iter().map(Bytes::len).sum()
    }
}

/// Writes an arena.
#[derive(Default)]
pub(super) struct ArenaWriter {
    full: Arena,
    /// The chunk being written.
    open: Vec<u8>,
}

impl ArenaWriter {
    /// Appends a record of `len` bytes, which `write` appends to the buffer.
    pub(super) fn push(&mut self, len: usize, write: impl FnOnce(&mut Vec<u8>)) -> Slot {
        if self.open.len() + len > self.open.capacity() {
            self.seal();
            self.open.reserve_exact(len.max(CHUNK_BYTES));
        }
        let start = self.open.len();
        write(&mut self.open);
        debug_assert_eq!(self.open.len(), start + len, "`write` appends `len` bytes");
        let chunk = u32::try_from(self.full.chunks.len()).expect("chunks of megabytes are fewer than 2^32");
        Slot::in_chunk(chunk, start, len)
    }

    pub(super) fn slice(&self, slot: Slot) -> &[u8] {
        match self.full.chunks.get(slot.chunk as usize) {
            Some(chunk) => &chunk[slot.range()],
            None => &self.open[slot.range()],
        }
    }

    /// Bytes written.
    pub(super) fn len(&self) -> usize {
        self.full.memory_bytes() + self.open.len()
    }

    fn seal(&mut self) {
        if !self.open.is_empty() {
            let mut chunk = std::mem::take(&mut self.open);
            chunk.shrink_to_fit();
            self.full.push_chunk(chunk);
        }
    }

    pub(super) fn finish(mut self) -> Arena {
        self.seal();
        self.full
    }
}
