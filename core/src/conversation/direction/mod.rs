//! One direction of a WebSocket: from bytes to frames to messages.

mod ending;
mod inflating;
mod loss;
mod telling;
mod whole;

pub(super) use telling::describe;

use crate::diagnostic::{Code, Finding};
use crate::http::DeflateParameters;
use crate::stream::{Origin, Side, StreamChunk};
use crate::websocket::close::Close;
use crate::websocket::deflate::Inflater;
use crate::websocket::frame::{FrameDecoder, FrameHeader, Opcode};
use crate::websocket::mask::unmask;
use crate::websocket::message::{Kept, Message, PayloadWanted};

use crate::conversation::Context;
use crate::conversation::attempt::{Attempt, Counts};
use crate::conversation::frame_rules::{FrameRules, Place};
use crate::conversation::seeking::{Patience, Seeking};
use crate::conversation::trail::Trail;

/// What both directions of a connection share: the numbers that count them together.
#[derive(Debug, Default)]
pub struct Numbers {
    /// Of the next frame.
    pub frame: u64,
    /// Of the next message.
    pub message: u64,
}

/// A control frame that has come, for those who pair them.
#[derive(Debug)]
pub struct Control<'a> {
    /// Its message's number.
    pub number: u64,
    /// Close, Ping, Pong or a reserved one.
    pub opcode: Opcode,
    /// Its payload.
    pub payload: &'a [u8],
    /// What a Close says.
    pub close: Option<&'a Close>,
    /// None of its bytes are lost.
    pub whole: bool,
    /// The packet that completed it.
    pub origin: Origin,
    /// Offset in its direction's stream where it ends.
    pub end: u64,
    /// What its sender had acknowledged.
    pub acknowledged: Option<u64>,
}

/// What is told of control frames.
pub trait Controls {
    /// A control frame is complete.
    fn control(&mut self, side: Side, control: &Control<'_>, attempt: &mut Attempt, cx: &mut Context<'_>);
}

/// How the extensions that were agreed on change the framing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// None was agreed on: RSV1 is a violation.
    None,
    /// permessage-deflate (RFC 7692).
    Deflate(DeflateParameters),
    /// It is not known; RSV1 is taken for permessage-deflate.
    Assumed,
    /// An extension that is not understood: the reserved bits are its own, payloads are shown as they are.
    Unknown,
}

/// Bytes kept of a control frame whatever is wanted: its checks and its answer need them. 125 are the most that it may
/// have (RFC 6455 §5.5); more is a violation that is shown all the same.
const CONTROL_KEPT: usize = 4 << 10;

/// One direction's decoder.
///
/// A thousand connections do not fit into a processor's cache: what every packet touches stands first and together, and
/// what only a frame needs that goes beyond its packet is in a box.
#[derive(Debug)]
#[repr(C)]
pub struct Direction {
    side: Side,
    data_open: bool,
    /// Bytes of this direction are lost: checks on what came before a frame are silent.
    lossy: bool,
    cut_told: bool,
    tries_first_byte: bool,
    /// Bytes were lost since the latest compressed message.
    window_lost: bool,
    compression: Compression,
    frame: Option<Box<OpenFrame>>,
    seeking: Option<Box<Seeking>>,
    decoder: FrameDecoder,
    /// Stream offset of the next byte.
    offset: u64,
    counts: Counts,
    rules: FrameRules,
    open: Box<Open>,
    trail: Option<Box<Trail>>,
    header_origin: Option<Origin>,
    /// Stream offset of the latest frame header.
    header_offset: u64,
}

/// The messages in the making, and their frame.
#[derive(Debug, Default)]
struct Open {
    data: Message,
    control: Message,
    inflater: Option<Inflater>,
    data_codes: Vec<Code>,
    control_codes: Vec<Code>,
    packets: Vec<u64>,
    frame_kept: Kept,
    /// The latest packet that brought something, where something is open.
    latest: Option<Origin>,
}

#[derive(Debug)]
struct OpenFrame {
    header: FrameHeader,
    number: u64,
    origin: Origin,
    received: u64,
    target: Target,
    holes: Vec<(u64, u64)>,
    codes: Vec<Code>,
}

/// Which message a frame's payload goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Data,
    Control,
    Nothing,
}

impl Direction {
    /// A direction whose frames begin at the stream's `offset`.
    pub fn new(side: Side, compression: Compression, offset: u64) -> Self {
        Self {
            side,
            compression,
            decoder: FrameDecoder::default(),
            offset,
            frame: None,
            open: Box::default(),
            data_open: false,
            rules: FrameRules::default(),
            seeking: None,
            lossy: false,
            cut_told: false,
            tries_first_byte: false,
            header_origin: None,
            counts: Counts::default(),
            header_offset: 0,
            window_lost: false,
            trail: None,
        }
    }

    /// The same, but where its frames begin is to be found first.
    pub fn seek(mut self) -> Self {
        self.lossy = true;
        self.seeking = Some(Box::new(Seeking::new(self.side, self.compression, None)));
        self.rules.resume();
        self
    }

    /// The same, but frames may begin at the first byte that comes.
    pub fn try_first_byte(self) -> Self {
        Self { tries_first_byte: true, ..self.seek() }
    }

    /// Whether it may hold more than before its latest bytes: not where messages come whole and uncompressed.
    #[inline(always)]
    pub fn may_hold(&self) -> bool {
        let compressed = !matches!(self.compression, Compression::None);
        compressed || self.data_open || self.frame.is_some() || self.seeking.is_some()
    }

    /// What it holds back, in bytes of memory.
    pub fn held(&self) -> usize {
        self.open.data.held()
            + self.open.control.held()
            + self.open.frame_kept.held()
            + self.open.packets.len() * size_of::<u64>()
            + self.seeking.as_ref().map_or(0, |seeking| seeking.memory())
            + self.open.inflater.as_ref().map_or(0, Inflater::held)
    }

    /// Whether bytes of this direction are lost.
    pub fn is_lossy(&self) -> bool {
        self.lossy
    }

    /// What it has sent so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether a message was begun and is not finished.
    pub fn is_inside_message(&self) -> bool {
        self.data_open || self.frame.is_some() || self.decoder.is_inside_header()
    }

    /// Reads from each cache line that the next bytes will need.
    #[inline(always)]
    pub fn touch(&self) -> usize {
        usize::from(self.data_open).wrapping_add(self.counts.frames as usize).wrapping_add(self.rules.touch())
    }

    /// The next bytes.
    #[inline(always)]
    pub fn data(
        &mut self,
        mut chunk: StreamChunk<'_>,
        numbers: &mut Numbers,
        controls: &mut dyn Controls,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        let between = !self.data_open && self.frame.is_none() && !self.decoder.is_inside_header();
        if between && self.seeking.is_none() && !cx.settings.frames {
            let taken = self.whole_messages(&chunk, numbers, attempt, cx);
            if taken == chunk.bytes.len() {
                return;
            }
            chunk = chunk.skip(taken);
        }
        self.data_in_pieces(chunk, numbers, controls, attempt, cx);
    }

    #[inline(never)]
    fn data_in_pieces(
        &mut self,
        chunk: StreamChunk<'_>,
        numbers: &mut Numbers,
        controls: &mut dyn Controls,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        self.open.latest = Some(chunk.origin);
        if cx.settings.traced {
            let floor = self.floor(chunk.offset);
            self.trail.get_or_insert_default().push(&chunk, floor);
        }
        if std::mem::take(&mut self.tries_first_byte)
            && let Some(seeking) = &self.seeking
            && seeking.begins_at_first_byte(chunk.bytes)
        {
            self.seeking = None;
        }
        if let Some(seeking) = &mut self.seeking {
            seeking.push(chunk);
            if let Some(taken_up) = seeking.try_take_up(Patience::WaitForCertain) {
                self.take_up(taken_up, numbers, controls, attempt, cx);
            }
            return;
        }
        self.decode(chunk, numbers, controls, attempt, cx);
    }

    fn decode(
        &mut self,
        chunk: StreamChunk<'_>,
        numbers: &mut Numbers,
        controls: &mut dyn Controls,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        let mut rest = chunk.bytes;
        self.offset = chunk.offset;
        self.counts.wire_bytes += rest.len() as u64;
        if self.frame.is_some() {
            self.note_packet(chunk.origin.packet, cx);
        }
        loop {
            if self.frame.is_none() {
                if rest.is_empty() {
                    break;
                }
                if !self.decoder.is_inside_header() {
                    self.header_origin = Some(chunk.origin);
                    self.header_offset = self.offset;
                    if cx.settings.frames {
                        self.open.packets.clear();
                    }
                }
                self.note_packet(chunk.origin.packet, cx);
                let before = rest.len();
                let header = self.decoder.next(&mut rest);
                self.offset += (before - rest.len()) as u64;
                let Some(header) = header else { break };
                let origin = self.header_origin.unwrap_or(chunk.origin);
                let mut findings = Vec::new();
                let place =
                    Place { side: self.side, compression: self.compression, inside_message: self.data_open };
                self.rules.check(&header, place, attempt, &mut findings);
                if findings.is_empty() && origin == chunk.origin {
                    let (from, until) = (self.header_offset, self.offset.saturating_add(header.length));
                    let mut trail = self.trail.take();
                    let stands = trail.as_deref_mut().map(|trail| trail.cut(from, until).0);
                    let whole = self.whole_message(&header, rest, origin, stands, numbers, attempt, cx);
                    self.trail = trail;
                    if let Some(length) = whole {
                        rest = rest.get(length..).unwrap_or_default();
                        self.offset += length as u64;
                        continue;
                    }
                }
                self.begin_frame(header, origin, &findings, numbers, attempt, cx);
            }
            let wanted = self.frame.as_ref().map_or(0, |frame| frame.header.length - frame.received);
            let count = usize::try_from(wanted).unwrap_or(usize::MAX).min(rest.len());
            let (payload, behind) = rest.split_at(count);
            rest = behind;
            self.take_payload(payload, chunk.origin, cx);
            self.offset += count as u64;
            if !self.end_frame_if_whole(chunk.origin, chunk.acknowledged, controls, attempt, cx) {
                break;
            }
        }
    }

    /// The first stream offset that is still needed when bytes at `offset` come.
    fn floor(&self, offset: u64) -> u64 {
        if let Some(seeking) = &self.seeking {
            return seeking.offset().unwrap_or(offset);
        }
        if self.data_open {
            self.open.data.offset
        } else if self.frame.is_some() || self.decoder.is_inside_header() {
            self.header_offset
        } else {
            offset
        }
    }

    fn note_packet(&mut self, packet: u64, cx: &Context<'_>) {
        if cx.settings.frames {
            note_packet(&mut self.open.packets, packet, cx.settings.limits.packets);
        }
    }

    fn begin_frame(
        &mut self,
        header: FrameHeader,
        origin: Origin,
        findings: &[Finding],
        numbers: &mut Numbers,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        let number = numbers.frame;
        numbers.frame += 1;
        self.counts.frames += 1;

        // A frame with a reserved opcode is a message of its own, like a control frame.
        let control = header.opcode.is_control() || !header.opcode.is_defined();
        let continues = header.opcode == Opcode::CONTINUATION;
        let target = match (control, continues, self.data_open) {
            (true, ..) => Target::Control,
            (false, true, false) => Target::Nothing,
            _ => Target::Data,
        };
        if target == Target::Data && !continues && self.data_open {
            // A new message inside another one (RFC 6455 §5.4): the first will never be finished.
            self.open.data_codes.push(Code::NewDataFrameInsideMessage);
            self.give_up_message(self.header_offset, origin, attempt, cx);
        }
        let begins = target == Target::Control || (target == Target::Data && !self.data_open);
        if begins {
            let compressed =
                !control && header.rsv & FrameHeader::RSV1 != 0 && self.inflates(origin, attempt, cx);
            let message = if control { &mut self.open.control } else { &mut self.open.data };
            message.begin(numbers.message, header.opcode, origin, compressed);
            message.offset = self.header_offset;
            if compressed {
                message.window_lost = std::mem::take(&mut self.window_lost);
            }
            if let Some(trail) = &mut self.trail {
                if control { trail.control.clear() } else { trail.data.clear() }
            }
            numbers.message += 1;
            let limit = cx.settings.limits.payload;
            let small = if control { CONTROL_KEPT } else { 0 };
            message.kept.begin(cx.settings.payload, limit, small);
            message.kept.expect(header.length, cx.scratch);
            if control {
                self.open.control_codes.clear();
            } else {
                self.data_open = true;
                self.open.data_codes.clear();
            }
            if compressed && let Some(inflater) = &mut self.open.inflater {
                inflater.start();
            }
        }
        let about = match target {
            Target::Data => Some(&mut self.open.data),
            Target::Control => Some(&mut self.open.control),
            Target::Nothing => None,
        };
        let about = about.map(|message| {
            message.frames += 1;
            message.number
        });
        let mut codes = Vec::new();
        for finding in findings {
            attempt.report_about(about, Some(self.side), origin, finding, cx);
            codes.push(finding.code);
            match target {
                // A message may have millions of fragments.
                Target::Data if self.open.data_codes.contains(&finding.code) => {}
                Target::Data => self.open.data_codes.push(finding.code),
                Target::Control => self.open.control_codes.push(finding.code),
                Target::Nothing => {}
            }
        }
        if let Some(trail) = &mut self.trail {
            match target {
                Target::Data => trail.data.push(number, &codes),
                Target::Control => trail.control.push(number, &codes),
                Target::Nothing => {}
            }
        }
        if cx.settings.frames {
            self.open.frame_kept.begin(cx.settings.payload, cx.settings.limits.payload, 0);
        }
        let holes = Vec::new();
        self.frame = Some(Box::new(OpenFrame { header, number, origin, received: 0, target, holes, codes }));
    }

    fn take_payload(&mut self, bytes: &[u8], origin: Origin, cx: &mut Context<'_>) {
        let Some(frame) = &mut self.frame else { return };
        let position = frame.received;
        frame.received += bytes.len() as u64;
        if bytes.is_empty() {
            return;
        }
        let mut message = match frame.target {
            Target::Data => Some(&mut self.open.data),
            Target::Control => Some(&mut self.open.control),
            Target::Nothing => None,
        };
        if let Some(message) = &mut message {
            message.carried_by(origin);
        }
        let keeps = cx.settings.payload != PayloadWanted::None;
        let reads = message.as_ref().is_some_and(|message| {
            keeps || message.compressed || message.opcode == Opcode::TEXT || message.opcode.is_control()
        });
        let kept_by_frame = keeps && cx.settings.frames;
        if !reads && !kept_by_frame {
            if let Some(message) = message {
                message.wire_length += bytes.len() as u64;
                message.skip(bytes.len() as u64);
            }
            return;
        }
        let plain = match frame.header.mask {
            Some(key) => unmask(bytes, key, position, cx.scratch),
            None => bytes,
        };
        if cx.settings.frames {
            self.open.frame_kept.push(plain);
        }
        let Some(message) = message else { return };
        message.wire_length += bytes.len() as u64;
        match (&mut self.open.inflater, message.compressed) {
            (Some(inflater), true) => inflater.push(plain, &mut |bytes| message.push(bytes)),
            _ => message.push(plain),
        }
    }
}

/// Lists a packet that carried a frame; of more than are listed, the last one takes the place of the one before.
pub(in crate::conversation) fn note_packet(packets: &mut Vec<u64>, packet: u64, most: usize) {
    let full = packets.len() > most;
    match packets.last_mut() {
        Some(last) if full || *last == packet => *last = packet,
        _ => packets.push(packet),
    }
}
