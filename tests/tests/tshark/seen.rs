//! What either program says of a capture, in one shape that can be compared.

use std::collections::BTreeMap;

use sockscope_core::stream::Side;

/// All of it.
#[derive(Default)]
pub struct Seen {
    /// Upgrades that were asked for, in order.
    pub attempts: Vec<Attempt>,
    /// Frames in order, by TCP stream and direction.
    pub frames: BTreeMap<Direction, Vec<Frame>>,
}

/// One direction of a TCP stream, which are counted as Wireshark does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Direction {
    pub stream: u64,
    pub side: Side,
}

/// A request for the upgrade, and its answer.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub stream: u64,
    /// Only the engine numbers them.
    pub connection: Option<u64>,
    pub target: Option<String>,
    pub key: Option<String>,
    pub status: Option<u16>,
    pub accept: Option<String>,
    /// What is said of the Accept; `None` where nothing is.
    pub accept_ok: Option<bool>,
    /// What came of it; only the engine says so.
    pub verdict: Option<String>,
}

/// A frame, and the message that it completes.
#[derive(Clone, Debug)]
pub struct Frame {
    pub header: Header,
    /// The packet in which it completes.
    pub packet: u64,
    /// Unmasked, not inflated.
    pub payload: Vec<u8>,
    /// The message that ends here; of a control frame its payload. `None`: none ends here, or it could not be read.
    pub message: Option<Vec<u8>>,
    /// `false`: bytes of it are lost, so that only what is there can be compared.
    pub whole: bool,
    /// Only the engine numbers frames and messages.
    pub place: Option<Place>,
}

/// Where a frame stands in the engine's rows.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub connection: u64,
    pub frame: u64,
    pub message: Option<u64>,
}

/// A frame's header (RFC 6455 §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub fin: bool,
    pub rsv: u8,
    pub opcode: u8,
    /// Hexadecimal.
    pub mask: Option<String>,
    pub length: u64,
}
