//! A stretch of the capture as it goes to the threads: its packets, without copying their bytes.

use std::sync::Arc;

use crate::capture::{CapturedPacket, Timestamp};
use crate::packet::{Flags, Flow, Segment};
use crate::stream::Origin;

/// A stretch of the capture: what all lanes are given.
#[derive(Debug, Default)]
pub struct Stretch {
    /// The bytes that packets stand in.
    pub blocks: Vec<Arc<Vec<u8>>>,
    /// Which of them are the next bytes of the capture, from where on, and their place.
    pub bytes: Vec<(usize, usize, u64)>,
    /// The number of its last segment, or of the last one before it.
    pub now: u64,
}

/// A packet of one lane.
#[derive(Debug)]
pub struct Item {
    number: u64,
    time: Option<Timestamp>,
    place: u64,
    block: u32,
    from: u32,
    length: u32,
    /// What only the layers could read.
    segment: Option<Box<OwnedSegment>>,
}

/// A segment with its bytes.
#[derive(Debug)]
pub struct OwnedSegment {
    flow: Flow,
    sequence: u32,
    acknowledgement: u32,
    flags: Flags,
    window: u16,
    hop_limit: u8,
    place: u64,
    cut: u32,
    /// Header and payload, or the payload alone where the datagram was cut.
    bytes: Vec<u8>,
    /// Where the payload begins; `None`: with the first byte, and there is no header.
    header: Option<usize>,
}

impl Item {
    /// A packet whose bytes stand in a block of its stretch.
    #[inline(always)]
    pub fn plain(packet: &CapturedPacket<'_>, block: usize, from: usize) -> Option<Self> {
        Some(Self {
            number: packet.number,
            time: packet.time,
            place: packet.offset,
            block: u32::try_from(block).ok()?,
            from: u32::try_from(from).ok()?,
            length: u32::try_from(packet.data.len()).ok()?,
            segment: None,
        })
    }

    /// A segment that was read already.
    pub fn of(origin: Origin, segment: &Segment<'_>) -> Self {
        let bytes = segment.tcp.unwrap_or(segment.payload);
        let header = segment.tcp.map(|tcp| tcp.len() - segment.payload.len());
        let owned = OwnedSegment {
            flow: segment.flow,
            sequence: segment.sequence,
            acknowledgement: segment.acknowledgement,
            flags: segment.flags,
            window: segment.window,
            hop_limit: segment.hop_limit,
            place: segment.place,
            cut: segment.cut,
            bytes: bytes.to_vec(),
            header,
        };
        Self {
            number: origin.packet,
            time: origin.time,
            place: 0,
            block: 0,
            from: 0,
            length: 0,
            segment: Some(Box::new(owned)),
        }
    }

    /// Its packet.
    pub fn origin(&self) -> Origin {
        Origin { packet: self.number, time: self.time }
    }

    /// The packet again, as far as a glance needs it; one of no bytes if the segment was read already.
    #[inline(always)]
    pub fn packet<'a>(&self, stretch: &'a Stretch) -> CapturedPacket<'a> {
        let from = self.from as usize;
        let data = stretch
            .blocks
            .get(self.block as usize)
            .and_then(|block| block.get(from..from + self.length as usize));
        CapturedPacket::ethernet(self.number, self.time, self.place, data.unwrap_or_default())
    }

    /// The segment that was read already.
    pub fn segment(&self) -> Option<Segment<'_>> {
        self.segment.as_deref().map(OwnedSegment::borrowed)
    }
}

impl OwnedSegment {
    fn borrowed(&self) -> Segment<'_> {
        Segment {
            flow: self.flow,
            sequence: self.sequence,
            acknowledgement: self.acknowledgement,
            flags: self.flags,
            window: self.window,
            hop_limit: self.hop_limit,
            payload: self.bytes.get(self.header.unwrap_or(0)..).unwrap_or_default(),
            place: self.place,
            cut: self.cut,
            tcp: self.header.map(|_| self.bytes.as_slice()),
        }
    }
}
