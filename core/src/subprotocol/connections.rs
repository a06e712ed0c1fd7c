//! The decoders of the connections that are open: what the streaming session asks of each message.

use std::ops::Range;

use hashbrown::HashMap;

use super::view::Around;
use super::{Decoded, Decoder, Handshake, Message, TABLE, by_handshake};
use crate::limits::Limits;

/// Connections whose decoders know something. One that speaks nothing known costs nothing.
pub struct Connections {
    limits: Limits,
    decoders: HashMap<u64, Box<dyn Decoder>>,
}

impl Connections {
    /// None yet.
    pub fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), decoders: HashMap::new() }
    }

    /// An upgrade has come about.
    pub fn upgraded(&mut self, connection: u64, handshake: &Handshake<'_>) {
        if let Some((row, _)) = by_handshake(handshake) {
            let decoder = row.begin(handshake, &self.limits);
            if decoder.keeps_state() {
                self.decoders.insert(connection, decoder);
            }
        }
    }

    /// The next message of a connection: what it means.
    pub fn message(&mut self, connection: u64, message: &Message<'_>) -> Option<Decoded> {
        if message.opcode.is_control() {
            return None;
        }
        let decoder = if self.decoders.is_empty() { None } else { self.decoders.get_mut(&connection) };
        if let Some(decoded) = decoder.and_then(|decoder| decoder.decode(message)) {
            return Some(decoded);
        }
        let (decoder, decoded) = by_shape(message, &self.limits)?;
        if decoder.keeps_state() {
            self.decoders.entry(connection).or_insert(decoder);
        }
        Some(decoded)
    }

    /// A message whose payload cannot be decoded: bytes of it are lost, or are not kept.
    pub fn pass(&mut self, connection: u64, message: &Message<'_>) {
        if let Some(decoder) = self.decoders.get_mut(&connection) {
            decoder.pass(message);
        }
    }

    /// What messages behind one add to what it means.
    pub(super) fn look_ahead(
        &mut self,
        connection: u64,
        message: &Message<'_>,
        decoded: &mut Decoded,
        around: &dyn Around,
    ) {
        if let Some(decoder) = self.decoders.get_mut(&connection) {
            decoder.look_ahead(message, decoded, around);
        }
    }

    /// Where JSON stands in a message that means this.
    pub(super) fn json(
        &self,
        connection: u64,
        message: &Message<'_>,
        decoded: &Decoded,
    ) -> Option<Range<usize>> {
        match self.decoders.get(&connection) {
            Some(decoder) if decoded.protocol != "json" => decoder.json(message),
            _ => Some(0..message.payload.len()),
        }
    }

    /// Nothing more will come of a connection.
    pub fn closed(&mut self, connection: u64) {
        self.decoders.remove(&connection);
    }
}

/// What a message means by its shape alone, and the decoder that knows.
pub(super) fn by_shape(message: &Message<'_>, limits: &Limits) -> Option<(Box<dyn Decoder>, Decoded)> {
    let mut likely = TABLE.iter().filter(|row| row.is_likely(message));
    likely.find_map(|row| {
        let mut decoder = row.begin(&Handshake::default(), limits);
        let decoded = decoder.decode(message)?;
        Some((decoder, decoded))
    })
}
