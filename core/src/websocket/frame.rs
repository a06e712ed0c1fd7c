//! Decodes frame headers (RFC 6455 §5.2). Never buffers a payload.

use crate::filter::OPCODES;

/// A frame's opcode: any of the sixteen values, whether the standard defines it or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Opcode(pub u8);

impl Opcode {
    /// A fragment that goes on with a message.
    pub const CONTINUATION: Self = Self(0);
    /// A text message, in UTF-8.
    pub const TEXT: Self = Self(1);
    /// A binary message.
    pub const BINARY: Self = Self(2);
    /// Closes the connection (RFC 6455 §5.5.1).
    pub const CLOSE: Self = Self(8);
    /// Asks for a Pong (RFC 6455 §5.5.2).
    pub const PING: Self = Self(9);
    /// Answers a Ping (RFC 6455 §5.5.3).
    pub const PONG: Self = Self(10);

    /// Whether the opcode is one of a control frame (RFC 6455 §5.5): its highest bit is set.
    pub fn is_control(self) -> bool {
        self.0 & 0x8 != 0
    }

    /// Whether RFC 6455 §11.8 defines it.
    pub fn is_defined(self) -> bool {
        matches!(self.0, 0..=2 | 8..=10)
    }

    /// `text`, `binary`, `close`, `ping`, `pong`, `continuation`, `reserved-3` ….
    pub fn name(self) -> &'static str {
        OPCODES[usize::from(self.0 & 0xf)]
    }
}

/// What a frame's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// The last fragment of its message.
    pub fin: bool,
    /// The three reserved bits, RSV1 highest.
    pub rsv: u8,
    /// What the frame is.
    pub opcode: Opcode,
    /// The masking key, if the payload is masked.
    pub mask: Option<[u8; 4]>,
    /// Payload bytes that follow.
    pub length: u64,
    /// Bytes of the header itself, 2 to 14.
    pub header_length: u8,
}

impl FrameHeader {
    /// RSV1, which permessage-deflate uses (RFC 7692 §6).
    pub const RSV1: u8 = 4;

    /// Reads the header at the start of `bytes`; `None`: it goes on beyond them.
    #[inline(always)]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let &[first, second, ..] = bytes else { return None };
        let (length, mask_at) = match second & 0x7f {
            126 => (u64::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)), 4),
            127 => (u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?), 10),
            length => (u64::from(length), 2),
        };
        let masked = second & 0x80 != 0;
        let mask = if masked { Some(*bytes.get(mask_at..)?.first_chunk()?) } else { None };
        Some(Self {
            fin: first & 0x80 != 0,
            rsv: first >> 4 & 0x7,
            opcode: Opcode(first & 0xf),
            mask,
            length,
            header_length: if masked { mask_at as u8 + 4 } else { mask_at as u8 },
        })
    }

    /// Bytes of the header and of the payload together.
    pub fn frame_length(&self) -> u64 {
        self.length.saturating_add(u64::from(self.header_length))
    }

    /// The form of the length field: 7, 16 or 64 bits.
    pub fn length_bits(&self) -> u8 {
        let without_mask = self.header_length - if self.mask.is_some() { 4 } else { 0 };
        match without_mask {
            2 => 7,
            4 => 16,
            _ => 64,
        }
    }

    /// Whether the length is written in the shortest form (RFC 6455 §5.2).
    pub fn length_is_minimal(&self) -> bool {
        match self.length_bits() {
            7 => true,
            16 => self.length > 125,
            _ => self.length > u64::from(u16::MAX),
        }
    }
}

/// Collects the bytes of one header over any number of pieces.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameDecoder {
    /// The first `have` bytes are those of an incomplete header: `have < 14`.
    bytes: [u8; 14],
    have: u8,
}

impl FrameDecoder {
    /// Whether part of a header is waiting for the rest.
    pub fn is_inside_header(&self) -> bool {
        self.have > 0
    }

    /// Forgets the part of a header.
    pub fn reset(&mut self) {
        self.have = 0;
    }

    /// The next header, its bytes taken off `input`; `None`: more bytes are needed, and all were taken.
    pub fn next(&mut self, input: &mut &[u8]) -> Option<FrameHeader> {
        if self.have == 0
            && let Some(header) = FrameHeader::parse(input)
        {
            *input = input.get(usize::from(header.header_length)..)?;
            return Some(header);
        }
        while let Some((&byte, rest)) = input.split_first() {
            *input = rest;
            *self.bytes.get_mut(usize::from(self.have))? = byte;
            self.have += 1;
            if let Some(header) = FrameHeader::parse(self.bytes.get(..usize::from(self.have))?) {
                self.have = 0;
                return Some(header);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], opcode: Opcode, length: u64, header_length: u8, bits: u8, minimal: bool) {
        for cut in 0..=bytes.len() {
            let mut decoder = FrameDecoder::default();
            let (mut a, mut b) = bytes.split_at(cut);
            let header = decoder.next(&mut a).or_else(|| decoder.next(&mut b)).unwrap();
            assert_eq!((header.opcode, header.length, header.header_length), (opcode, length, header_length));
            assert_eq!((header.length_bits(), header.length_is_minimal()), (bits, minimal));
        }
    }

    /// RFC 6455 §5.7.
    #[test]
    fn reads_the_examples_of_the_standard() {
        check(&[0x81, 0x05], Opcode::TEXT, 5, 2, 7, true);
        check(&[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d], Opcode::TEXT, 5, 6, 7, true);
        check(&[0x82, 0x7e, 0x01, 0x00], Opcode::BINARY, 256, 4, 16, true);
        check(&[0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0], Opcode::BINARY, 65_536, 10, 64, true);
    }

    #[test]
    fn tells_lengths_that_are_not_minimal() {
        check(&[0x82, 0xfe, 0x00, 0x05, 1, 2, 3, 4], Opcode::BINARY, 5, 8, 16, false);
        check(&[0x8a, 0xff, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4], Opcode::PONG, 9, 14, 64, false);
    }
}
