//! Tells frames and messages that are complete, or given up.

use crate::diagnostic::Code;
use crate::stream::{Gap, GapReason, Origin, Side};
use crate::websocket::close::Close;
use crate::websocket::frame::{FrameHeader, Opcode};
use crate::websocket::message::{Message, PayloadWanted};

use super::{Compression, Direction, OpenFrame, Target};
use crate::conversation::Context;
use crate::conversation::attempt::{Attempt, Counts};
use crate::conversation::event::{FrameView, MessageView, PayloadView, Trace};
use crate::conversation::trail::Trail;
use crate::websocket::deflate::Inflater;

impl Direction {
    pub(super) fn tell_frame(&mut self, frame: &OpenFrame, attempt: &Attempt, cx: &mut Context<'_>) {
        if !cx.settings.frames {
            return;
        }
        let complete = frame.holes.is_empty();
        let truncated = cx.settings.payload == PayloadWanted::Full && self.open.frame_kept.truncated();
        let text = match std::str::from_utf8(self.open.frame_kept.bytes()) {
            // A preview may end within a character.
            Err(error) => error.error_len().is_none() && self.open.frame_kept.truncated(),
            Ok(_) => true,
        };
        let compressed = header_is_compressed(&frame.header, self.compression);
        let is_text = frame.header.opcode == Opcode::TEXT && complete && !compressed && !truncated && text;
        let sha256 = self.open.frame_kept.take_hash();
        cx.sink.frame(&FrameView {
            connection: attempt.number,
            number: frame.number,
            from: self.side,
            origin: frame.origin,
            packets: &self.open.packets,
            header: &frame.header,
            message: match frame.target {
                Target::Data => Some(self.open.data.number),
                Target::Control => Some(self.open.control.number),
                Target::Nothing => None,
            },
            payload: PayloadView {
                kept: self.open.frame_kept.bytes(),
                sha256,
                holes: &frame.holes,
                complete,
                truncated,
                is_text,
            },
            codes: &frame.codes,
        });
    }
}

/// What a message's view needs beside the message.
pub(super) struct Told<'a> {
    pub side: Side,
    pub connection: u64,
    pub codes: &'a [Code],
    pub finished: bool,
    /// Stream offset behind its last byte.
    pub until: u64,
    pub trail: Option<&'a mut Trail>,
    pub inflater: Option<&'a Inflater>,
}

pub(super) fn tell_message(
    message: &mut Message,
    told: Told<'_>,
    close: Option<&Close>,
    origin: Origin,
    counts: &mut Counts,
    cx: &mut Context<'_>,
) {
    let Told { side, connection, codes, finished, until, trail, inflater } = told;
    message.carried_by(origin);
    counts.messages += 1;
    counts.bytes = counts.bytes.saturating_add(message.length());
    if !cx.settings.messages {
        return;
    }
    let sha256 = message.kept.take_hash();
    let complete = finished && !message.incomplete;
    let truncated = cx.settings.payload == PayloadWanted::Full && message.is_truncated();
    let is_text = message.opcode == Opcode::TEXT && complete && message.is_valid_text();
    let mut inflating = None;
    let trace = trail.map(|trail| {
        let inflater = inflater.filter(|_| message.compressed);
        inflating = inflater.map(|inflater| trail.inflated(message, inflater));
        let (extents, data, control) = trail.cut(message.offset, until);
        let alone = message.opcode.is_control() || !message.opcode.is_defined();
        let frames = if alone { control } else { data };
        Trace {
            extents,
            end: until,
            frames: &frames.numbers,
            codes: &frames.codes,
            finished,
            window_lost: message.window_lost,
            inflating: inflating.as_ref(),
        }
    });
    cx.sink.message(&MessageView {
        connection,
        number: message.number,
        from: side,
        opcode: message.opcode,
        started: message.started.unwrap_or(origin),
        completed: message.newest.unwrap_or(origin),
        frames: message.frames,
        length: message.length(),
        wire_length: message.wire_length,
        compressed: message.compressed,
        payload: PayloadView {
            kept: message.kept.bytes(),
            sha256,
            holes: &message.holes,
            complete,
            truncated,
            is_text,
        },
        close,
        codes,
        decoded: None,
        trace,
    });
    message.kept.let_go(cx.scratch);
}

fn header_is_compressed(header: &FrameHeader, compression: Compression) -> bool {
    header.rsv & FrameHeader::RSV1 != 0
        && matches!(compression, Compression::Deflate(_) | Compression::Assumed)
}

/// A gap in words.
pub(in crate::conversation) fn describe(gap: Gap) -> String {
    let side = gap.side.name();
    let why = match gap.reason {
        GapReason::OutOfOrderLimit => ", given up because too much was held behind them",
        _ => "",
    };
    let about = if gap.exact { "" } else { "about " };
    format!(
        "{about}{} bytes at stream offset {} of the {side} are not in the capture{why}",
        gap.length, gap.offset
    )
}
