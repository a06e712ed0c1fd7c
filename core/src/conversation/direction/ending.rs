//! What becomes of a frame whose payload is whole: the end of a control frame, or of a message.

use super::telling::{Told, tell_message};
use super::{Control, Controls, Direction, Target};
use crate::conversation::Context;
use crate::conversation::attempt::Attempt;
use crate::diagnostic::{Code, Finding};
use crate::stream::Origin;
use crate::websocket::close;
use crate::websocket::frame::Opcode;
use crate::websocket::message::PayloadWanted;

impl Direction {
    /// Ends the frame if all of its payload is there; `false` if more is needed.
    pub(super) fn end_frame_if_whole(
        &mut self,
        origin: Origin,
        acknowledged: Option<u64>,
        controls: &mut dyn Controls,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) -> bool {
        let Some(frame) = self.frame.take_if(|frame| frame.received >= frame.header.length) else {
            return false;
        };
        match frame.target {
            Target::Control => {
                self.end_control(origin, acknowledged, controls, attempt, cx);
            }
            Target::Data if frame.header.fin => self.end_message(origin, attempt, cx),
            _ => {}
        }
        self.tell_frame(&frame, attempt, cx);
        true
    }

    fn end_control(
        &mut self,
        origin: Origin,
        acknowledged: Option<u64>,
        controls: &mut dyn Controls,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        let number = self.open.control.number;
        let opcode = self.open.control.opcode;
        let mut close = None;
        if opcode == Opcode::CLOSE && !self.open.control.incomplete {
            let (parsed, findings) = close::parse_close(self.open.control.kept.bytes());
            for finding in &findings {
                attempt.report_about(Some(number), Some(self.side), origin, finding, cx);
                self.open.control_codes.push(finding.code);
            }
            close = Some(parsed);
        }
        if opcode == Opcode::CLOSE {
            self.rules.close();
        }
        let control = Control {
            number,
            opcode,
            payload: self.open.control.kept.bytes(),
            close: close.as_ref(),
            whole: !self.open.control.incomplete,
            origin,
            end: self.offset,
            acknowledged,
        };
        controls.control(self.side, &control, attempt, cx);
        let counts = &mut self.counts;
        let view = Told {
            side: self.side,
            connection: attempt.number,
            codes: &self.open.control_codes,
            finished: true,
            until: self.offset,
            trail: self.trail.as_deref_mut(),
            inflater: None,
        };
        tell_message(&mut self.open.control, view, close.as_ref(), origin, counts, cx);
    }

    fn end_message(&mut self, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) {
        let number = self.open.data.number;
        self.finish_inflating(origin, attempt, cx);
        if let Some(at) = self.open.data.finish_text() {
            let text = format!("message {number} is text, and byte {at} of it begins no UTF-8 character");
            let finding = Finding::new(Code::TextInvalidUtf8, text);
            attempt.report_about(Some(number), Some(self.side), origin, &finding, cx);
            self.open.data_codes.push(Code::TextInvalidUtf8);
        }
        self.data_open = false;
        self.tell_truncated(origin, attempt, cx);
        let counts = &mut self.counts;
        let view = Told {
            side: self.side,
            connection: attempt.number,
            codes: &self.open.data_codes,
            finished: true,
            until: self.offset,
            trail: self.trail.as_deref_mut(),
            inflater: self.open.inflater.as_ref(),
        };
        tell_message(&mut self.open.data, view, None, origin, counts, cx);
    }

    fn tell_truncated(&mut self, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) {
        if cx.settings.payload == PayloadWanted::Full && self.open.data.kept.truncated() {
            let text = format!(
                "message {} has {} bytes, and {} are kept of a payload",
                self.open.data.number,
                self.open.data.length(),
                cx.settings.limits.payload
            );
            let finding = Finding::new(Code::PayloadLimit, text);
            attempt.report_about(Some(self.open.data.number), Some(self.side), origin, &finding, cx);
            self.open.data_codes.push(Code::PayloadLimit);
        }
    }
}
