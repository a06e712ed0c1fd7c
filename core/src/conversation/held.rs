//! Bytes that wait until it is known what they are.

use crate::stream::{Origin, Side, StreamChunk};

/// A chunk of its own.
#[derive(Clone, Debug)]
pub struct HeldChunk {
    offset: u64,
    bytes: Vec<u8>,
    place: u64,
    origin: Origin,
    acknowledged: Option<u64>,
}

impl HeldChunk {
    /// Copies a chunk.
    pub fn of(chunk: StreamChunk<'_>) -> Self {
        let StreamChunk { offset, bytes, place, origin, acknowledged, .. } = chunk;
        Self { offset, bytes: bytes.to_vec(), place, origin, acknowledged }
    }

    /// The chunk again.
    pub fn chunk(&self, side: Side) -> StreamChunk<'_> {
        let Self { offset, bytes, place, origin, acknowledged } = self;
        let (offset, place, origin, acknowledged) = (*offset, *place, *origin, *acknowledged);
        StreamChunk { side, offset, bytes, place, origin, acknowledged }
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What its sender had acknowledged.
    pub fn acknowledged(&self) -> Option<u64> {
        self.acknowledged
    }

    /// Drops the first `count` bytes.
    pub fn drop_front(&mut self, count: usize) {
        let count = count.min(self.bytes.len());
        self.bytes.drain(..count);
        self.offset += count as u64;
        self.place += count as u64;
    }

    /// Offset of its first byte.
    pub fn offset(&self) -> u64 {
        self.offset
    }
}
