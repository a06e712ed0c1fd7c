//! How packets of the capture are read again: where some of them begin, what tells how to read those, and where the
//! bytes of datagrams stand that were joined from fragments.

use std::collections::BTreeMap;

use super::log::Log;
use crate::capture::CapturedPacket;
use crate::packet::Piece;

/// Bytes of the capture between two packets whose place is kept.
const STEP: u64 = 1 << 20;
/// Bytes of sections and interfaces that are kept; behind them packets cannot be read again.
const KEPT: usize = 16 << 20;

/// How packets are read again.
#[derive(Debug, Default)]
pub struct Structure {
    /// Place of a record or block, and the number of its packet; ascending.
    marks: Log<(u64, u64)>,
    next: u64,
    /// Place and bytes of file headers, sections and interfaces.
    parts: Vec<(u64, Box<[u8]>)>,
    size: usize,
    /// Place of a run of a joined datagram → where its bytes stand, and how many.
    pieces: BTreeMap<u64, (u64, u64)>,
}

impl Structure {
    pub(super) fn packet(&mut self, packet: &CapturedPacket<'_>) {
        if packet.record >= self.next {
            self.marks.push((packet.record, packet.number));
            self.next = packet.record + STEP;
        }
    }

    pub(super) fn add(&mut self, place: u64, bytes: &[u8]) {
        self.size += bytes.len();
        self.next = 0; // The packets behind it are not to be read with what is before it.
        if self.size <= KEPT {
            self.parts.push((place, bytes.into()));
        }
    }

    pub(super) fn join(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            self.pieces.insert(piece.joined, (piece.place, piece.length));
        }
    }

    /// The last place of a packet that is known and not behind `place`, and the packet's number.
    pub fn mark_before(&self, place: u64) -> Option<(u64, u64)> {
        let (mut low, mut high) = (0, self.marks.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.marks.get(middle).is_some_and(|(mark, _)| *mark <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.marks.get(low.checked_sub(1)?).copied()
    }

    /// The file header, or the section and its interfaces, that hold at `place`; `None` where not all is kept.
    pub fn before(&self, place: u64) -> Option<impl Iterator<Item = &[u8]>> {
        if self.size > KEPT {
            return None;
        }
        let end = self.parts.partition_point(|(at, _)| *at < place);
        let parts = self.parts.get(..end)?;
        // A section begins with its own header, and so does a file.
        let begins = |bytes: &[u8]| !bytes.starts_with(&[1, 0, 0, 0]) && !bytes.starts_with(&[0, 0, 0, 1]);
        let start = parts.iter().rposition(|(_, bytes)| begins(bytes)).unwrap_or(0);
        Some(parts.get(start..)?.iter().map(|(_, bytes)| &**bytes))
    }

    /// Where the bytes of a run really stand: calls `each` with a place in the capture and a length, in order.
    pub fn resolve(&self, place: u64, length: u64, each: &mut impl FnMut(u64, u64)) {
        if place < Piece::JOINED {
            return each(place, length);
        }
        let (mut at, end) = (place, place.saturating_add(length));
        while at < end {
            let piece = self.pieces.range(..=at).next_back();
            let Some((&start, &(stands, size))) = piece.filter(|(start, (_, size))| at < **start + *size)
            else {
                return; // Not reached: every byte of a joined datagram has its piece.
            };
            let count = (end - at).min(start + size - at);
            self.resolve(stands + (at - start), count, each);
            at += count;
        }
    }
}
