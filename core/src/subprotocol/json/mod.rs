//! JSON messages (RFC 8259): checked, and shown as a tree, a path and lines.
//!
//! A message is JSON if all of it is arrays and objects, one or several: lines of JSON (NDJSON), JSON text sequences
//! (RFC 7464) and SignalR's messages, which end in a record separator. Only a message that begins with a bracket is
//! looked at. A row does not repeat the value, which is the row's `text` already (`jq '.text|fromjson'`): it would double the output.

mod part;
mod place;
mod pretty;
mod text;
pub mod token;
mod tree;
mod whole;

use std::ops::Range;

pub use part::{JsonPage, JsonPlace, JsonPretty, JsonView, Part};
pub use place::{DEEPEST, Place, Step, at_offset, at_pointer};
pub use pretty::{Pretty, pretty};
pub use text::{Unescaped, at_character, unescape};
pub use token::{Broken, Fault};
pub use tree::{Child, Children, Kind, Landmarks, Node, PAGE, SHOWN};

use super::{Confidence, Decoded, Decoder, Handshake, Message, Subprotocol, Value};
use crate::limits::Limits;
use crate::websocket::frame::Opcode;
use token::{Token, Tokens};

/// What a text is, without a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Whole values that stand beside each other.
    pub values: u64,
    /// Containers within each other at most.
    pub depth: usize,
    /// Where the text stops being JSON.
    pub broken: Option<Broken>,
}

/// Checks a text.
pub fn check(text: &[u8]) -> Checked {
    match whole::depth_of_one(text) {
        Some(depth) => Checked { values: 1, depth, broken: None },
        None => by_tokens(text),
    }
}

fn by_tokens(text: &[u8]) -> Checked {
    let mut tokens = Tokens::new(text);
    let mut checked = Checked::default();
    loop {
        match tokens.next_token() {
            Ok(Some(_)) => {
                checked.depth = checked.depth.max(tokens.depth());
                checked.values += u64::from(tokens.depth() == 0);
            }
            Ok(None) => return checked,
            Err(broken) => return Checked { broken: Some(broken), ..checked },
        }
    }
}

/// The row of JSON.
pub struct Json;

impl Subprotocol for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn by_handshake(&self, handshake: &Handshake<'_>) -> Confidence {
        // `json`, `v1.json`, `wamp.2.json`: a hint; the messages themselves say more.
        let names = handshake.subprotocol.unwrap_or_default().split([',', ' ']);
        let is_named = names
            .flat_map(|name| name.split(['.', '-', '+', '/']))
            .any(|part| part.eq_ignore_ascii_case("json"));
        Confidence::percent(if is_named { 70 } else { 0 })
    }

    fn is_likely(&self, message: &Message<'_>) -> bool {
        first(message.payload).is_some()
    }

    fn begin(&self, _handshake: &Handshake<'_>, _limits: &Limits) -> Box<dyn Decoder> {
        Box::new(Alone)
    }
}

/// The bracket that a text begins with.
fn first(payload: &[u8]) -> Option<u8> {
    match payload.first()? {
        bracket @ (b'{' | b'[') => Some(*bracket),
        b' ' | b'\t' | b'\n' | b'\r' | 0x1e => {
            // A bound, since every message of a capture is asked.
            let beginning = payload.iter().take(64);
            let mut marks = beginning.filter(|byte| !byte.is_ascii_whitespace() && **byte != 0x1e);
            marks.next().copied().filter(|byte| matches!(byte, b'{' | b'['))
        }
        _ => None,
    }
}

/// Every message of JSON stands alone.
struct Alone;

impl Decoder for Alone {
    fn decode(&mut self, message: &Message<'_>) -> Option<Decoded> {
        first(message.payload)?;
        if message.is_cut() {
            return None;
        }
        // What the application sent as binary has not been checked yet.
        if message.opcode != Opcode::TEXT && simdutf8::basic::from_utf8(message.payload).is_err() {
            return None;
        }
        let checked = check(message.payload);
        let mut decoded = Decoded { protocol: "json".into(), ..Decoded::default() };
        match checked.broken {
            None => decoded.confidence = Confidence::CERTAIN,
            Some(broken) if checked.values > 0 || begins_as_json(message.payload) => {
                decoded.confidence = Confidence::percent(50);
                decoded.with("problems", Value::list(&[broken.to_string()]));
            }
            Some(_) => return None,
        }
        if checked.values > 1 {
            decoded.more.insert(0, ("values".into(), Value::Number(checked.values)));
        }
        Some(decoded)
    }

    fn pass(&mut self, _message: &Message<'_>) {}

    fn keeps_state(&self) -> bool {
        false
    }

    fn json(&self, message: &Message<'_>) -> Option<Range<usize>> {
        Some(0..message.payload.len())
    }
}

/// Whether a broken text has a member with its colon, or two values of an array: more than a bracket in a chat.
fn begins_as_json(text: &[u8]) -> bool {
    let mut tokens = Tokens::new(text);
    let mut seen = [None; 3];
    for slot in &mut seen {
        *slot = tokens.next_token().ok().flatten().map(|lexeme| lexeme.token);
    }
    matches!(
        seen,
        [Some(Token::OpenObject), Some(Token::Key), Some(_)]
            | [Some(Token::OpenArray), Some(Token::OpenObject), Some(Token::Key)]
    ) || matches!(seen, [Some(Token::OpenArray), Some(Token::Text | Token::Number), Some(next)] if next != Token::CloseArray)
}

#[cfg(test)]
mod tests;
