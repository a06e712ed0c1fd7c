//! Turns the bytes of a capture file into [`CapturedPacket`]s: pcap and pcapng, plain, gzip or zstd.
//!
//! [`CaptureReader`] is pushed chunks of any size and calls a sink with what each completes. It leaves out what no
//! packet needs: comments, name resolution, statistics, and the packet options of pcapng.

mod carry;
mod content;
mod embed;
mod gzip;
mod history;
mod interface;
mod link_type;
mod pcap;
mod pcapng;
mod reader;
mod restart;
mod timestamp;
mod zstd;

pub use embed::{Embed, TLS_KEY_LOG};
pub use history::History;
pub use link_type::link_type_name;
pub use reader::{CaptureReader, Rereading};
pub(crate) use restart::{RestartPoint, RestartPoints, Restarted};
pub use timestamp::Timestamp;

use crate::diagnostic::Code;

/// One captured packet, borrowed from the bytes it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapturedPacket<'a> {
    /// Counted from 1 in file order, as Wireshark does.
    pub number: u64,
    /// When it was captured, if the file says so.
    pub time: Option<Timestamp>,
    /// The link type (`LINKTYPE_…`) of the interface it was captured on.
    pub link_type: u16,
    /// The interface, counted from 0 over all sections of the file.
    pub interface: u32,
    /// Offset of `data` in the (decompressed) file.
    pub offset: u64,
    /// Offset of the record or block that holds it.
    pub record: u64,
    /// The captured bytes.
    pub data: &'a [u8],
    /// Length of the packet on the wire; larger than `data` where the snap length cut it.
    pub original_length: u32,
}

impl CapturedPacket<'_> {
    /// An Ethernet frame whose place in its file does not matter any more.
    #[cfg(feature = "threads")]
    pub(crate) fn ethernet(
        number: u64,
        time: Option<Timestamp>,
        offset: u64,
        data: &[u8],
    ) -> CapturedPacket<'_> {
        CapturedPacket { number, time, link_type: 1, offset, data, ..CapturedPacket::NONE }
    }

    /// A packet of nothing, to fill room with.
    const NONE: Self = Self {
        number: 0,
        time: None,
        link_type: 0,
        interface: 0,
        offset: 0,
        record: 0,
        data: &[],
        original_length: 0,
    };
}

/// What a [`CaptureReader`] tells its sink, in file order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureEvent<'a> {
    /// The next bytes of the (decompressed) capture, before what stands in them is told.
    Bytes(&'a [u8]),
    /// Packets, in file order.
    Packets(&'a [CapturedPacket<'a>]),
    /// A pcapng decryption secrets block (draft-ietf-opsawg-pcapng §4.7).
    Secrets {
        /// What `data` is; `0x544c534b` is a TLS key log.
        kind: u32,
        /// The secrets, without padding.
        data: &'a [u8],
    },
    /// A place where the file is damaged or ends too early.
    Fault(Fault),
    /// A part of the file that tells how to read packets behind it: its header, a section, an interface.
    Structure {
        /// Where it begins in the (decompressed) file.
        offset: u64,
        /// All of it.
        bytes: &'a [u8],
    },
    /// Plain bytes that cannot be read again without what is before them, told where that was asked for.
    Plain(&'a [u8]),
}

/// A place where the file is damaged or ends too early. What stands before it has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// [`Code::CaptureDamaged`] or [`Code::CaptureCutShort`].
    pub code: Code,
    /// Where the record, block or compressed data begins that cannot be read: in the file itself if its compression
    /// is at fault, else in the decompressed file.
    pub offset: u64,
    /// One sentence: which byte, what was expected, what was found.
    pub message: String,
}

impl Fault {
    fn damaged(offset: u64, message: String) -> Self {
        Self { code: Code::CaptureDamaged, offset, message }
    }

    fn cut_short(offset: u64, message: String) -> Self {
        Self { code: Code::CaptureCutShort, offset, message }
    }
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// The first bytes are those of something else.
    #[error(
        "this is no capture, but {looks_like}; pcap and pcapng files are read, plain or compressed with gzip or zstd"
    )]
    NotACapture {
        /// What the first bytes look like, with an article: `a PNG image`.
        looks_like: String,
    },
}

/// Bytes as a number in the file's byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    fn i64(self, bytes: [u8; 8]) -> i64 {
        match self {
            Self::Little => i64::from_le_bytes(bytes),
            Self::Big => i64::from_be_bytes(bytes),
        }
    }

    /// The number in four bytes at `at`, if they are there.
    fn u32_at(self, bytes: &[u8], at: usize) -> Option<u32> {
        Some(self.u32(*bytes.get(at..)?.first_chunk()?))
    }

    /// The number in two bytes at `at`, if they are there.
    fn u16_at(self, bytes: &[u8], at: usize) -> Option<u16> {
        Some(self.u16(*bytes.get(at..)?.first_chunk()?))
    }
}

#[cfg(test)]
mod tests;
