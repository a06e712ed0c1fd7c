//! Engine.IO (protocols 2 to 4) and Socket.IO (protocols 2 to 5) above it.
//!
//! Names packets and events, and ties together what belongs together: an answer and its event, a pong and its ping, an
//! attachment and the packet that announced it. A row leaves before the messages behind it are known, so that an answer
//! names its question and an attachment its packet; a view knows both directions.

mod engine;
mod packet;
mod state;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use self::engine::{Body, EnginePacket};
use self::packet::Packet;
use self::state::{Announced, Asked, Meaning, State};
use super::view::Around;
use super::{Confidence, Decoded, Decoder, Handshake, Message, Subprotocol, Value, json};
use crate::limits::Limits;
use crate::stream::Side;
use crate::websocket::frame::Opcode;

/// Containers within each other in data that a row repeats: common readers of JSON go no deeper.
const DEPTH: usize = 100;
/// Messages that a view looks at for an answer, and for attachments.
const AHEAD: u64 = 256;
/// Bytes of a message that a view looks at for that.
const BEGINNING: usize = 4096;

/// The row of Engine.IO and Socket.IO.
pub struct SocketIo;

impl Subprotocol for SocketIo {
    fn name(&self) -> &'static str {
        "socket.io"
    }

    fn by_handshake(&self, handshake: &Handshake<'_>) -> Confidence {
        let is_engine = handshake.parameter("EIO").is_some();
        let is_socket = handshake.parameter("transport") == Some("websocket");
        let path = handshake.path();
        Confidence::percent(match (is_engine, is_socket) {
            (true, true) => 99,
            (true, false) => 95,
            _ if path.contains("/socket.io/") => 90,
            _ if path.contains("/engine.io/") => 85,
            _ => 0,
        })
    }

    fn is_likely(&self, message: &Message<'_>) -> bool {
        match message.payload {
            [b'0', b'{', ..] => message.opcode == Opcode::TEXT,
            [b'4', b'0'..=b'6', next, ..] => {
                message.opcode == Opcode::TEXT && matches!(next, b'[' | b'{' | b'/' | b'0'..=b'9')
            }
            _ => false,
        }
    }

    fn begin(&self, handshake: &Handshake<'_>, limits: &Limits) -> Box<dyn Decoder> {
        let confidence = self.by_handshake(handshake);
        Box::new(Connection {
            state: State::new(handshake, limits),
            confidence,
            by_handshake: confidence > Confidence::default(),
            data: limits.decoded_data,
        })
    }
}

/// One connection.
struct Connection {
    state: State,
    /// How sure it is that it speaks Engine.IO: 0 until something says so.
    confidence: Confidence,
    /// The handshake says so: then every message is to be a packet.
    by_handshake: bool,
    /// `Limits::decoded_data`
    data: usize,
}

impl Decoder for Connection {
    fn decode(&mut self, message: &Message<'_>) -> Option<Decoded> {
        if message.is_cut() {
            self.pass(message);
            return None;
        }
        let meaning = self.state.take(message);
        let mut row = Row { decoded: Decoded::default(), problems: Vec::new() };
        match meaning {
            // Where only the shape speaks for Socket.IO, another shape is another sub-protocol.
            Meaning::Nothing if !self.by_handshake => return None,
            Meaning::Nothing => self.nothing(message, &mut row),
            Meaning::Engine { packet, answers } => self.engine(message, &packet, answers, &mut row),
            Meaning::Packet { packet, answers, abandoned } => {
                self.packet(message, &packet, answers, abandoned, &mut row);
            }
            Meaning::Attachment { of, length } => self.attachment(of, length, &mut row),
        }
        if self.confidence == Confidence::default() {
            self.confidence = by_shape(&row)?;
        }
        row.decoded.confidence = match row.problems.is_empty() {
            true => self.confidence,
            false => self.confidence.min(Confidence::percent(80)),
        };
        if !row.problems.is_empty() {
            row.decoded.with("problems", Value::list(&row.problems));
        }
        Some(row.decoded)
    }

    fn pass(&mut self, message: &Message<'_>) {
        self.state.take(message);
    }

    fn keeps_state(&self) -> bool {
        self.confidence > Confidence::default()
    }

    fn look_ahead(&mut self, message: &Message<'_>, decoded: &mut Decoded, around: &dyn Around) {
        let is_ack = matches!(decoded.packet.as_deref(), Some("ack" | "binary_ack"));
        let ack = if is_ack { None } else { decoded.get("ack").cloned() };
        let connects = decoded.packet.as_deref() == Some("connect") && message.from == Side::Client;
        let pings = decoded.packet.as_deref() == Some("ping");
        let mut missing = match decoded.get("attachments") {
            Some(Value::Number(count)) if decoded.get("of").is_none() => *count,
            _ => 0,
        };
        let (mut attached, mut answered) = (Vec::new(), None);
        let mut waits = ack.is_some() || connects || pings;
        for number in (message.number + 1..).take(AHEAD as usize) {
            if missing == 0 && !waits {
                break;
            }
            let Some(facts) = around.facts(number) else { break };
            let wanted = if facts.from == message.from { missing > 0 } else { waits };
            if facts.opcode.is_control() || !wanted {
                continue;
            }
            let Some(payload) = around.payload(number, BEGINNING) else { continue };
            let next = Message {
                number,
                from: facts.from,
                opcode: facts.opcode,
                payload: &payload,
                length: facts.length,
            };
            match self.state.take(&next) {
                Meaning::Attachment { of: Some(of), length } if of.message == message.number => {
                    attached.push(format!("{{\"message\":{number},\"length\":{length}}}"));
                    missing -= 1;
                }
                Meaning::Packet { answers: Some(asked), .. } if asked.message == message.number => {
                    (answered, waits) = (Some(number), false);
                }
                Meaning::Packet { .. } if facts.from == message.from => missing = 0,
                Meaning::Engine { answers: Some(asked), .. } if asked == message.number => {
                    (answered, waits) = (Some(number), false);
                }
                _ => {}
            }
        }
        let problems = decoded.more.iter().position(|(key, _)| key == "problems");
        let mut at = problems.unwrap_or(decoded.more.len());
        if !attached.is_empty() {
            decoded.more.insert(at, ("attached".into(), Value::Json(format!("[{}]", attached.join(",")))));
            at += 1;
        }
        if let Some(number) = answered {
            decoded.more.insert(at, ("answered_by".into(), Value::Number(number)));
        }
    }

    fn json(&self, message: &Message<'_>) -> Option<Range<usize>> {
        let text = message.text()?;
        let packet = engine::of_text(text, self.state.engine)?;
        let Body::Text(body) = packet.body else { return None };
        let data = match packet.kind {
            engine::Kind::Message => packet::read(body).map_or(body, |packet| packet.data),
            _ => body,
        };
        Some(text.len() - data.len()..text.len()).filter(|range| !range.is_empty())
    }
}

/// A row that is being made.
struct Row {
    decoded: Decoded,
    problems: Vec<String>,
}

impl Connection {
    fn begin(&self, row: &mut Row, protocol: &'static str, packet: Option<&'static str>) {
        let decoded = &mut row.decoded;
        decoded.protocol = Cow::Borrowed(protocol);
        decoded.packet = packet.map(Cow::Borrowed);
        if protocol == "socket.io" {
            decoded.version = self.state.version();
            decoded.with("engine", self.state.engine.map(|version| Value::Number(version.into())));
        } else {
            decoded.version = self.state.engine;
        }
        decoded.with("known_by", self.state.known_by.map(|by| Value::Text(by.name().to_owned())));
    }

    fn nothing(&self, message: &Message<'_>, row: &mut Row) {
        self.begin(row, "engine.io", None);
        if message.opcode == Opcode::TEXT && message.text().is_none() {
            row.problems.push("the text is no UTF-8".to_owned());
            return;
        }
        let first = match message.text() {
            Some(text) => text.chars().next().map(|first| format!("“{}”", first.escape_debug())),
            None => message.payload.first().map(|first| format!("the byte {first}")),
        };
        row.problems.push(match first {
            Some(first) => format!("no packet of Engine.IO begins with {first}"),
            None => "an empty message is no packet of Engine.IO".to_owned(),
        });
    }

    fn engine(&self, message: &Message<'_>, packet: &EnginePacket<'_>, answers: Option<u64>, row: &mut Row) {
        self.begin(row, "engine.io", Some(packet.kind.name()));
        row.problems.extend(self.wrong_side(message.from, packet));
        row.decoded.with("answers", answers.map(Value::Number));
        match (packet.kind, packet.body) {
            (_, Body::Text("")) | (engine::Kind::Message, Body::Binary(_) | Body::Base64(_)) => {}
            (engine::Kind::Ping | engine::Kind::Pong, Body::Text("probe")) => {
                row.decoded.with("probe", Value::Yes(true));
            }
            (engine::Kind::Open, Body::Text(text)) => {
                let checked = json::check(text.as_bytes());
                match checked.broken {
                    Some(broken) => row.problems.push(broken_at(1, broken)),
                    None => self.value(row, "data", text.trim(), checked.depth),
                }
            }
            (engine::Kind::Message, Body::Text(text)) if !self.state.is_only_engine() => {
                let first =
                    text.chars().next().map_or(String::new(), |first| first.escape_debug().to_string());
                row.problems.push(format!("no packet of Socket.IO begins with “{first}”"));
            }
            (engine::Kind::Message, Body::Text(_)) => {}
            _ => row.problems.push("data where there is none to be".to_owned()),
        }
    }

    /// Who sends what has changed between the versions.
    fn wrong_side(&self, from: Side, packet: &EnginePacket<'_>) -> Option<String> {
        let expected = match (packet.kind, self.state.engine) {
            (engine::Kind::Open, _) => Side::Server,
            (engine::Kind::Upgrade, _) => Side::Client,
            (engine::Kind::Ping, _) if packet.body == Body::Text("probe") => Side::Client,
            (engine::Kind::Pong, _) if packet.body == Body::Text("probe") => Side::Server,
            (engine::Kind::Ping, Some(..=3)) | (engine::Kind::Pong, Some(4..)) => Side::Client,
            (engine::Kind::Pong, Some(..=3)) | (engine::Kind::Ping, Some(4..)) => Side::Server,
            _ => return None,
        };
        let version = self.state.engine.map_or(String::new(), |version| format!(" {version}"));
        (from != expected).then(|| {
            let (name, expected, from) = (packet.kind.name(), expected.name(), from.name());
            format!("in Engine.IO{version} the {expected} sends {name}, and here the {from} does")
        })
    }

    fn packet(
        &self,
        message: &Message<'_>,
        packet: &Packet<'_>,
        answers: Option<Asked>,
        abandoned: Option<Announced>,
        row: &mut Row,
    ) {
        self.begin(row, "socket.io", Some(packet.kind.name(self.state.version())));
        let data = packet::data(packet, message.payload.len() - packet.data.len());
        let decoded = &mut row.decoded;
        decoded.with("namespace", Value::Text(packet.namespace.to_owned()));
        decoded.with("query", packet.query.map(|query| Value::Text(query.to_owned())));
        let (answered, event) = answers.map_or((None, None), |asked| (Some(asked.message), asked.event));
        decoded.with("event", packet.event.clone().or(event).map(Value::Text));
        decoded.with("ack", packet.ack.map(Value::Number));
        decoded.with("answers", answered.map(Value::Number));
        if let Some(args) = &data.args {
            let is_args = packet.kind.is_event() || packet.kind.is_ack();
            self.value(row, if is_args { "args" } else { "data" }, args, data.depth);
        }
        let attachments = Some(packet.attachments).filter(|_| packet.kind.is_binary());
        row.decoded.with("attachments", attachments.map(Value::Number));
        if let Some(Announced { message, total, came, .. }) = abandoned {
            row.problems.push(format!(
                "of the attachments of message {message}, {came} of {total} came before this packet"
            ));
        }
        row.problems.extend(packet.problems.iter().cloned().chain(data.problems));
    }

    /// Adds what was sent, as it was sent; of too much only its length, since the row's `text` has it all.
    fn value(&self, row: &mut Row, key: &'static str, text: &str, depth: usize) {
        if text.len() <= self.data && depth <= DEPTH {
            row.decoded.with(key, Value::json(text));
        } else {
            let key = if key == "args" { "args_length" } else { "data_length" };
            row.decoded.with(key, Value::Number(text.len() as u64));
        }
    }

    fn attachment(&self, of: Option<Announced>, length: u64, row: &mut Row) {
        let Some(of) = of else {
            self.begin(row, "socket.io", None);
            row.decoded.with("length", Value::Number(length));
            // Protocol 2 packs whole packets.
            if self.state.version() != Some(2) {
                row.problems.push("no packet has announced this binary message".to_owned());
            }
            return;
        };
        self.begin(row, "socket.io", Some("attachment"));
        let decoded = &mut row.decoded;
        decoded.with("namespace", of.namespace.map(Value::Text));
        decoded.with("event", of.event.map(Value::Text));
        decoded.with("of", Value::Number(of.message));
        decoded.with("index", Value::Number(of.came));
        decoded.with("attachments", Value::Number(of.total));
        decoded.with("length", Value::Number(length));
    }
}

fn broken_at(before: usize, broken: json::Broken) -> String {
    format!("the data is no JSON at byte {}: {}", before + broken.offset, broken.fault)
}

/// How sure one packet makes without a handshake. Digits are common in chats: a packet must be whole and sound.
fn by_shape(row: &Row) -> Option<Confidence> {
    let decoded = &row.decoded;
    if !row.problems.is_empty() {
        return None;
    }
    let has_sid = matches!(decoded.get("data"), Some(Value::Json(data)) if data.contains("\"sid\""));
    Some(Confidence::percent(match decoded.packet.as_deref()? {
        "open" if has_sid => 95,
        "connect" if has_sid => 90,
        "event" | "binary_event" => 80,
        "ack" | "binary_ack" => 70,
        "error" | "connect_error" if decoded.get("data").is_some() => 60,
        _ => return None,
    }))
}
