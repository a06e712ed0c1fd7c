//! Finds the frames of one message in its bytes, by the same headers that the first pass read.

use super::stream::{MessageStream, Piece};
use crate::http::Protocol;
use crate::session::index::{Index, Record};
use crate::source::SourceError;
use crate::websocket::frame::{FrameHeader, Opcode};
use crate::websocket::legacy::{LegacyDecoder, LegacyEvent, LegacyKind};

/// Bytes of the longest header (RFC 6455 §5.2); of the drafts before it, whose lengths have no end, as many.
const HEADER: u64 = 14;

/// Where one frame of a message stands.
#[derive(Clone, Copy, Debug)]
pub struct FramePlace {
    /// Stream offset of its header.
    pub offset: u64,
    /// Stream offset of its payload.
    pub payload: u64,
    /// Bytes of its payload that came or are known to be lost: `length <= header.length`.
    pub length: u64,
    /// What its header says.
    pub header: FrameHeader,
}

/// The next frame of the message from the stream offset `at` on, which goes behind it; `None`: there is none.
pub fn next(
    stream: &mut MessageStream<'_>,
    record: &Record,
    index: &Index,
    at: &mut u64,
) -> Result<Option<FramePlace>, SourceError> {
    let protocol = index.connection(record.connection()).map(|connection| connection.protocol);
    if matches!(protocol, Some(Protocol::Hixie75 | Protocol::Hixie76)) {
        return legacy(stream, record, at);
    }
    let end = stream.end();
    let opcode = record.opcode();
    let is_alone = opcode.is_control() || !opcode.is_defined();
    while *at < end {
        let offset = *at;
        let Some(header) = FrameHeader::parse(&head(stream, offset)?) else { return Ok(None) };
        let payload = offset + u64::from(header.header_length);
        let length = header.length.min(end.saturating_sub(payload));
        *at = payload + length;
        let is_first = offset == record.offset;
        if is_first && header.opcode != opcode {
            return Err(SourceError::Changed);
        }
        // Control frames of other messages stand between the fragments of this one (RFC 6455 §5.4).
        let is_own = is_first || (!is_alone && header.opcode == Opcode::CONTINUATION);
        if is_own {
            if is_alone || header.fin {
                *at = end;
            }
            return Ok(Some(FramePlace { offset, payload, length, header }));
        }
    }
    Ok(None)
}

fn head(stream: &mut MessageStream<'_>, offset: u64) -> Result<Vec<u8>, SourceError> {
    let (mut head, mut whole) = (Vec::with_capacity(HEADER as usize), true);
    stream.each(offset, offset + HEADER, &mut |piece| match piece {
        Piece::Bytes(bytes) if whole => head.extend_from_slice(bytes),
        _ => whole = false,
    })?;
    Ok(head)
}

/// A message of the drafts before hybi-04 is one frame, and its end may be a byte of its own.
fn legacy(
    stream: &mut MessageStream<'_>,
    record: &Record,
    at: &mut u64,
) -> Result<Option<FramePlace>, SourceError> {
    let (offset, end) = (*at, stream.end());
    if offset >= end {
        return Ok(None);
    }
    *at = end;
    let first = head(stream, offset)?;
    let (header_length, has_terminator) = match LegacyDecoder::new().next(&mut first.as_slice()) {
        Some(LegacyEvent::FrameStart { kind, header_length }) => {
            (header_length, !matches!(kind, LegacyKind::Binary { .. }))
        }
        _ => (2, false), // The closing handshake.
    };
    let mut last = None;
    stream.each(end - 1, end, &mut |piece| {
        if let Piece::Bytes(bytes) = piece {
            last = bytes.last().copied();
        }
    })?;
    let payload = (offset + header_length).min(end);
    let terminator = u64::from(has_terminator && last == Some(0xff) && payload < end);
    let length = end - payload - terminator;
    let header = FrameHeader {
        fin: true,
        rsv: 0,
        opcode: record.opcode(),
        mask: None,
        length,
        header_length: u8::try_from(header_length).unwrap_or(u8::MAX),
    };
    Ok(Some(FramePlace { offset, payload, length, header }))
}
