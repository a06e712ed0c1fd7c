//! A byte stream of one direction, whatever made it (TCP, TLS, HTTP/2): chunks, gaps, and where they came from.

use std::collections::VecDeque;

use crate::capture::Timestamp;

/// Which end point sent something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The end point that asked for the connection.
    Client,
    /// The end point that was asked.
    Server,
}

impl Side {
    /// Both, the client first.
    pub const BOTH: [Self; 2] = [Self::Client, Self::Server];

    /// The other end point.
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    /// 0 for the client, 1 for the server: the place in a pair held one for each side.
    pub fn index(self) -> usize {
        match self {
            Self::Client => 0,
            Self::Server => 1,
        }
    }

    /// `client` or `server`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// The packet that something is traced to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Packet number, counted from 1.
    pub packet: u64,
    /// When the packet was captured.
    pub time: Option<Timestamp>,
}

/// Bytes of one direction, in order.
#[derive(Clone, Copy, Debug)]
pub struct StreamChunk<'a> {
    /// Who sent them.
    pub side: Side,
    /// Offset of the first byte in the direction's stream.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Where the first byte stands, as [`Piece`](crate::packet::Piece) says.
    pub place: u64,
    /// The packet that carried them.
    pub origin: Origin,
    /// Offset in the other direction's stream up to which the sender had acknowledged when it sent them.
    pub acknowledged: Option<u64>,
}

impl StreamChunk<'_> {
    /// The chunk without its first `count` bytes.
    pub fn skip(self, count: usize) -> Self {
        let bytes = self.bytes.get(count..).unwrap_or_default();
        Self { offset: self.offset + count as u64, place: self.place + count as u64, bytes, ..self }
    }
}

impl StreamChunk<'_> {
    /// Where `length` of its bytes stand, from the one at `from` on.
    pub fn extent(&self, from: usize, length: u64) -> Extent {
        let from = from as u64;
        Extent { offset: self.offset + from, place: self.place + from, length, origin: self.origin }
    }
}

/// A chunk of its own: bytes that wait until they can be read.
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

    /// One without bytes.
    pub fn empty() -> Self {
        let origin = Origin { packet: 0, time: None };
        Self { offset: 0, bytes: Vec::new(), place: 0, origin, acknowledged: None }
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

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
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

/// A run of a direction's bytes that stands in one place of the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Offset of the first byte in the direction's stream.
    pub offset: u64,
    /// Where the first byte stands, as [`Piece`](crate::packet::Piece) says.
    pub place: u64,
    /// How many bytes.
    pub length: u64,
    /// The packet that carried them.
    pub origin: Origin,
}

impl Extent {
    /// Stream offset behind the last byte.
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }

    /// What of it lies between two stream offsets, of which at least one byte does.
    pub fn between(&self, from: u64, until: u64) -> Self {
        let offset = self.offset.max(from);
        let skipped = offset - self.offset;
        Self {
            offset,
            place: self.place + skipped,
            length: self.end().min(until) - offset,
            origin: self.origin,
        }
    }
}

/// Where the bytes of one direction stand, from the first one that is still needed on.
#[derive(Debug, Default)]
pub struct Extents {
    /// By stream offset; they never overlap.
    kept: VecDeque<Extent>,
    cut: Vec<Extent>,
}

impl Extents {
    /// The next bytes; nothing before the stream offset `floor` is needed any more.
    pub fn push(&mut self, chunk: &StreamChunk<'_>, floor: u64) {
        while self.kept.front().is_some_and(|extent| extent.end() <= floor) {
            self.kept.pop_front();
        }
        self.kept.push_back(chunk.extent(0, chunk.bytes.len() as u64));
    }

    /// The extents between two stream offsets.
    pub fn cut(&mut self, from: u64, until: u64) -> &[Extent] {
        let first = self.kept.partition_point(|extent| extent.end() <= from);
        let within = self.kept.range(first..).take_while(|extent| extent.offset < until);
        self.cut.clear();
        self.cut.extend(within.map(|extent| extent.between(from, until)));
        &self.cut
    }

    /// What they take, in bytes of memory.
    pub fn held(&self) -> usize {
        self.kept.len() * size_of::<Extent>()
    }
}

/// Why bytes are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapReason {
    /// The segment that carried them was not captured.
    Lost,
    /// The snap length cut them off.
    SnapLength,
    /// No packet of this direction was captured.
    Unseen,
    /// More was held behind the hole than `Limits::out_of_order`.
    OutOfOrderLimit,
}

/// Bytes of one direction that the capture does not hold.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// Whose bytes they were.
    pub side: Side,
    /// Offset of the first one in the direction's stream.
    pub offset: u64,
    /// How many.
    pub length: u64,
    /// Whether it is certain that they are so many: what is decrypted may have been padded.
    pub exact: bool,
    /// Why they are missing.
    pub reason: GapReason,
    /// The packet that made it certain.
    pub origin: Origin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents_are_cut_and_let_go_of() {
        let mut extents = Extents::default();
        let push = |extents: &mut Extents, offset, length, place, floor| {
            let bytes = vec![0; length];
            let origin = Origin { packet: place, time: None };
            let chunk =
                StreamChunk { side: Side::Client, offset, bytes: &bytes, place, origin, acknowledged: None };
            extents.push(&chunk, floor);
        };
        push(&mut extents, 100, 10, 1000, 100);
        push(&mut extents, 110, 10, 2000, 100);
        push(&mut extents, 130, 10, 3000, 100); // Behind a gap.
        let cut: Vec<_> =
            extents.cut(105, 132).iter().map(|each| (each.offset, each.place, each.length)).collect();
        assert_eq!(cut, [(105, 1005, 5), (110, 2000, 10), (130, 3000, 2)]);
        push(&mut extents, 140, 10, 4000, 115);
        assert_eq!(extents.cut(0, 120).len(), 1);
        assert_eq!(extents.cut(150, 160).len(), 0);
    }
}
