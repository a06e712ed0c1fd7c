//! The rules that a frame's header can break (RFC 6455 §5, RFC 7692 §6), and what one direction must remember for them.

use crate::diagnostic::{Code, Finding};
use crate::stream::Side;
use crate::websocket::frame::{FrameHeader, Opcode};

use super::attempt::Attempt;
use super::direction::Compression;

/// Masking keys that a new one is compared with.
const REMEMBERED_MASKS: usize = 8;

/// Where a header stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Who sent it.
    pub side: Side,
    /// What the reserved bits may mean.
    pub compression: Compression,
    /// A data message has begun and is not finished.
    pub inside_message: bool,
}

/// What one direction remembers of its frames.
#[derive(Debug, Default)]
#[repr(C)]
pub struct FrameRules {
    closed: bool,
    /// The first data frames after a loss may belong to a message whose start is lost.
    resumed: bool,
    next_mask: u8,
    /// The latest masking keys; 0, which is not remembered, where there was none yet.
    masks: [u32; REMEMBERED_MASKS],
    zero_masks: u32,
    reused_masks: u32,
}

impl FrameRules {
    /// This side has sent a Close.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Frames are taken up after a loss.
    pub fn resume(&mut self) {
        self.resumed = true;
    }

    /// Reads the masking keys.
    #[inline(always)]
    pub fn touch(&self) -> usize {
        usize::from(self.next_mask).wrapping_add(self.masks[REMEMBERED_MASKS - 1] as usize)
    }

    /// Whether nothing is to be said of the header of a message in one frame, at a glance.
    #[inline(always)]
    pub fn is_ordinary(&self, header: &FrameHeader, side: Side) -> bool {
        let mask = match (header.mask, side) {
            (None, Side::Server) => true,
            (Some(key), Side::Client) => {
                let key = u32::from_be_bytes(key);
                key != 0 && self.masks.iter().fold(true, |new, mask| new & (*mask != key))
            }
            _ => false,
        };
        let data = header.fin && (header.opcode == Opcode::TEXT || header.opcode == Opcode::BINARY);
        data && mask && header.rsv == 0 && header.length_is_minimal() && !self.closed && !self.resumed
    }

    /// An ordinary header was taken.
    #[inline(always)]
    pub fn remember(&mut self, header: &FrameHeader) {
        if let Some(key) = header.mask {
            self.remember_mask(u32::from_be_bytes(key));
        }
    }

    fn remember_mask(&mut self, key: u32) {
        if let Some(mask) = self.masks.get_mut(usize::from(self.next_mask)) {
            *mask = key;
        }
        self.next_mask = (self.next_mask + 1) % REMEMBERED_MASKS as u8;
    }

    /// Checks a header.
    pub fn check(
        &mut self,
        header: &FrameHeader,
        place: Place,
        attempt: &Attempt,
        findings: &mut Vec<Finding>,
    ) {
        let opcode = header.opcode;
        let name = opcode.name();
        let mut found = |code, text: String| findings.push(Finding::new(code, text));
        match (place.side, header.mask) {
            // RFC 6455 §5.1
            (Side::Client, None) => {
                found(
                    Code::ClientFrameUnmasked,
                    format!("the client sent a {name} frame without a masking key"),
                );
            }
            (Side::Server, Some(key)) => {
                let key = u32::from_be_bytes(key);
                found(
                    Code::ServerFrameMasked,
                    format!("the server masked a {name} frame, with key {key:08x}"),
                );
            }
            (Side::Client, Some(key)) => self.check_mask(key, attempt, &mut found),
            (Side::Server, None) => {}
        }
        check_reserved_bits(header, place.compression, &mut found);
        if !opcode.is_defined() {
            // RFC 6455 §5.2
            found(Code::ReservedOpcode, format!("opcode {} is reserved", opcode.0));
        }
        if !header.length_is_minimal() {
            let bits = header.length_bits();
            let text = format!(
                "the {name} frame's length {} is written in {bits} bits, which is not the shortest form",
                header.length
            );
            found(Code::LengthNotMinimal, text);
        }
        if header.length >> 63 != 0 {
            let text =
                format!("the {name} frame's 64-bit length {:#x} has its highest bit set", header.length);
            found(Code::LengthMsbSet, text);
        }
        if opcode.is_control() {
            // RFC 6455 §5.5
            if !header.fin {
                found(
                    Code::ControlFragmented,
                    format!("a {name} frame has FIN = 0; control frames cannot be fragmented"),
                );
            }
            if header.length > 125 {
                let text =
                    format!("a {name} frame has {} bytes of payload, and 125 are the most", header.length);
                found(Code::ControlTooLong, text);
            }
        } else if opcode.is_defined() {
            self.check_fragments(header, place, &mut found);
        }
        if self.closed {
            // RFC 6455 §5.5.1
            if opcode.is_control() {
                found(
                    Code::ControlAfterClose,
                    format!("the {} sent a {name} frame after its Close", place.side.name()),
                );
            } else {
                found(
                    Code::DataAfterClose,
                    format!("the {} sent a {name} frame after its Close", place.side.name()),
                );
            }
        }
    }

    fn check_mask(&mut self, key: [u8; 4], attempt: &Attempt, found: &mut impl FnMut(Code, String)) {
        let value = u32::from_be_bytes(key);
        if value == 0 {
            self.zero_masks += 1;
            // One zero in 2^32 keys is chance.
            if self.zero_masks == 2 {
                found(Code::MaskZero, "the client's masking key is 00000000 for the second time".to_owned());
            }
            return;
        }
        if self.masks.contains(&value) {
            self.reused_masks += 1;
            if self.reused_masks >= 2 && !attempt.has(Code::MaskReused) {
                let text = format!(
                    "the client's masking key {value:08x} is one of the eight before it, for the second time"
                );
                found(Code::MaskReused, text);
            }
        }
        self.remember_mask(value);
    }

    /// RFC 6455 §5.4.
    fn check_fragments(&mut self, header: &FrameHeader, place: Place, found: &mut impl FnMut(Code, String)) {
        let continues = header.opcode == Opcode::CONTINUATION;
        let after_loss = self.resumed;
        if !continues || header.fin {
            self.resumed = false;
        }
        match (continues, place.inside_message) {
            (true, false) if !after_loss => {
                found(Code::ContinuationWithoutStart, "a continuation frame continues no message".to_owned());
            }
            (false, true) => {
                let text = format!(
                    "a {} frame begins a message inside another one that is not finished",
                    header.opcode.name()
                );
                found(Code::NewDataFrameInsideMessage, text);
            }
            _ => {}
        }
        if header.length == 0 && (continues || !header.fin) {
            found(
                Code::EmptyFragment,
                format!("a fragment of a message ({}) is empty", header.opcode.name()),
            );
        }
    }
}

/// RFC 6455 §5.2, RFC 7692 §6.
fn check_reserved_bits(header: &FrameHeader, compression: Compression, found: &mut impl FnMut(Code, String)) {
    let name = header.opcode.name();
    let rsv1 = header.rsv & FrameHeader::RSV1 != 0;
    let unexplained = match compression {
        Compression::Unknown => 0,
        Compression::None => header.rsv,
        Compression::Deflate(_) | Compression::Assumed => {
            if rsv1 && header.opcode.is_control() {
                let text = format!("a {name} frame has RSV1 set; control frames are never compressed");
                found(Code::DeflateOnControlFrame, text);
            } else if rsv1 && header.opcode == Opcode::CONTINUATION {
                let text =
                    "a continuation frame has RSV1 set; only the first frame of a message may".to_owned();
                found(Code::DeflateOnContinuation, text);
            }
            header.rsv & !FrameHeader::RSV1
        }
    };
    if unexplained != 0 {
        let text = format!(
            "a {name} frame has the reserved bits {:03b} set, and no extension explains {unexplained:03b}",
            header.rsv
        );
        found(Code::ReservedBitWithoutExtension, text);
    }
}
