//! Remembers where delivered bytes stand in the capture, so that a copy that comes later can be compared with them.
//! Holds no bytes: those are in the capture's [`History`].

use std::collections::VecDeque;

use crate::capture::History;

/// Segments that are remembered, of all connections together. No fewer than `Limits::compared` bytes of a capture hold.
const REMEMBERED: usize = 1 << 18;
/// Segments of one direction that a copy is compared with, the latest first: many copies must not take long.
const COMPARED: usize = 256;

/// What was delivered last, of all connections.
#[derive(Debug, Default)]
pub struct Past {
    entries: VecDeque<Entry>,
    /// How many have been dropped.
    dropped: u64,
}

/// A direction's latest entry; each entry leads to the one before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Link(
    /// Counted from 1; 0 is none.
    u64,
);

/// Bytes that came again.
#[derive(Clone, Copy, Debug)]
pub struct Copied<'a> {
    /// In the direction's stream.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Where they stand in the capture.
    pub place: u64,
}

#[derive(Debug)]
struct Entry {
    /// In the direction's stream.
    offset: u64,
    place: u64,
    before: Link,
    length: u32,
}

impl Past {
    /// Bytes were delivered whose first is at `offset` of the stream and at `place` of the capture.
    #[inline(always)]
    pub fn push(&mut self, latest: &mut Link, offset: u64, place: u64, length: usize) {
        if self.entries.len() >= REMEMBERED {
            self.entries.pop_front();
            self.dropped += 1;
        }
        // No packet is longer than `Limits::block`, which fits.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.entries.push_back(Entry { offset, place, before: *latest, length });
        latest.0 = self.dropped + self.entries.len() as u64;
    }

    /// The first stream offset at which a copy differs from what was delivered.
    pub fn differs(&self, latest: Link, copied: Copied<'_>, history: &History) -> Option<u64> {
        let Copied { offset, bytes, place } = copied;
        let end = offset + bytes.len() as u64;
        let (mut link, mut differs) = (latest, None);
        for _ in 0..COMPARED {
            let Some(entry) = self.entry(link) else { break };
            let entry_end = entry.offset + u64::from(entry.length);
            if entry_end <= offset {
                break;
            }
            let (from, to) = (offset.max(entry.offset), end.min(entry_end));
            if from < to {
                let mine = super::assembler::slice(bytes, offset, from, to);
                let at = history.differs(entry.place + (from - entry.offset), mine, place);
                differs = at.map(|at| from + at as u64).or(differs);
            }
            link = entry.before;
        }
        differs
    }

    fn entry(&self, link: Link) -> Option<&Entry> {
        self.entries.get(usize::try_from(link.0.checked_sub(self.dropped + 1)?).ok()?)
    }
}
