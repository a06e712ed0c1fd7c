//! Holds the segments of one direction that came before their turn, and decides between copies that differ.

use std::collections::BTreeMap;

use crate::stream::Origin;

/// Bytes held behind a hole, with what is needed to deliver them later.
#[derive(Debug)]
pub struct Held {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where the first one stands, as [`Piece`](crate::packet::Piece) says.
    pub place: u64,
    /// The packet that carried them.
    pub origin: Origin,
    /// What their sender had acknowledged.
    pub acknowledged: Option<u64>,
    /// Payload bytes behind `bytes` that the snap length cut.
    pub cut: u64,
}

/// Segments by stream offset. They never overlap; the first copy of a byte stays.
#[derive(Debug, Default)]
pub struct Assembler {
    held: BTreeMap<u64, Held>,
    bytes: usize,
}

/// Bytes for which a segment costs more than its payload: a flood of tiny segments must reach the limit too.
const SEGMENT_OVERHEAD: usize = 128;

impl Assembler {
    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// What is held, in bytes of memory.
    pub fn size(&self) -> usize {
        self.bytes
    }

    /// Offset of the first byte held.
    pub fn first(&self) -> Option<u64> {
        self.held.first_key_value().map(|(&offset, _)| offset)
    }

    /// The packet that carried the first segment.
    pub fn first_packet(&self) -> Option<u64> {
        self.held.first_key_value().map(|(_, held)| held.origin.packet)
    }

    /// Offset behind the last byte held.
    pub fn end(&self) -> Option<u64> {
        self.held.last_key_value().map(|(&offset, held)| offset + held.bytes.len() as u64)
    }

    /// Takes out the first segment.
    pub fn pop(&mut self) -> Option<(u64, Held)> {
        let (offset, held) = self.held.pop_first()?;
        self.bytes -= held.bytes.len() + SEGMENT_OVERHEAD;
        Some((offset, held))
    }

    /// The first offset at which `bytes` differ from what is held.
    pub fn differs(&self, offset: u64, bytes: &[u8]) -> Option<u64> {
        let end = offset + bytes.len() as u64;
        self.held
            .range(..end)
            .rev()
            .take_while(|(start, held)| *start + held.bytes.len() as u64 > offset)
            .find_map(|(&start, held)| {
                let (from, to) = (offset.max(start), end.min(start + held.bytes.len() as u64));
                let (mine, theirs) = (slice(bytes, offset, from, to), slice(&held.bytes, start, from, to));
                mine.iter().zip(theirs).position(|(a, b)| a != b).map(|place| from + place as u64)
            })
    }

    /// Holds `segment` at `offset`, less what is held already; `Some(offset)` is the first byte in which it differs
    /// from what was held.
    pub fn insert(&mut self, offset: u64, segment: Held) -> Option<u64> {
        let Held { bytes, place, origin, acknowledged, cut } = segment;
        let end = offset + bytes.len() as u64;
        let mut conflict = None;
        let mut at = offset;
        // What is held and overlaps: at most one that begins before, and those that begin within.
        let before = self.held.range(..=offset).next_back().map(|(&start, _)| start);
        let within: Vec<u64> = before
            .into_iter()
            .chain(
                self.held.range(offset.saturating_add(1)..end.max(offset.saturating_add(1))).map(|(&s, _)| s),
            )
            .collect();
        let mut pieces = Vec::new();
        for start in within {
            let Some(other) = self.held.get(&start) else { continue };
            let other_end = start + other.bytes.len() as u64;
            if other_end <= at || start >= end {
                continue;
            }
            if start > at {
                pieces.push((at, start));
            }
            let (from, to) = (at.max(start), end.min(other_end));
            let (mine, theirs) = (slice(&bytes, offset, from, to), slice(&other.bytes, start, from, to));
            if conflict.is_none() && mine != theirs {
                let differs = mine.iter().zip(theirs).position(|(a, b)| a != b).unwrap_or(0);
                conflict = Some(from + differs as u64);
            }
            at = to;
        }
        if at < end || (bytes.is_empty() && cut > 0 && !self.held.contains_key(&offset)) {
            pieces.push((at, end));
        }
        for (from, to) in pieces {
            let piece = slice(&bytes, offset, from, to).to_vec();
            self.bytes += piece.len() + SEGMENT_OVERHEAD;
            let cut = if to == end { cut } else { 0 };
            let place = place + (from - offset);
            // Nothing but what the snap length cut may stand there already.
            if let Some(cut) = self.held.insert(from, Held { bytes: piece, place, origin, acknowledged, cut })
            {
                self.bytes -= cut.bytes.len() + SEGMENT_OVERHEAD;
            }
        }
        conflict
    }
}

/// The part of `bytes`, which begin at `start`, between the offsets `from` and `to`.
pub fn slice(bytes: &[u8], start: u64, from: u64, to: u64) -> &[u8] {
    let place = |offset: u64| usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX);
    bytes.get(place(from)..place(to)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(segments: &[(u64, &str)], expected: &[(u64, &str)], conflict: Option<u64>) {
        let mut assembler = Assembler::default();
        let mut found = None;
        for (offset, text) in segments {
            let held = Held {
                bytes: text.as_bytes().to_vec(),
                place: 0,
                origin: Origin { packet: 1, time: None },
                acknowledged: None,
                cut: 0,
            };
            found = found.or(assembler.insert(*offset, held));
        }
        let mut got = Vec::new();
        while let Some((offset, held)) = assembler.pop() {
            got.push((offset, String::from_utf8(held.bytes).unwrap()));
        }
        let expected: Vec<_> = expected.iter().map(|(offset, text)| (*offset, text.to_string())).collect();
        assert_eq!(got, expected);
        assert_eq!(found, conflict);
        assert_eq!(assembler.size(), 0);
    }

    #[test]
    fn counts_what_takes_the_place_of_a_cut_segment_once() {
        let mut assembler = Assembler::default();
        let origin = Origin { packet: 1, time: None };
        let held =
            |bytes: &[u8], cut| Held { bytes: bytes.to_vec(), place: 0, origin, acknowledged: None, cut };
        assembler.insert(5, held(b"", 7));
        assembler.insert(5, held(b"fghijkl", 0));
        assert_eq!(
            assembler.pop().map(|(offset, held)| (offset, held.bytes)),
            Some((5, b"fghijkl".to_vec()))
        );
        assert!(assembler.is_empty());
        assert_eq!(assembler.size(), 0);
    }

    #[test]
    fn keeps_the_first_copy_of_every_byte() {
        check(&[(5, "fgh"), (2, "cd")], &[(2, "cd"), (5, "fgh")], None);
        check(&[(5, "fgh"), (3, "deFg")], &[(3, "de"), (5, "fgh")], Some(5));
        check(&[(5, "fgh"), (6, "ghij")], &[(5, "fgh"), (8, "ij")], None);
        check(
            &[(5, "f"), (8, "i"), (3, "defghij")],
            &[(3, "de"), (5, "f"), (6, "gh"), (8, "i"), (9, "j")],
            None,
        );
        check(&[(3, "defghij"), (5, "fX")], &[(3, "defghij")], Some(6));
        check(&[(3, "de"), (3, "de")], &[(3, "de")], None);
    }
}
