//! Gives up what is missing: when, how much of it, and what is told of it (`ARCHITECTURE.md`, "TCP").

use super::{Clock, Direction, Output, Overdue, Work};
use crate::stream::{GapReason, Origin};
use crate::tcp::past::Link;

/// Packets of the connection, or nanoseconds of capture time, that a hole stays open after the other side
/// acknowledged beyond it.
const SLACK_PACKETS: u64 = 64;
const SLACK_NANOS: u64 = 1_000_000_000;
/// Gaps whose late data is recognised.
const REMEMBERED_GAPS: usize = 32;

impl Direction {
    /// Gives up holes while too much is held behind them.
    pub fn bound(&mut self, clock: Clock, work: &mut Work<'_>, output: &mut impl Output) {
        while self.unusual.as_ref().is_some_and(|unusual| unusual.held.size() > work.limits.out_of_order) {
            self.give_up_hole(GapReason::OutOfOrderLimit, clock, work, output);
        }
    }

    /// Gives up a hole whose time has come; called once for every packet of the connection.
    pub fn tick(&mut self, clock: Clock, work: &mut Work<'_>, output: &mut impl Output) {
        if !self.troubled {
            return;
        }
        let next = self.next;
        let unusual = self.unusual();
        while unusual.overdue.front().is_some_and(|overdue| overdue.offset <= next) {
            unusual.overdue.pop_front();
        }
        let Some(&Overdue { packets, time, .. }) = unusual.overdue.front() else {
            self.troubled = unusual.holds();
            return;
        };
        if clock.backwards || self.only_fin_unseen() {
            return;
        }
        let elapsed = match (time, clock.origin.time) {
            (Some(earlier), Some(now)) => now.since(earlier),
            _ => 0,
        };
        if clock.packets - packets >= SLACK_PACKETS || elapsed >= SLACK_NANOS {
            self.give_up_hole(GapReason::Lost, clock, work, output);
        }
    }

    /// Nothing more will come: everything held is told, with the gaps before it.
    pub fn finish(&mut self, clock: Clock, work: &mut Work<'_>, output: &mut impl Output) {
        while self.holds_segments() || self.doubts() {
            self.give_up_hole(GapReason::Lost, clock, work, output);
        }
        let end = self.end.unwrap_or(0).max(self.acknowledged);
        if end > self.next && !self.only_fin_unseen() {
            let reason = if self.seen { GapReason::Lost } else { GapReason::Unseen };
            self.tell_gap(end - self.next, reason, clock.origin, output);
        }
    }

    /// The one number acknowledged beyond the bytes seen may well be a FIN that was not captured.
    fn only_fin_unseen(&self) -> bool {
        self.end.is_none() && self.acknowledged == self.next + 1 && !self.holds_segments() && !self.doubts()
    }

    /// The snap length cut `cut` bytes behind `end`: a gap, as far as no other copy has them.
    pub(super) fn skip_cut(&mut self, end: u64, cut: u64, clock: Clock, output: &mut impl Output) {
        if cut == 0 {
            return;
        }
        let cut_end = self.held_first().map_or(end + cut, |first| first.min(end + cut));
        if cut_end > self.next && end >= self.next {
            self.tell_gap(cut_end - self.next, GapReason::SnapLength, clock.origin, output);
        }
    }

    /// Gives up what is missing before the first thing held, or up to what was acknowledged.
    pub(super) fn give_up_hole(
        &mut self,
        reason: GapReason,
        clock: Clock,
        work: &mut Work<'_>,
        output: &mut impl Output,
    ) {
        // A copy that was doubted is better than nothing: no other came.
        let first_held = self.held_first();
        let suspects = &mut self.unusual().suspects;
        let doubted = suspects.iter().enumerate().min_by_key(|(_, (offset, _))| *offset);
        if let Some((place, &(offset, _))) = doubted
            && first_held.is_none_or(|first| offset < first)
        {
            let (offset, held) = suspects.swap_remove(place);
            if offset + held.bytes.len() as u64 > self.next {
                self.hold(offset, held);
            }
            self.drain(clock, work, output);
            return;
        }
        let end = match first_held {
            Some(first) if first <= self.acknowledged || reason != GapReason::Lost => first,
            Some(first) if self.acknowledged <= self.next => first,
            _ => self.acknowledged,
        };
        if end > self.next {
            let reason = if self.seen { reason } else { GapReason::Unseen };
            self.tell_gap(end - self.next, reason, clock.origin, output);
        }
        self.drain(clock, work, output);
    }

    fn tell_gap(&mut self, length: u64, reason: GapReason, origin: Origin, output: &mut impl Output) {
        self.latest = Link::default();
        let offset = self.next;
        self.next += length;
        let next = self.next;
        let lost = &mut self.unusual().lost;
        if lost.len() == REMEMBERED_GAPS {
            lost.pop_front();
        }
        lost.push_back((offset, next));
        output.gap(offset, length, reason, origin);
    }
}
