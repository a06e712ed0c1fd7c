//! A slow and obvious decoder, to decide where the engine is in doubt. Written from the RFCs alone; it shares nothing
//! with the engine.
//!
//! It takes the segments of one connection, whatever their order, and gives what each side said up to its first lost
//! byte. Every step holds all of its input and all of its output. It knows sound traffic only: a handshake, then
//! frames; no second attempt, no violations.

mod frames;
mod messages;
mod tcp;

pub use messages::{Message, PermessageDeflate};
pub use tcp::Stream;

use sockscope_core::stream::Side;

use crate::wire::Segment;

/// What one side said, up to its first byte that is not among the segments.
///
/// # Panics
/// If the traffic is not sound.
pub fn messages(segments: &[Segment], side: Side) -> Vec<Message> {
    let [mine, answer] = [side, Side::Server].map(|side| Stream::of(segments, side).beginning());
    let deflate = match head_of(&answer) {
        Some(head) if head.contains("permessage-deflate") => PermessageDeflate::Agreed,
        _ => PermessageDeflate::Absent,
    };
    match head_of(&mine) {
        Some(head) => messages::join(&frames::split(&mine[head.len()..]), deflate),
        None => Vec::new(),
    }
}

/// The head at the beginning of a stream, with the empty line that ends it (RFC 9112 §2.1).
fn head_of(stream: &[u8]) -> Option<&str> {
    let end = stream.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(std::str::from_utf8(&stream[..end + 4]).expect("a head in ASCII"))
}
