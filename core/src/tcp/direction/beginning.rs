//! Where a stream begins: at its SYN, or at the lowest number that was captured.

use crate::tcp::assembler::Held;
use crate::tcp::seq::{Base, Seq};

use super::copies::conflict;
use super::{Clock, Direction, Output, START_PACKETS, Work};

impl Direction {
    /// The stream starts after this SYN.
    pub fn start(
        &mut self,
        syn: Seq,
        peer: Option<Base>,
        clock: Clock,
        work: &mut Work<'_>,
        output: &mut impl Output,
    ) {
        self.seen = true;
        if self.syn.is_some() {
            return;
        }
        self.syn = Some(syn);
        if self.base.is_none() {
            self.begin(syn.plus(1), peer, clock, output);
            self.drain(clock, work, output);
            self.bound(clock, work, output);
        }
    }

    /// The stream is known to start here although none of its packets was seen.
    pub fn start_unseen(&mut self, start: Seq) {
        if self.base.is_none() && !self.is_waiting() {
            self.base = Some(Base(start));
        }
    }

    /// Whether a direction without a SYN has waited long enough for its first byte.
    pub fn has_waited(&self, clock: Clock) -> bool {
        let waiting = self.unusual.as_ref().and_then(|unusual| unusual.waiting.as_ref());
        waiting.is_some_and(|waiting| clock.packets - waiting.since >= START_PACKETS)
    }

    /// Where the stream starts, as far as that is known now.
    pub fn likely_base(&self) -> Option<Base> {
        self.base.or_else(|| {
            let segments = &self.unusual.as_ref()?.waiting.as_ref()?.segments;
            let first = segments.first()?.0;
            segments.iter().map(|(seq, ..)| *seq).min_by_key(|seq| seq.ahead_of(first)).map(Base)
        })
    }

    /// No SYN will come: the stream starts with the lowest number seen. `peer` is where the other one starts.
    pub fn begin_at_lowest(&mut self, peer: Option<Base>, clock: Clock, output: &mut impl Output) {
        if let (Some(Base(start)), true) = (self.likely_base(), self.is_waiting()) {
            self.begin(start, peer, clock, output);
        }
    }

    pub(super) fn begin(&mut self, start: Seq, peer: Option<Base>, clock: Clock, output: &mut impl Output) {
        self.base = Some(Base(start));
        let waiting = self.unusual.as_mut().and_then(|unusual| unusual.waiting.take());
        let Some(waiting) = waiting else { return };
        for (seq, acknowledgement, held) in waiting.segments {
            let acknowledged = acknowledgement.and_then(|number| peer?.offset(number, 0));
            let held = Held { acknowledged: held.acknowledged.or(acknowledged), ..held };
            let Some(offset) = Base(start).offset(seq, 0) else { continue };
            if let Some(at) = self.hold(offset, held) {
                output.found(conflict(at, "the first one captured was kept"), clock.origin);
            }
        }
        if let Some(seq) = self.unusual().end_seq.take() {
            self.end_at(seq);
        }
    }
}
