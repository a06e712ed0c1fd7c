//! Frames of the drafts before hybi-04 (hixie-75, and hixie-76 with its challenge) as messages.

use crate::diagnostic::{Code, Finding};
use crate::http;
use crate::stream::{Gap, Origin, Side, StreamChunk};
use crate::tcp::{End, EndKind, Facts};
use crate::websocket::frame::{FrameHeader, Opcode};
use crate::websocket::legacy::{LegacyDecoder, LegacyEvent, LegacyKind};
use crate::websocket::message::{Message, PayloadWanted};

use super::Context;
use super::attempt::{Attempt, FirstClose};
use super::direction::{Numbers, note_packet};
use super::event::{FrameView, MessageView, PayloadView, Trace};
use super::trail::Trail;

/// Bytes of hixie-76's challenge behind the request's head, and of its answer behind the response's.
const CHALLENGE: [usize; 2] = [http::legacy::CHALLENGE_LENGTH, http::legacy::ANSWER_LENGTH];

/// Whether a challenge stands between the heads and the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// hixie-75 has none.
    None,
    /// hixie-76's.
    BehindHeads,
}

/// Both directions of a legacy WebSocket.
#[derive(Debug)]
pub struct LegacyFrames {
    directions: [LegacyDirection; 2],
    challenge: Challenge,
    numbers: Numbers,
    closed: [bool; 2],
    reset: Option<End>,
}

#[derive(Debug, Default)]
struct LegacyDirection {
    decoder: LegacyDecoder,
    prelude: Vec<u8>,
    message: Message,
    open: Option<Open>,
    packets: Vec<u64>,
    lossy: bool,
    /// Stream offset of the next byte.
    offset: u64,
    /// Stream offset of the latest frame's first byte, or of what may become one.
    header_offset: u64,
    trail: Option<Trail>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    frame: u64,
    origin: Origin,
    header_length: u64,
}

impl LegacyFrames {
    /// What they hold back, in bytes of memory.
    pub fn held(&self) -> usize {
        let of = |each: &LegacyDirection| each.message.held() + each.packets.len() * size_of::<u64>();
        self.directions.iter().map(of).sum()
    }

    /// Frames behind the heads, and behind the challenge if there is one.
    pub fn new(challenge: Challenge) -> Self {
        Self {
            directions: Default::default(),
            challenge,
            numbers: Numbers::default(),
            closed: [false; 2],
            reset: None,
        }
    }

    /// The next bytes of a direction.
    pub fn data(&mut self, chunk: StreamChunk<'_>, attempt: &mut Attempt, cx: &mut Context<'_>) {
        let side = chunk.side;
        let mut rest = chunk.bytes;
        if self.challenge == Challenge::BehindHeads {
            let prelude = &mut self.directions[side.index()].prelude;
            let wanted = CHALLENGE[side.index()].saturating_sub(prelude.len()).min(rest.len());
            let (mine, behind) = rest.split_at(wanted);
            prelude.extend_from_slice(mine);
            rest = behind;
            if wanted > 0 {
                self.check_challenge(chunk.origin, attempt, cx);
            }
        }
        attempt.counts[side.index()].wire_bytes += rest.len() as u64;
        let direction = &mut self.directions[side.index()];
        direction.offset = chunk.offset + (chunk.bytes.len() - rest.len()) as u64;
        if cx.settings.traced {
            let floor =
                if direction.open.is_some() { direction.message.offset } else { direction.header_offset };
            direction.trail.get_or_insert_default().push(&chunk, floor);
        }
        loop {
            let direction = &mut self.directions[side.index()];
            if !rest.is_empty() && cx.settings.frames {
                note_packet(&mut direction.packets, chunk.origin.packet, cx.settings.limits.packets);
            }
            if direction.decoder.awaits_frame() {
                direction.header_offset = direction.offset;
            }
            let before = rest.len();
            let event = direction.decoder.next(&mut rest);
            direction.offset += (before - rest.len()) as u64;
            let Some(event) = event else { break };
            match event {
                LegacyEvent::FrameStart { kind, header_length } => {
                    let opcode = match kind {
                        LegacyKind::Text => Opcode::TEXT,
                        LegacyKind::Binary { .. } | LegacyKind::Reserved(_) => Opcode::BINARY,
                    };
                    self.begin(side, opcode, header_length, chunk.origin, attempt, cx);
                }
                LegacyEvent::Payload(bytes) => {
                    direction.message.carried_by(chunk.origin);
                    direction.message.wire_length += bytes.len() as u64;
                    direction.message.push(bytes);
                }
                LegacyEvent::FrameEnd => self.complete(side, chunk.origin, attempt, cx),
                LegacyEvent::Close => {
                    self.begin(side, Opcode::CLOSE, 2, chunk.origin, attempt, cx);
                    self.closed[side.index()] = true;
                    match &mut attempt.close {
                        None => {
                            let reason = String::new();
                            attempt.close =
                                Some(FirstClose { from: side, code: None, reason, answered: false });
                        }
                        Some(first) if first.from != side => first.answered = true,
                        Some(_) => {}
                    }
                    self.complete(side, chunk.origin, attempt, cx);
                }
            }
        }
    }

    /// Bytes that are missing: these frames have no length chain, so decoding goes on at the next frame's end.
    pub fn gap(&mut self, gap: Gap, attempt: &mut Attempt, cx: &mut Context<'_>) {
        let text =
            format!("{}; the frame that they lie in is shown without them", super::direction::describe(gap));
        attempt.report(gap.side, gap.origin, &Finding::new(Code::TcpGap, text), cx);
        let direction = &mut self.directions[gap.side.index()];
        direction.lossy = true;
        direction.message.push_lost(gap.length);
    }

    /// A direction ended.
    pub fn end(&mut self, end: End) {
        if end.kind == EndKind::Reset && self.closed != [true; 2] {
            self.reset.get_or_insert(end);
        }
    }

    /// Nothing more will come.
    pub fn finish(&mut self, attempt: &mut Attempt, facts: &Facts, cx: &mut Context<'_>) {
        for side in Side::BOTH {
            let direction = &mut self.directions[side.index()];
            if direction.open.is_some() {
                direction.message.incomplete = true;
                self.complete(side, facts.last, attempt, cx);
            }
        }
        if let Some(reset) = self.reset {
            let text = format!("the {} reset the TCP connection", reset.side.name());
            attempt.report(reset.side, reset.origin, &Finding::new(Code::TcpReset, text), cx);
        }
    }

    /// draft-ietf-hybi-thewebsocketprotocol-00 §5.2: the answer is the MD5 of both keys' numbers and the challenge.
    fn check_challenge(&mut self, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) {
        let [client, server] = &self.directions;
        let Some(request) = &attempt.request else { return };
        let (Ok(body), Ok(answer)) =
            (client.prelude.as_slice().try_into(), server.prelude.as_slice().try_into())
        else {
            return;
        };
        if client.lossy || server.lossy {
            return;
        }
        if let Some(finding) = http::legacy::check_answer(request, body, answer) {
            attempt.report(Side::Server, origin, &finding, cx);
        }
    }

    fn begin(
        &mut self,
        side: Side,
        opcode: Opcode,
        header_length: u64,
        origin: Origin,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        let direction = &mut self.directions[side.index()];
        direction.message.begin(self.numbers.message, opcode, origin, false);
        direction.message.kept.begin(cx.settings.payload, cx.settings.limits.payload, 0);
        direction.message.frames = 1;
        direction.message.offset = direction.header_offset;
        direction.packets.clear();
        if cx.settings.frames {
            direction.packets.push(origin.packet);
        }
        direction.open = Some(Open { frame: self.numbers.frame, origin, header_length });
        self.numbers.message += 1;
        self.numbers.frame += 1;
        let counts = &mut attempt.counts[side.index()];
        counts.frames += 1;
        counts.messages += 1;
    }

    fn complete(&mut self, side: Side, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) {
        let direction = &mut self.directions[side.index()];
        let Some(open) = direction.open.take() else { return };
        let message = &mut direction.message;
        message.carried_by(origin);
        let mut codes = Vec::new();
        if let Some(at) = message.finish_text() {
            let text =
                format!("message {} is text, and byte {at} of it begins no UTF-8 character", message.number);
            let finding = Finding::new(Code::TextInvalidUtf8, text);
            attempt.report_about(Some(message.number), Some(side), origin, &finding, cx);
            codes.push(Code::TextInvalidUtf8);
        }
        attempt.counts[side.index()].bytes += message.length();
        let sha256 = message.kept.take_hash();
        let complete = !message.incomplete;
        let payload = PayloadView {
            kept: message.kept.bytes(),
            sha256,
            holes: &message.holes,
            complete,
            truncated: cx.settings.payload == PayloadWanted::Full && message.is_truncated(),
            is_text: complete && message.opcode == Opcode::TEXT && message.is_valid_text(),
        };
        if cx.settings.messages {
            let of_frame: Vec<_> = codes.iter().map(|&code| (open.frame, code)).collect();
            let trace = direction.trail.as_mut().map(|trail| Trace {
                extents: trail.cut(message.offset, direction.offset).0,
                end: direction.offset,
                frames: std::slice::from_ref(&open.frame),
                codes: &of_frame,
                finished: complete,
                window_lost: false,
                inflating: None,
            });
            cx.sink.message(&MessageView {
                connection: attempt.number,
                number: message.number,
                from: side,
                opcode: message.opcode,
                started: open.origin,
                completed: message.newest.unwrap_or(origin),
                frames: 1,
                length: message.length(),
                wire_length: message.wire_length,
                compressed: false,
                payload,
                close: None,
                codes: &codes,
                decoded: None,
                trace,
            });
        }
        if cx.settings.frames {
            let header = FrameHeader {
                fin: true,
                rsv: 0,
                opcode: message.opcode,
                mask: None,
                length: message.wire_length,
                header_length: u8::try_from(open.header_length).unwrap_or(u8::MAX),
            };
            cx.sink.frame(&FrameView {
                connection: attempt.number,
                number: open.frame,
                from: side,
                origin: open.origin,
                packets: &direction.packets,
                header: &header,
                message: Some(message.number),
                payload,
                codes: &codes,
            });
        }
    }
}
