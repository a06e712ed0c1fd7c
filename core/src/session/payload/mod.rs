//! Reads payloads again that the first pass only passed by: a message's bytes by its runs, its frames by their headers,
//! its compressed bytes from the last place where the window is known. Nothing is reassembled again.

mod frames;
mod inflate;
mod packets;
mod places;
mod stream;

pub use frames::FramePlace;
pub use inflate::Replay;

use self::inflate::Wanted;
use self::stream::{MessageStream, Piece};
use super::api::{FrameRow, FrameView, PacketView, Page, PayloadPart, Span, Stage};
use super::bytes::Bytes;
use super::index::{Index, Record};
use crate::conversation::{self, PayloadView};
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::source::SourceError;
use crate::stream::Origin;
use crate::websocket::mask::unmask;
use crate::websocket::message::PayloadWanted;

/// Reads messages of an index again.
pub struct Reader<'a> {
    /// What the first pass kept.
    pub index: &'a Index,
    /// The captures.
    pub bytes: &'a mut Bytes,
    /// What may be spent.
    pub limits: &'a Limits,
    /// Where inflating stands, for messages that are read one after the other.
    pub replay: &'a mut Option<Replay>,
}

/// The most bytes that one answer holds.
pub const ANSWER: u64 = 4 << 20;

impl Reader<'_> {
    /// A part of a message's payload. At most [`ANSWER`] bytes are given at once.
    ///
    /// # Errors
    ///
    /// The capture cannot be read any more.
    pub fn payload(
        &mut self,
        id: u32,
        record: &Record,
        stage: Stage,
        bytes: Span,
    ) -> Result<PayloadPart, SourceError> {
        let inflates = stage == Stage::Application && record.is_compressed();
        let total = match stage {
            Stage::Application => self.index.length(id, record),
            Stage::Wire | Stage::Unmasked => self.index.wire_length(id, record),
        };
        let start = bytes.start.min(total);
        let length = bytes.length.min(total - start).min(ANSWER);
        let mut part = PayloadPart {
            total,
            start,
            bytes: Vec::new(),
            holes: self.index.odd(id, record).map(|odd| odd.holes.clone()).unwrap_or_default(),
            is_text: stage == Stage::Application && record.is_text(),
        };
        let mut window = Window { from: start, until: start + length, at: 0, bytes: &mut part.bytes };
        if inflates {
            self.inflated(id, record, &mut |plain| window.push(plain))?;
        } else {
            let mut holes = Vec::new();
            self.each_payload(id, record, stage, start, start + length, &mut |piece| match piece {
                Piece::Bytes(bytes) => {
                    window.push(bytes);
                }
                Piece::Lost(length) => {
                    holes.push((window.at, length));
                    window.lose(length);
                }
            })?;
            // Before inflating, what is lost is what was lost on the wire.
            if record.is_compressed() {
                part.holes = holes;
            }
        }
        Ok(part)
    }

    /// The whole payload as the application sees it, up to `limit` bytes.
    ///
    /// # Errors
    ///
    /// The capture cannot be read any more.
    pub fn application(&mut self, id: u32, record: &Record, limit: u64) -> Result<Vec<u8>, SourceError> {
        let mut all = Vec::new();
        let until = self.index.length(id, record).min(limit);
        let mut window = Window { from: 0, until, at: 0, bytes: &mut all };
        if record.is_compressed() {
            self.inflated(id, record, &mut |plain| window.push(plain))?;
        } else {
            self.each_payload(id, record, Stage::Application, 0, until, &mut |piece| match piece {
                Piece::Bytes(bytes) => {
                    window.push(bytes);
                }
                Piece::Lost(length) => window.lose(length),
            })?;
        }
        Ok(all)
    }

    /// The message's frames, with the bytes of their headers.
    ///
    /// # Errors
    ///
    /// The capture cannot be read any more.
    pub fn frames(&mut self, id: u32, record: &Record, rows: Span) -> Result<Page<FrameView>, SourceError> {
        let mut page = Page { total: record.frames(), counted: true, start: rows.start, rows: Vec::new() };
        let (mut number, mut payload_offset) = (0, 0);
        let mut stream = MessageStream::new(self.index, self.bytes, id, record);
        let mut at = record.offset;
        while let Some(frame) = self::frames::next(&mut stream, record, self.index, &mut at)? {
            if number >= rows.start.saturating_add(rows.length) {
                break;
            }
            if number >= rows.start {
                let mut header = Vec::new();
                stream.each(frame.offset, frame.payload, &mut |piece| {
                    if let Piece::Bytes(bytes) = piece {
                        header.extend_from_slice(bytes);
                    }
                })?;
                let place = usize::try_from(number).unwrap_or(usize::MAX);
                let frame_number = self.index.frame_number(id, record, place).unwrap_or_default();
                let codes = self.index.frame_codes(id, record, frame_number);
                let row = frame_row(&stream, &frame, record, frame_number, &codes);
                page.rows.push(FrameView { row, header, stream_offset: frame.offset, payload_offset });
            }
            payload_offset += frame.length;
            number += 1;
        }
        Ok(page)
    }

    /// The TCP segments that carried the message.
    ///
    /// # Errors
    ///
    /// The capture cannot be read any more.
    pub fn packets(&mut self, id: u32, record: &Record, rows: Span) -> Result<Page<PacketView>, SourceError> {
        packets::read(self, id, record, rows)
    }

    /// Calls `each` with the payload's bytes between two offsets, before inflating.
    fn each_payload(
        &mut self,
        id: u32,
        record: &Record,
        stage: Stage,
        from: u64,
        until: u64,
        each: &mut dyn FnMut(Piece<'_>),
    ) -> Result<(), SourceError> {
        let mut stream = MessageStream::new(self.index, self.bytes, id, record);
        let (mut at, mut before) = (record.offset, 0);
        let mut plain = Vec::new();
        // What precedes `from` was not given: the window counts it.
        let mut given = 0;
        while before < until
            && let Some(frame) = frames::next(&mut stream, record, self.index, &mut at)?
        {
            let behind = before + frame.length;
            if behind > from {
                let (skipped, end) = (from.saturating_sub(before), (until - before).min(frame.length));
                if before + skipped > given {
                    each(Piece::Lost(before + skipped - given));
                }
                let mut position = skipped;
                stream.each(frame.payload + skipped, frame.payload + end, &mut |piece| match piece {
                    Piece::Bytes(bytes) => {
                        match frame.header.mask.filter(|_| stage != Stage::Wire) {
                            Some(key) => each(Piece::Bytes(unmask(bytes, key, position, &mut plain))),
                            None => each(Piece::Bytes(bytes)),
                        }
                        position += bytes.len() as u64;
                    }
                    Piece::Lost(length) => {
                        each(Piece::Lost(length));
                        position += length;
                    }
                })?;
                given = before + end;
            }
            before = behind;
        }
        Ok(())
    }
}

/// The part of a payload that is wanted.
struct Window<'a> {
    from: u64,
    until: u64,
    /// Offset of the next byte: `at <= until` is not required.
    at: u64,
    bytes: &'a mut Vec<u8>,
}

impl Window<'_> {
    fn push(&mut self, bytes: &[u8]) -> Wanted {
        let place = |offset: u64| usize::try_from(offset.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let (from, until) = (place(self.from).min(bytes.len()), place(self.until).min(bytes.len()));
        self.bytes.extend_from_slice(bytes.get(from..until).unwrap_or_default());
        self.at += bytes.len() as u64;
        if self.at < self.until { Wanted::More } else { Wanted::Enough }
    }

    fn lose(&mut self, length: u64) {
        let end = self.at.saturating_add(length);
        let (from, until) = (self.at.clamp(self.from, self.until), end.clamp(self.from, self.until));
        // No part is longer than an answer, or than the limit of a payload.
        let zeros = usize::try_from(until - from).unwrap_or(usize::MAX);
        self.bytes.resize(self.bytes.len() + zeros, 0);
        self.at = end;
    }
}

fn frame_row(
    stream: &MessageStream<'_>,
    frame: &FramePlace,
    record: &Record,
    number: u64,
    codes: &[Code],
) -> FrameRow {
    let (packets, first) = stream.packets(frame.offset, frame.payload + frame.length);
    let mut holes = Vec::new();
    stream.lost(frame.payload, frame.payload + frame.length, &mut |offset, length| {
        holes.push((offset - frame.payload, length));
    });
    if frame.length < frame.header.length {
        holes.push((frame.length, frame.header.length - frame.length));
    }
    let origin = first.unwrap_or(Origin { packet: 0, time: None });
    let payload = PayloadView {
        kept: &[],
        sha256: None,
        holes: &holes,
        complete: holes.is_empty(),
        truncated: false,
        is_text: false,
    };
    let view = conversation::FrameView {
        connection: record.connection(),
        number,
        from: record.from(),
        origin,
        packets: &packets,
        header: &frame.header,
        message: Some(record.number()),
        payload,
        codes,
    };
    view.to_row(PayloadWanted::None)
}
