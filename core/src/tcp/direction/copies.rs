//! Decides between copies of the same bytes that differ: which one the receiver most likely took.

use crate::diagnostic::{Code, Finding};
use crate::packet::Segment;
use crate::tcp::assembler::{Held, slice};
use crate::tcp::past::Copied;

use super::{Clock, Direction, Output, Work};

/// How far a hop limit may be from what is usual before a copy is doubted.
const HOP_SLACK: u8 = 3;
/// Segments in a row with another hop limit that make it the usual one.
const HOP_CHANGE: u8 = 4;
/// Segments with payload whose checksums decide whether this direction's checksums mean anything.
const CHECKSUM_PROBES: u8 = 3;

impl Direction {
    /// Why a copy might not be what the receiver took.
    pub(super) fn doubt(&mut self, segment: &Segment<'_>) -> Option<String> {
        let usual = self.hops.usual;
        let hops = self.hops.doubt(segment.hop_limit);
        if usual.is_some() && usual != self.hops.usual {
            // The route has changed: what was doubted for its hop limit no longer is.
            let suspects = self.unusual.as_mut().map(|unusual| std::mem::take(&mut unusual.suspects));
            for (offset, held) in suspects.unwrap_or_default() {
                self.hold(offset, held);
            }
        }
        let checksum = self.checksums.doubt(segment);
        hops.or(checksum)
    }

    pub(super) fn suspect(
        &mut self,
        offset: u64,
        held: Held,
        doubt: &str,
        clock: Clock,
        work: &mut Work<'_>,
        output: &mut impl Output,
    ) {
        // A better copy is already there: this one loses.
        let unusual = self.unusual();
        if let Some(at) = unusual.held.differs(offset, &held.bytes) {
            output.found(conflict(at, &format!("the later one lost, because {doubt}")), clock.origin);
            return;
        }
        let size: usize = unusual.suspects.iter().map(|(_, held)| held.bytes.len() + 128).sum();
        if size < work.limits.doubted && unusual.suspects.len() < 64 {
            unusual.suspects.push((offset, held));
            self.troubled = true;
        } else {
            self.hold(offset, held);
            self.drain(clock, work, output);
        }
    }

    /// A copy beyond doubt has come: those that were doubted lose where they differ, and are gone where they do not.
    pub(super) fn compare_suspects(
        &mut self,
        offset: u64,
        bytes: &[u8],
        clock: Clock,
        output: &mut impl Output,
    ) {
        let end = offset + bytes.len() as u64;
        let mut at = None;
        self.unusual().suspects.retain(|(start, held)| {
            let other_end = start + held.bytes.len() as u64;
            let (from, to) = (offset.max(*start), end.min(other_end));
            if from >= to {
                return true;
            }
            let (mine, theirs) = (slice(bytes, offset, from, to), slice(&held.bytes, *start, from, to));
            if let Some(place) = mine.iter().zip(theirs).position(|(a, b)| a != b) {
                at = at.or(Some(from + place as u64));
            }
            !(*start >= offset && other_end <= end)
        });
        if let Some(at) = at {
            let kept = "this one was kept, because the earlier copy's hop limit or checksum is not that of the sender";
            output.found(conflict(at, kept), clock.origin);
        }
    }

    pub(super) fn compare_delivered(
        &mut self,
        offset: u64,
        segment: &Segment<'_>,
        doubt: Option<String>,
        clock: Clock,
        work: &Work<'_>,
        output: &mut impl Output,
    ) {
        let bytes = segment.payload;
        let end = offset + bytes.len() as u64;
        let lost = self.unusual.as_mut().map(|unusual| &mut unusual.lost);
        if let Some(lost) = lost
            && let Some(place) = lost.iter().position(|&(from, to)| from < end && offset < to)
        {
            lost.remove(place);
            let text =
                format!("{} bytes at stream offset {offset} came after their gap was given up", bytes.len());
            output.found(Finding::new(Code::TcpLateSegment, text), clock.origin);
        }
        let copy = Copied { offset, bytes, place: segment.place };
        if let Some(at) = work.past.differs(self.latest, copy, work.history) {
            let kept = match doubt {
                Some(doubt) => format!("the later one lost, because {doubt}"),
                None => "the first one captured was kept".to_owned(),
            };
            output.found(conflict(at, &kept), clock.origin);
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Hops {
    pub(super) usual: Option<u8>,
    other: u8,
    run: u8,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Checksums {
    #[default]
    Unknown,
    Right(u8),
    Offloaded,
}

impl Hops {
    /// Whether nothing is to be said of a hop limit.
    #[inline]
    pub(super) fn is_usual(&self, hops: u8) -> bool {
        self.usual.is_some_and(|usual| hops.abs_diff(usual) <= HOP_SLACK)
    }

    /// A usual one has come.
    #[inline]
    pub(super) fn keep(&mut self) {
        self.run = 0;
    }

    fn doubt(&mut self, hops: u8) -> Option<String> {
        let usual = *self.usual.get_or_insert(hops);
        if hops.abs_diff(usual) <= HOP_SLACK {
            self.run = 0;
            return None;
        }
        if self.other.abs_diff(hops) <= HOP_SLACK {
            self.run += 1;
        } else {
            self.run = 1;
        }
        self.other = hops;
        if self.run >= HOP_CHANGE {
            self.usual = Some(hops);
            self.run = 0;
            return None;
        }
        Some(format!("its hop limit is {hops} and this sender's is {usual}"))
    }
}

impl Checksums {
    /// Whether it is known what this direction's checksums mean, and they say nothing against the segment.
    #[inline(always)] // It is asked for every segment, in the page too, whose engine is compiled for size.
    pub(super) fn is_beyond_doubt(&self, is_right: impl FnOnce() -> bool) -> bool {
        match *self {
            Self::Offloaded => true,
            Self::Right(CHECKSUM_PROBES..) => is_right(),
            Self::Right(_) | Self::Unknown => false,
        }
    }

    fn doubt(&mut self, segment: &Segment<'_>) -> Option<String> {
        let probes = match *self {
            Self::Offloaded => return None,
            Self::Unknown => 0,
            Self::Right(probes) => probes,
        };
        let right = segment.checksum_right()?;
        if probes >= CHECKSUM_PROBES {
            return (!right).then(|| "its checksum is wrong and this sender's are right".to_owned());
        }
        *self = if right { Self::Right(probes + 1) } else { Self::Offloaded };
        None
    }
}

pub(super) fn conflict(at: u64, kept: &str) -> Finding {
    let text = format!("two copies of the bytes at stream offset {at} differ; {kept}");
    Finding::new(Code::TcpOverlapConflict, text)
}
