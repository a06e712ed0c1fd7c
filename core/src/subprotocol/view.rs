//! One message as its sub-protocol sees it, on request: from its bytes, the handshake of its connection, and the
//! messages around it. Nothing is kept between two requests.

use serde::{Deserialize, Serialize};

use super::json::{self, Checked, JsonView};
use super::{Connections, Decoded, Handshake, Message};
use crate::limits::Limits;
use crate::stream::Side;
use crate::websocket::frame::Opcode;

/// The first messages of a connection, which tell versions.
const FIRST: u64 = 16;
/// Messages before one that are looked at for what it answers and what announced it.
const BEFORE: u64 = 256;
/// Bytes of such a message.
const BEGINNING: usize = 4096;

/// The messages of a connection, for a decoder that needs those around one.
pub trait Around {
    /// What is known of a message without its payload.
    fn facts(&self, number: u64) -> Option<Facts>;
    /// The first bytes of its payload as the application sees it, `most` at most; `None` where they cannot be read.
    fn payload(&self, number: u64, most: usize) -> Option<Vec<u8>>;
}

/// What is known of a message without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Who sent it.
    pub from: Side,
    /// What it is.
    pub opcode: Opcode,
    /// Bytes of its payload.
    pub length: u64,
}

/// A message whose neighbours are not known.
pub struct Alone;

impl Around for Alone {
    fn facts(&self, _number: u64) -> Option<Facts> {
        None
    }

    fn payload(&self, _number: u64, _most: usize) -> Option<Vec<u8>> {
        None
    }
}

/// What a message means.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// As in its row, and what messages behind it add: `attached`, `answered_by`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded: Option<Decoded>,
    /// The JSON in it, of which [`json::Part`] tells more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<JsonView>,
}

/// What a message means. It must be whole; a control frame means nothing.
pub fn view(handshake: &Handshake<'_>, message: &Message<'_>, around: &dyn Around, limits: &Limits) -> View {
    if message.opcode.is_control() {
        return View::default();
    }
    let mut connection = Connections::new(limits);
    connection.upgraded(0, handshake);
    let first = 0..FIRST.min(message.number);
    let before = message.number.saturating_sub(BEFORE).max(first.end)..message.number;
    for number in first.chain(before) {
        replay(&mut connection, number, around);
    }
    let mut decoded = connection.message(0, message);
    if let Some(decoded) = &mut decoded {
        connection.look_ahead(0, message, decoded, around);
    }
    View { json: json_of(&connection, message, decoded.as_ref()), decoded }
}

fn replay(connection: &mut Connections, number: u64, around: &dyn Around) {
    let Some(facts) = around.facts(number).filter(|facts| !facts.opcode.is_control()) else { return };
    let Some(payload) = around.payload(number, BEGINNING) else { return };
    let Facts { from, opcode, length } = facts;
    let message = Message { number, from, opcode, payload: &payload, length };
    match message.is_cut() {
        true => connection.pass(0, &message),
        false => drop(connection.message(0, &message)),
    }
}

fn json_of(connection: &Connections, message: &Message<'_>, decoded: Option<&Decoded>) -> Option<JsonView> {
    let range = match decoded {
        Some(decoded) => connection.json(0, message, decoded)?,
        // A scalar alone is JSON too, when somebody asks.
        None => 0..message.payload.len(),
    };
    let text = message.payload.get(range.clone())?;
    if simdutf8::basic::from_utf8(text).is_err() {
        return None;
    }
    let Checked { values, depth, broken } = json::check(text);
    if values == 0 && depth == 0 {
        return None;
    }
    let is_guess = decoded.is_none();
    if is_guess && broken.is_some() {
        return None;
    }
    Some(JsonView {
        start: range.start as u64,
        end: range.end as u64,
        values,
        depth: depth as u64,
        broken: broken.map(|broken| ((range.start + broken.offset) as u64, broken.fault.to_string())),
    })
}
