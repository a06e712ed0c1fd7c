//! Messages as the index keeps them: 40 bytes each, beside their extents. What few messages have stands aside.

use super::spill::{Fixed, take};
use crate::conversation::MessageView;
use crate::diagnostic::Code;
use crate::stream::{Origin, Side};
use crate::websocket::frame::Opcode;

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Offset of its first header in its direction's stream.
    pub offset: u64,
    length: u32,
    wire_length: u32,
    connection: u32,
    number: u32,
    /// Its first extent; they end where the next message's begin.
    pub extents: u32,
    first_frame: u32,
    frames: u32,
    flags: Flags,
}

/// The facts of a message that are small numbers: opcode, yes and no, a Close's code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Flags(u32);

const OPCODE: u32 = 0xf;
const FROM_SERVER: u32 = 1 << 4;
const COMPRESSED: u32 = 1 << 5;
const COMPLETE: u32 = 1 << 6;
const FINISHED: u32 = 1 << 7;
const WINDOW_LOST: u32 = 1 << 8;
const TEXT: u32 = 1 << 9;
const HAS_CODE: u32 = 1 << 10;
const ODD: u32 = 1 << 11;
const CODE_SHIFT: u32 = 16;

/// What few messages have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Odd {
    /// The length where it does not fit, of the payload and on the wire.
    pub lengths: (u64, u64),
    /// First packet and the one that completed it, where they are not those of its first and last extent.
    pub origins: Option<(Origin, Origin)>,
    /// What is lost.
    pub holes: Vec<(u64, u64)>,
    /// What speaks of it.
    pub codes: Vec<Code>,
    /// The numbers of its frames, if there are several.
    pub frames: Vec<u64>,
    /// What speaks of its frames, by their number.
    pub frame_codes: Vec<(u64, Code)>,
}

impl Record {
    /// The record of a message whose extents begin at that place of the log, and what else must be kept of it; `None`
    /// where its numbers do not fit.
    pub fn of(view: &MessageView<'_>, extents: usize) -> Option<(Self, Option<Box<Odd>>)> {
        let trace = view.trace?;
        u32::try_from(view.completed.packet).ok()?;
        let (first, last) = (trace.extents.first()?, trace.extents.last()?);
        let mut flags = u32::from(view.opcode.0 & 0xf);
        for (bit, holds) in [
            (FROM_SERVER, view.from == Side::Server),
            (COMPRESSED, view.compressed),
            (COMPLETE, view.payload.complete),
            (FINISHED, trace.finished),
            (WINDOW_LOST, trace.window_lost),
            (TEXT, view.payload.is_text),
        ] {
            flags |= if holds { bit } else { 0 };
        }
        if let Some(code) = view.close.and_then(|close| close.code) {
            flags |= HAS_CODE | u32::from(code) << CODE_SHIFT;
        }
        let origins = (view.started, view.completed);
        let odd = Odd {
            lengths: (view.length, view.wire_length),
            origins: (origins != (first.origin, last.origin) || last.end() < trace.end).then_some(origins),
            holes: view.payload.holes.to_vec(),
            codes: view.codes.to_vec(),
            frames: if trace.frames.len() > 1 { trace.frames.to_vec() } else { Vec::new() },
            frame_codes: trace.codes.to_vec(),
        };
        let is_odd = odd.origins.is_some()
            || !odd.holes.is_empty()
            || !odd.codes.is_empty()
            || !odd.frames.is_empty()
            || !odd.frame_codes.is_empty()
            || view.length.max(view.wire_length) > u64::from(u32::MAX);
        if is_odd {
            flags |= ODD;
        }
        let record = Self {
            offset: first.offset,
            length: u32::try_from(view.length).unwrap_or(u32::MAX),
            wire_length: u32::try_from(view.wire_length).unwrap_or(u32::MAX),
            connection: u32::try_from(view.connection).ok()?,
            number: u32::try_from(view.number).ok()?,
            extents: u32::try_from(extents).ok()?,
            first_frame: u32::try_from(trace.frames.first().copied().unwrap_or_default()).ok()?,
            frames: u32::try_from(view.frames).ok()?,
            flags: Flags(flags),
        };
        Some((record, is_odd.then(|| Box::new(odd))))
    }

    /// Its connection's number.
    pub fn connection(&self) -> u64 {
        u64::from(self.connection)
    }

    /// Its number in its connection.
    pub fn number(&self) -> u64 {
        u64::from(self.number)
    }

    /// Number of its first frame in its connection.
    pub fn first_frame(&self) -> u64 {
        u64::from(self.first_frame)
    }

    /// How many frames it has.
    pub fn frames(&self) -> u64 {
        u64::from(self.frames)
    }

    /// Payload bytes as the application sees them; `u32::MAX`: [`Odd`] has the number.
    pub fn short_length(&self) -> u64 {
        u64::from(self.length)
    }

    /// Payload bytes on the wire; `u32::MAX`: [`Odd`] has the number.
    pub fn short_wire_length(&self) -> u64 {
        u64::from(self.wire_length)
    }

    /// What it is.
    pub fn opcode(&self) -> Opcode {
        Opcode((self.flags.0 & OPCODE) as u8)
    }

    /// Who sent it.
    pub fn from(&self) -> Side {
        if self.has(FROM_SERVER) { Side::Server } else { Side::Client }
    }

    /// A Close's code.
    pub fn close_code(&self) -> Option<u16> {
        self.has(HAS_CODE).then_some((self.flags.0 >> CODE_SHIFT) as u16)
    }

    /// It was compressed.
    pub fn is_compressed(&self) -> bool {
        self.has(COMPRESSED)
    }

    /// None of its bytes are lost.
    pub fn is_complete(&self) -> bool {
        self.has(COMPLETE)
    }

    /// Its last frame came.
    pub fn is_finished(&self) -> bool {
        self.has(FINISHED)
    }

    /// Bytes were lost since the compressed message before it.
    pub fn is_window_lost(&self) -> bool {
        self.has(WINDOW_LOST)
    }

    /// It is complete, valid text.
    pub fn is_text(&self) -> bool {
        self.has(TEXT)
    }

    /// More of it stands aside.
    pub fn is_odd(&self) -> bool {
        self.has(ODD)
    }

    fn has(&self, bit: u32) -> bool {
        self.flags.0 & bit != 0
    }
}

impl Fixed for Record {
    const SIZE: usize = 40;

    fn write(&self, to: &mut Vec<u8>) {
        let Self { offset, length, wire_length, connection, number, extents, first_frame, frames, flags } =
            *self;
        to.extend_from_slice(&offset.to_le_bytes());
        for part in [length, wire_length, connection, number, extents, first_frame, frames, flags.0] {
            part.write(to);
        }
    }

    fn read(from: &mut &[u8]) -> Self {
        let offset = u64::from_le_bytes(take(from));
        let [length, wire_length, connection, number, extents, first_frame, frames, flags] =
            std::array::from_fn(|_| u32::read(from));
        let flags = Flags(flags);
        Self { offset, length, wire_length, connection, number, extents, first_frame, frames, flags }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_40_bytes_in_memory_and_in_a_file() {
        assert_eq!(size_of::<Record>(), 40);
        let record = Record {
            offset: 1 << 40 | 7,
            length: 2,
            wire_length: 3,
            connection: 4,
            number: 5,
            extents: 6,
            first_frame: 7,
            frames: 8,
            flags: Flags(9),
        };
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        assert_eq!(bytes.len(), Record::SIZE);
        assert_eq!(Record::read(&mut bytes.as_slice()), record);
    }
}
