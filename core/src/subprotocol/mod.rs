//! Turns messages into what they mean in the sub-protocol that the two ends speak above WebSocket (RFC 6455 §1.9).
//!
//! A decoder is one file (or folder) that implements [`Subprotocol`], and one row in [`TABLE`]. Which one it is, is known
//! from the handshake (`Sec-WebSocket-Protocol`, the URL) or from the shape of the messages, and never for certain;
//! every answer says how sure it is. A decoder keeps a bounded state for each connection; nothing else is kept.

pub mod connections;
pub mod decoded;
pub mod json;
pub mod socket_io;
pub mod view;

pub use connections::Connections;
pub use decoded::{Confidence, Decoded, Value};

use crate::limits::Limits;
use crate::stream::Side;
use crate::websocket::frame::Opcode;

/// All decoders; where two are equally sure, the first wins.
pub const TABLE: &[&dyn Subprotocol] = &[&socket_io::SocketIo, &json::Json];

/// What a handshake tells of the sub-protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handshake<'a> {
    /// The request's target, path and query.
    pub target: Option<&'a str>,
    /// The sub-protocol that the server chose, else what the client offered.
    pub subprotocol: Option<&'a str>,
}

impl<'a> Handshake<'a> {
    /// The target's path.
    pub fn path(&self) -> &'a str {
        let target = self.target.unwrap_or_default();
        target.split(['?', '#']).next().unwrap_or_default()
    }

    /// The first value of a parameter in the target's query, as sent.
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        let query = self.target?.split_once('?')?.1;
        query
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
            .map(|(_, value)| value)
    }
}

/// One message of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Counted from 0 in its connection.
    pub number: u64,
    /// Who sent it.
    pub from: Side,
    /// What it is.
    pub opcode: Opcode,
    /// Its payload as the application sees it, or the first bytes of it.
    pub payload: &'a [u8],
    /// Bytes of the whole payload.
    pub length: u64,
}

impl<'a> Message<'a> {
    /// Its text, if it has that opcode. The last character may be cut.
    pub fn text(&self) -> Option<&'a str> {
        if self.opcode != Opcode::TEXT {
            return None;
        }
        match std::str::from_utf8(self.payload) {
            Ok(text) => Some(text),
            Err(error) if self.is_cut() && error.error_len().is_none() => {
                std::str::from_utf8(self.payload.get(..error.valid_up_to())?).ok()
            }
            Err(_) => None,
        }
    }

    /// Whether only its first bytes are here.
    pub fn is_cut(&self) -> bool {
        (self.payload.len() as u64) < self.length
    }
}

/// A sub-protocol: how it is recognised, and its decoder.
pub trait Subprotocol: Sync {
    /// As rows name it.
    fn name(&self) -> &'static str;

    /// How sure a handshake makes.
    fn by_handshake(&self, handshake: &Handshake<'_>) -> Confidence;

    /// Whether a message could be one of it. A look at the first bytes: every message of a capture is asked.
    fn is_likely(&self, message: &Message<'_>) -> bool;

    /// Begins a connection.
    fn begin(&self, handshake: &Handshake<'_>, limits: &Limits) -> Box<dyn Decoder>;
}

/// Decodes the messages of one connection, in their order. Its memory is bounded.
pub trait Decoder: Send {
    /// Takes the next message. `None`: it is none of this sub-protocol, or its payload is cut.
    fn decode(&mut self, message: &Message<'_>) -> Option<Decoded>;

    /// Takes note of a message whose payload may be cut, for the sake of those behind it.
    fn pass(&mut self, message: &Message<'_>);

    /// Whether what it knows of the connection is worth keeping.
    fn keeps_state(&self) -> bool;

    /// What messages behind this one add to it, for a view. Its payload was decoded just before.
    fn look_ahead(&mut self, _message: &Message<'_>, _decoded: &mut Decoded, _around: &dyn view::Around) {}

    /// Where in the payload of a text JSON stands, for a view.
    fn json(&self, message: &Message<'_>) -> Option<std::ops::Range<usize>>;
}

/// The sub-protocol that a handshake makes likely, and how sure it is.
pub fn by_handshake(handshake: &Handshake<'_>) -> Option<(&'static dyn Subprotocol, Confidence)> {
    let mut best: Option<(&dyn Subprotocol, Confidence)> = None;
    for &row in TABLE {
        let confidence = row.by_handshake(handshake);
        if confidence >= Confidence::percent(50) && best.is_none_or(|(_, before)| confidence > before) {
            best = Some((row, confidence));
        }
    }
    best
}
