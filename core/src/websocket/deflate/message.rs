//! The account of one message while it is inflated: what of it was given out, what is lost, what was wrong.

use super::raw::{Step, WINDOW};
use super::window::Window;
use super::{COUNTED_LIMITS, Inflated};
use crate::diagnostic::{Code, Finding};
use crate::websocket::deflate_distance::DistanceWalker;

/// About how many holes of one message are told apart; behind them the rest of the message is one hole.
const HOLES: usize = 65_536;

static ZEROS: [u8; WINDOW] = [0; WINDOW];

/// A place in a message: compressed and inflated bytes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    compressed: u64,
    inflated: u64,
}

/// The account of one message.
#[derive(Debug)]
pub(super) struct Message {
    limit: u64,
    /// Payload bytes pushed.
    pub received: u64,
    /// Payload bytes inflated: `inflated <= received`.
    inflated: u64,
    /// Bytes of output.
    length: u64,
    /// Bytes of output that were given out or passed over before this pass over the message (`take_over`).
    given: u64,
    holes: Vec<(u64, u64)>,
    /// A block with BFINAL set was met.
    pub has_final_block: bool,
    /// The payload ends with the four bytes that a sender is to remove.
    pub tail_is_there: bool,
    taken_over: Option<Point>,
    damage: Option<(Point, String)>,
    is_cut_short: bool,
}

impl Message {
    pub fn new(limit: u64) -> Self {
        Self {
            limit,
            received: 0,
            inflated: 0,
            length: 0,
            given: 0,
            holes: Vec::new(),
            has_final_block: false,
            tail_is_there: false,
            taken_over: None,
            damage: None,
            is_cut_short: false,
        }
    }

    pub fn begin(&mut self) {
        *self = Self::new(self.limit);
    }

    /// Bytes of output.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether the window of earlier messages is in use against the agreement.
    pub fn took_over(&self) -> bool {
        self.taken_over.is_some()
    }

    /// Whether it is so long that even counting must end.
    pub fn is_beyond_counting(&self) -> bool {
        self.length > self.limit.saturating_mul(COUNTED_LIMITS).max(1 << 20)
    }

    /// Takes note of a step of the decoder and gives its output out.
    pub fn inflated(&mut self, window: &mut Window, step: &Step, out: &mut impl FnMut(&[u8])) {
        self.inflated = self.inflated.saturating_add(step.consumed as u64);
        let start = self.length;
        self.length = start.saturating_add(step.produced as u64);
        let new_from = self.given.max(start);
        let (limit, holes) = (self.limit, &mut self.holes);
        let is_full = holes.len() >= HOLES;
        window.find_lost(step.produced, |place, length| {
            let place = start.saturating_add(place as u64);
            if !is_full && place >= new_from && place < limit {
                add_hole(holes, place, (length as u64).min(limit - place));
            }
        });
        let new_until = self.length.min(limit);
        if new_from >= new_until {
            return;
        }
        // Both differences are at most `step.produced`.
        let from = usize::try_from(new_from - start).unwrap_or(usize::MAX);
        let until = usize::try_from(new_until - start).unwrap_or(usize::MAX);
        if is_full {
            add_hole(holes, new_from, new_until - new_from);
            out(ZEROS.get(..until - from).unwrap_or_default());
        } else {
            out(window.latest(step.produced).get(from..until).unwrap_or_default());
        }
    }

    /// The message starts again with the window of those before it. Returns how much of it is already given out.
    pub fn take_over(&mut self) -> u64 {
        self.taken_over = Some(Point { compressed: self.inflated, inflated: self.length });
        self.given = self.length;
        self.inflated = 0;
        std::mem::take(&mut self.length)
    }

    /// What follows cannot be decoded.
    pub fn damaged(&mut self, reason: String) {
        self.damage = Some((Point { compressed: self.inflated, inflated: self.length }, reason));
        self.end_in_hole();
    }

    /// What follows is lost.
    pub fn end_unknown(&mut self) {
        self.is_cut_short = true;
        self.end_in_hole();
    }

    fn end_in_hole(&mut self) {
        // A second pass that fails before the first one did takes nothing back that was given out.
        self.length = self.length.max(self.given);
        self.holes.push((self.length.min(self.limit), 0));
    }

    /// The message's end: all that was found.
    pub fn end(&mut self, walker: Option<&DistanceWalker>) -> Inflated {
        let mut findings = Vec::new();
        let is_whole = self.damage.is_none() && !self.is_cut_short;
        if let Some(point) = self.taken_over.filter(|_| is_whole) {
            findings.push(Finding::new(
                Code::DeflateTakeoverUsed,
                format!(
                    "At byte {} of the compressed message (byte {} of the inflated one) it refers to an earlier message, \
                     though no_context_takeover was agreed for this direction.",
                    point.compressed, point.inflated
                ),
            ));
        }
        if let Some(reach) = walker.filter(|_| is_whole).and_then(DistanceWalker::worst) {
            findings.push(Finding::new(
                Code::DeflateBeyondWindow,
                format!(
                    "At byte {} of the inflated message it refers {} bytes back, beyond the window of {} bytes that was agreed.",
                    reach.position, reach.distance, reach.window
                ),
            ));
        }
        if self.has_final_block {
            findings.push(Finding::new(
                Code::DeflateFinalBlock,
                "The compressed message has a block with BFINAL set; it goes on behind that block, and so does the next message.",
            ));
        }
        if self.tail_is_there {
            findings.push(Finding::new(
                Code::DeflateTailNotStripped,
                "The compressed message ends with 00 00 ff ff, which its sender should have removed.",
            ));
        }
        if self.length > self.limit {
            let at_least = if self.is_beyond_counting() { "more than " } else { "" };
            findings.push(Finding::new(
                Code::DeflateLimit,
                format!(
                    "{} compressed bytes inflate to {at_least}{} bytes; only the first {} are kept.",
                    self.received, self.length, self.limit
                ),
            ));
        }
        if let Some((point, reason)) = self.damage.take() {
            let before = match self.taken_over {
                Some(first) if first.compressed < point.compressed => {
                    format!("; before that, at byte {}, it refers to an earlier message", first.compressed)
                }
                _ => String::new(),
            };
            findings.push(Finding::new(
                Code::DeflateCorrupt,
                format!(
                    "The compressed message cannot be inflated from byte {} of {} on: {reason}{before}. {} bytes came out of it before.",
                    point.compressed, self.received, point.inflated
                ),
            ));
        }
        Inflated { length: self.length, holes: std::mem::take(&mut self.holes), findings }
    }
}

/// Adds a hole, or makes the last one longer where they touch.
fn add_hole(holes: &mut Vec<(u64, u64)>, place: u64, length: u64) {
    match holes.last_mut() {
        Some((last, last_length)) if last.saturating_add(*last_length) >= place => {
            *last_length = place + length - *last
        }
        _ => holes.push((place, length)),
    }
}
