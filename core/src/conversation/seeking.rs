//! Looks for the place where frames begin again: after a gap, or where a capture begins in the middle.

use crate::diagnostic::{Code, Finding};
use crate::stream::{Gap, GapReason, HeldChunk, Origin, Side, StreamChunk};
use crate::websocket::resync::{self, Expectation, Found};

use super::direction::{Compression, describe};

/// Bytes held while no place is found; the older half goes then.
const HELD: usize = 256 << 10;
/// What a chunk costs beside its bytes.
const ITEM: usize = 128;

/// How much evidence is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// More bytes may come: only what is certain.
    WaitForCertain,
    /// No more will come.
    TakeLikely,
}

/// Bytes whose framing is not known.
#[derive(Debug)]
pub struct Seeking {
    side: Side,
    expectation: Expectation,
    gap: Option<Gap>,
    chunks: Vec<HeldChunk>,
    held: usize,
    /// What is held costs so much memory.
    cost: usize,
    dropped: u64,
    /// Searching is put off until so much is held: its work then grows with the bytes, not with the segments.
    next_try: usize,
}

/// The place is found.
#[derive(Debug)]
pub struct TakenUp {
    /// What to say of the gap, if there was one.
    pub finding: Option<(Origin, Finding)>,
    /// The bytes from there.
    pub chunks: Vec<HeldChunk>,
}

impl Seeking {
    /// Frames of `side` begin somewhere in what follows, after `gap` if there was one.
    pub fn new(side: Side, compression: Compression, gap: Option<Gap>) -> Self {
        let expectation =
            Expectation { masked: Some(side == Side::Client), deflate: compression != Compression::None };
        Self { side, expectation, gap, chunks: Vec::new(), held: 0, cost: 0, dropped: 0, next_try: 0 }
    }

    /// What is held, in bytes of memory.
    pub fn memory(&self) -> usize {
        self.cost
    }

    /// Stream offset of the first byte held.
    pub fn offset(&self) -> Option<u64> {
        self.chunks.first().map(HeldChunk::offset)
    }

    /// Whether a chain of frames begins with the first of these bytes.
    pub fn begins_at_first_byte(&self, bytes: &[u8]) -> bool {
        resync::chain(bytes, 0, self.expectation, &mut Vec::new()).is_some()
    }

    /// The next bytes.
    pub fn push(&mut self, chunk: StreamChunk<'_>) {
        self.held += chunk.bytes.len();
        self.cost += chunk.bytes.len() + ITEM;
        self.chunks.push(HeldChunk::of(chunk));
    }

    /// More bytes are missing.
    pub fn lose(&mut self, gap: Gap) {
        self.dropped += self.held as u64;
        self.chunks.clear();
        self.held = 0;
        self.cost = 0;
        self.next_try = 0;
        if let Some(first) = &mut self.gap {
            first.length = gap.offset + gap.length - first.offset;
            first.exact &= gap.exact;
        } else {
            self.gap = Some(gap);
        }
    }

    /// The place where frames begin, if there is enough evidence.
    pub fn try_take_up(&mut self, patience: Patience) -> Option<TakenUp> {
        if self.held == 0 || (patience == Patience::WaitForCertain && self.cost < self.next_try) {
            return None;
        }
        let (bytes, starts) = self.joined();
        let needed = match patience {
            Patience::WaitForCertain if self.cost < HELD => resync::CERTAIN,
            _ => resync::LIKELY,
        };
        let found = resync::find(&bytes, &starts, self.expectation)
            .and_then(|found| resync::firm(&bytes, &starts, found, self.expectation))
            .filter(|found| found.bits >= needed);
        let Some(found) = found else {
            self.next_try = self.cost + self.cost / 2;
            if self.cost >= HELD {
                self.drop_older_half();
                self.next_try = HELD;
            }
            return None;
        };
        let before = bytes.len();
        self.drop_front(found.at);
        debug_assert_eq!(self.held, before - found.at);
        Some(TakenUp { finding: self.finding(found), chunks: std::mem::take(&mut self.chunks) })
    }

    /// What to say of the gap when no place was found.
    pub fn failure(&self) -> Option<Finding> {
        let gap = self.gap.filter(|gap| gap.reason != GapReason::Unseen)?;
        let behind = self.dropped + self.held as u64;
        let text = match behind {
            0 => format!("{}; nothing follows them", describe(gap)),
            _ => format!("{}; in the {behind} bytes that follow no frame could be recognised", describe(gap)),
        };
        Some(Finding::new(Code::TcpGap, text))
    }

    fn finding(&self, found: Found) -> Option<(Origin, Finding)> {
        let gap = self.gap.filter(|gap| gap.reason != GapReason::Unseen)?;
        let skipped = self.dropped;
        let behind =
            if skipped == 0 { "right behind them".to_owned() } else { format!("{skipped} bytes further on") };
        let offset = self.chunks.first().map_or(gap.offset + gap.length, HeldChunk::offset);
        let text = format!(
            "{}; frames are taken up again {behind}, at stream offset {offset}, with a confidence of {:.2} % \
             ({} well-formed headers in a row)",
            describe(gap),
            found.confidence() * 100.0,
            found.headers,
        );
        Some((gap.origin, Finding::new(Code::TcpGap, text)))
    }

    fn joined(&self) -> (Vec<u8>, Vec<usize>) {
        let (mut bytes, mut starts) = (Vec::with_capacity(self.held), Vec::new());
        for held in &self.chunks {
            starts.push(bytes.len());
            bytes.extend_from_slice(held.chunk(self.side).bytes);
        }
        (bytes, starts)
    }

    /// Drops the older half in whole segments: what is held still begins where one does.
    fn drop_older_half(&mut self) {
        let (half, mut older) = (self.held / 2, 0);
        for held in &self.chunks {
            if older >= half {
                break;
            }
            older += held.len();
        }
        self.drop_front(older);
    }

    fn drop_front(&mut self, count: usize) {
        let mut left = count;
        self.chunks.retain_mut(|held| {
            let dropped = left.min(held.len());
            held.drop_front(dropped);
            left -= dropped;
            !held.is_empty()
        });
        self.held -= count;
        self.cost = self.held + self.chunks.len() * ITEM;
        self.dropped += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_whole_segments_of_what_no_frame_is_found_in() {
        const SEGMENT: usize = 1_000;
        let mut seeking = Seeking::new(Side::Client, Compression::None, None);
        // Opcode 3 is reserved: a header stands nowhere in it.
        let bytes = [0x33; SEGMENT];
        let mut pushed = 0;
        while seeking.dropped == 0 {
            let origin = Origin { packet: pushed, time: None };
            let offset = pushed * SEGMENT as u64;
            let chunk = StreamChunk {
                side: Side::Client,
                offset,
                bytes: &bytes,
                place: offset,
                origin,
                acknowledged: None,
            };
            seeking.push(chunk);
            pushed += 1;
            assert!(seeking.try_take_up(Patience::WaitForCertain).is_none());
            assert!(seeking.memory() < 2 * HELD, "the older half goes");
        }
        assert_eq!(seeking.offset().map(|offset| offset % SEGMENT as u64), Some(0));
        let (bytes, starts) = seeking.joined();
        assert!(starts.iter().all(|start| start % SEGMENT == 0) && starts.len() * SEGMENT == bytes.len());
        let (held, all) = (bytes.len() as u64, pushed * SEGMENT as u64);
        assert_eq!(held + seeking.dropped, all);
        assert!((all / 2 - held) < SEGMENT as u64, "about half is held: {held} of {all}");
    }
}
