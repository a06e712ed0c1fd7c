//! What becomes of frames and messages of which bytes are lost: holes within a payload, or a new search for a frame.

use crate::diagnostic::{Code, Finding};
use crate::stream::{Gap, GapReason, Origin};

use super::telling::{Told, describe, tell_message};
use super::{Controls, Direction, Numbers, Target};
use crate::conversation::Context;
use crate::conversation::attempt::Attempt;
use crate::conversation::seeking::{Patience, Seeking, TakenUp};

impl Direction {
    /// Bytes that are missing.
    pub fn gap(
        &mut self,
        gap: Gap,
        numbers: &mut Numbers,
        controls: &mut dyn Controls,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        self.lossy = true;
        self.open.latest = Some(gap.origin);
        if gap.reason == GapReason::SnapLength && !self.cut_told {
            self.cut_told = true;
            let text = format!(
                "the snap length cut {} bytes off packet {}, at stream offset {} of the {}",
                gap.length,
                gap.origin.packet,
                gap.offset,
                self.side.name()
            );
            attempt.report(self.side, gap.origin, &Finding::new(Code::SnaplenCut, text), cx);
        }
        if let Some(mut seeking) = self.seeking.take() {
            match seeking.try_take_up(Patience::TakeLikely) {
                Some(taken_up) => self.take_up(taken_up, numbers, controls, attempt, cx),
                None => {
                    seeking.lose(gap);
                    self.seeking = Some(seeking);
                    self.offset = gap.offset + gap.length;
                    return;
                }
            }
        }
        let inside = gap.exact
            && self
                .frame
                .as_ref()
                .is_some_and(|frame| frame.header.length.saturating_sub(frame.received) >= gap.length);
        if inside {
            if !matches!(gap.reason, GapReason::SnapLength | GapReason::Unseen) {
                let number = match self.frame.as_ref().map(|frame| frame.target) {
                    Some(Target::Data) => Some(self.open.data.number),
                    Some(Target::Control) => Some(self.open.control.number),
                    _ => None,
                };
                let text = format!(
                    "{}; they lie within the payload of one frame, so where the next one begins is certain",
                    describe(gap)
                );
                attempt.report_about(
                    number,
                    Some(self.side),
                    gap.origin,
                    &Finding::new(Code::TcpGap, text),
                    cx,
                );
            }
            let plain = match self.frame.as_ref().map(|frame| frame.target) {
                Some(Target::Data) => !self.open.data.compressed,
                Some(Target::Control) => true,
                _ => false,
            };
            if let Some(inflater) = self.open.inflater.as_mut().filter(|_| !plain) {
                inflater.lose();
                self.window_lost = true;
            }
            self.lose_payload(gap.length);
            self.offset = gap.offset + gap.length;
            self.end_frame_if_whole(gap.origin, None, controls, attempt, cx);
            return;
        }
        if let Some(inflater) = &mut self.open.inflater {
            inflater.lose();
            self.window_lost = true;
        }
        self.give_up(gap.origin, attempt, cx);
        self.offset = gap.offset + gap.length;
        self.rules.resume();
        self.seeking = Some(Box::new(Seeking::new(self.side, self.compression, Some(gap))));
    }

    /// No more bytes will come: what is still looked for is decided now.
    pub fn settle(
        &mut self,
        numbers: &mut Numbers,
        controls: &mut dyn Controls,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        let Some(mut seeking) = self.seeking.take() else { return };
        match seeking.try_take_up(Patience::TakeLikely) {
            Some(taken_up) => self.take_up(taken_up, numbers, controls, attempt, cx),
            None => {
                if let (Some(finding), Some(origin)) = (seeking.failure(), self.open.latest) {
                    attempt.report(self.side, origin, &finding, cx);
                }
            }
        }
    }

    /// Gives up what is not finished.
    pub fn finish(&mut self, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) {
        self.give_up(self.open.latest.unwrap_or(origin), attempt, cx);
    }

    pub(super) fn take_up(
        &mut self,
        taken_up: TakenUp,
        numbers: &mut Numbers,
        controls: &mut dyn Controls,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        self.seeking = None;
        if let Some((origin, finding)) = &taken_up.finding {
            attempt.report(self.side, *origin, finding, cx);
        }
        for held in &taken_up.chunks {
            self.decode(held.chunk(self.side), numbers, controls, attempt, cx);
        }
    }

    pub(super) fn lose_payload(&mut self, count: u64) {
        let Some(frame) = &mut self.frame else { return };
        frame.holes.push((frame.received, count));
        frame.received += count;
        self.open.frame_kept.push_lost(count);
        let message = match frame.target {
            Target::Data => &mut self.open.data,
            Target::Control => &mut self.open.control,
            Target::Nothing => return,
        };
        message.wire_length = message.wire_length.saturating_add(count);
        // How much the lost bytes would have inflated to is not known.
        message.push_lost(if message.compressed { 0 } else { count });
    }

    /// Gives up what is open: its rest will not come.
    pub(super) fn give_up(&mut self, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) {
        self.decoder.reset();
        if let Some(frame) = &mut self.frame {
            let missing = frame.header.length - frame.received;
            if missing > 0 {
                frame.holes.push((frame.received, missing));
            }
        }
        if let Some(frame) = self.frame.take() {
            if frame.target == Target::Control {
                self.open.control.incomplete = true;
                let counts = &mut self.counts;
                let view = Told {
                    side: self.side,
                    connection: attempt.number,
                    codes: &self.open.control_codes,
                    finished: false,
                    until: self.offset,
                    trail: self.trail.as_deref_mut(),
                    inflater: None,
                };
                tell_message(&mut self.open.control, view, None, origin, counts, cx);
            }
            self.tell_frame(&frame, attempt, cx);
        }
        self.give_up_message(self.offset, origin, attempt, cx);
    }

    /// Gives up the data message that is open, if there is one, and whose bytes end before the stream offset `until`.
    pub(super) fn give_up_message(
        &mut self,
        until: u64,
        origin: Origin,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        if !std::mem::take(&mut self.data_open) {
            return;
        }
        self.open.data.incomplete = true;
        if self.open.data.compressed
            && let Some(inflater) = &mut self.open.inflater
        {
            inflater.lose();
            let message = &mut self.open.data;
            let inflated = inflater.finish(&mut |bytes| message.push(bytes));
            message.inflated(inflated.length, &inflated.holes);
        }
        let counts = &mut self.counts;
        let view = Told {
            side: self.side,
            connection: attempt.number,
            codes: &self.open.data_codes,
            finished: false,
            until,
            trail: self.trail.as_deref_mut(),
            inflater: self.open.inflater.as_ref(),
        };
        tell_message(&mut self.open.data, view, None, origin, counts, cx);
    }
}
