//! What is known of a connection that speaks Engine.IO: its version and how that was known, which events wait for an
//! answer, which attachments are to come. Bounded, whatever the packets claim.

use std::collections::VecDeque;

use super::super::{Handshake, Message};
use super::engine::{self, Body, EnginePacket, base64_length};
use super::packet::{self, Packet};
use crate::limits::Limits;
use crate::stream::Side;
use crate::websocket::frame::Opcode;

/// Bytes of a namespace or an event's name that is kept.
const NAME: usize = 128;

/// How a version was known, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// `EIO=4` in the URL.
    Url,
    /// `maxPayload` in the open packet: Engine.IO 4 alone has it.
    OpenPacket,
    /// Who sends the first CONNECT, and what is in it.
    ConnectPacket,
    /// The client pings up to Engine.IO 3, the server from 4 on.
    PingDirection,
}

impl KnownBy {
    /// As rows name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::OpenPacket => "open-packet",
            Self::ConnectPacket => "connect-packet",
            Self::PingDirection => "ping-direction",
        }
    }
}

/// What a message turns out to be.
#[derive(Clone, Debug)]
pub enum Meaning<'a> {
    /// No packet at all.
    Nothing,
    /// A packet of Engine.IO itself, or a message of an application that speaks only that.
    Engine {
        /// The packet.
        packet: EnginePacket<'a>,
        /// The message that it answers.
        answers: Option<u64>,
    },
    /// A packet of Socket.IO.
    Packet {
        /// The packet.
        packet: Packet<'a>,
        /// What it answers.
        answers: Option<Asked>,
        /// The packet before it whose attachments have not all come.
        abandoned: Option<Announced>,
    },
    /// A binary message.
    Attachment {
        /// The packet that announced it, which knows its number too.
        of: Option<Announced>,
        /// Bytes of it.
        length: u64,
    },
}

/// Something that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The message that asked.
    pub message: u64,
    /// Its event's name, unless it is long.
    pub event: Option<String>,
    namespace: String,
    /// `None`: a CONNECT.
    ack: Option<u64>,
}

/// A packet whose attachments are to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The message that announced them.
    pub message: u64,
    /// Its event's name, unless it is long.
    pub event: Option<String>,
    /// Its namespace, unless it is long.
    pub namespace: Option<String>,
    /// How many there are.
    pub total: u64,
    /// How many came: the next one's number. `came <= total`
    pub came: u64,
}

/// One direction of a connection.
#[derive(Clone, Debug, Default)]
struct Direction {
    asked: VecDeque<Asked>,
    announced: Option<Announced>,
    /// Its last ping that is not answered.
    ping: Option<u64>,
}

/// What is known of a connection.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// `Limits::unanswered`
    unanswered: usize,
    /// The version of Engine.IO.
    pub engine: Option<u8>,
    /// How it was known.
    pub known_by: Option<KnownBy>,
    /// Engine.IO 2 goes with several versions of Socket.IO; what the packets have shown.
    shown: Option<u8>,
    /// The URL says that there is no Socket.IO above it.
    only_engine: bool,
    /// By side.
    directions: [Direction; 2],
}

impl State {
    /// Of a connection of which only the handshake is known.
    pub fn new(handshake: &Handshake<'_>, limits: &Limits) -> Self {
        let engine = handshake.parameter("EIO").and_then(|version| version.parse().ok());
        let engine = engine.filter(|version| (1..=9).contains(version));
        Self {
            unanswered: limits.unanswered,
            engine,
            known_by: engine.map(|_| KnownBy::Url),
            only_engine: handshake.path().contains("/engine.io"),
            ..Self::default()
        }
    }

    /// Whether the URL says that there is no Socket.IO above Engine.IO.
    pub fn is_only_engine(&self) -> bool {
        self.only_engine
    }

    /// The version of Socket.IO.
    pub fn version(&self) -> Option<u8> {
        match self.engine? {
            4.. => Some(5),
            3 => Some(4),
            _ => self.shown,
        }
    }

    /// Takes the next message. Of one that is cut, everything is known but the end of its data.
    pub fn take<'a>(&mut self, message: &Message<'a>) -> Meaning<'a> {
        let packet = match (message.text(), message.opcode) {
            (Some(text), _) => engine::of_text(text, self.engine),
            (None, Opcode::BINARY) => engine::of_binary(message.payload, self.engine),
            (None, _) => None,
        };
        let Some(packet) = packet else { return Meaning::Nothing };
        match (packet.kind, packet.body) {
            (engine::Kind::Message, Body::Text(text)) if !self.only_engine => match packet::read(text) {
                Some(packet) => self.packet(message, packet),
                None => Meaning::Engine { packet, answers: None },
            },
            (engine::Kind::Message, Body::Binary(bytes)) if !self.only_engine => {
                // The payload may be cut; what stands before the data never is.
                let before = message.payload.len() - bytes.len();
                self.attachment(message.from, message.length.saturating_sub(before as u64))
            }
            (engine::Kind::Message, Body::Base64(text)) if !self.only_engine => {
                self.attachment(message.from, base64_length(text))
            }
            _ => {
                let answers = self.engine_packet(message, &packet);
                Meaning::Engine { packet, answers }
            }
        }
    }

    fn learn(&mut self, version: u8, by: KnownBy) {
        if self.engine.is_none() {
            (self.engine, self.known_by) = (Some(version), Some(by));
        }
    }

    fn direction(&mut self, side: Side) -> &mut Direction {
        let [client, server] = &mut self.directions;
        match side {
            Side::Client => client,
            Side::Server => server,
        }
    }

    fn engine_packet(&mut self, message: &Message<'_>, packet: &EnginePacket<'_>) -> Option<u64> {
        let is_heartbeat = packet.body == Body::Text("");
        match packet.kind {
            engine::Kind::Open => {
                if let Body::Text(text) = packet.body
                    && text.contains("\"maxPayload\"")
                {
                    self.learn(4, KnownBy::OpenPacket);
                }
                None
            }
            engine::Kind::Ping => {
                if is_heartbeat {
                    self.learn(if message.from == Side::Client { 3 } else { 4 }, KnownBy::PingDirection);
                }
                self.direction(message.from).ping = Some(message.number);
                None
            }
            engine::Kind::Pong => {
                if is_heartbeat {
                    self.learn(if message.from == Side::Client { 4 } else { 3 }, KnownBy::PingDirection);
                }
                self.direction(message.from.other()).ping.take()
            }
            _ => None,
        }
    }

    fn packet<'a>(&mut self, message: &Message<'_>, packet: Packet<'a>) -> Meaning<'a> {
        self.learn_from(message.from, &packet);
        let abandoned = self.direction(message.from).announced.take();
        let kept = |text: &str| Some(text.to_owned()).filter(|text| text.len() <= NAME);
        let event = packet.event.as_deref().and_then(kept);
        let is_connect = packet.kind == packet::Kind::Connect;
        let is_answer = packet.kind.is_ack()
            || (message.from == Side::Server && (is_connect || packet.kind == packet::Kind::Error));
        let answers =
            is_answer.then(|| self.answer(message.from.other(), packet.namespace, packet.ack)).flatten();
        let most = self.unanswered;
        let direction = self.direction(message.from);
        let asks =
            (packet.kind.is_event() && packet.ack.is_some()) || (is_connect && message.from == Side::Client);
        if asks && let Some(namespace) = kept(packet.namespace) {
            // The oldest is forgotten first.
            if direction.asked.len() >= most {
                direction.asked.pop_front();
            }
            direction.asked.push_back(Asked {
                message: message.number,
                event: event.clone(),
                namespace,
                ack: packet.ack,
            });
        }
        if packet.kind.is_binary() && packet.attachments > 0 {
            // An answer's attachments belong to the event that it answers.
            let event = event.or_else(|| answers.as_ref().and_then(|asked| asked.event.clone()));
            direction.announced = Some(Announced {
                message: message.number,
                event,
                namespace: kept(packet.namespace),
                total: packet.attachments,
                came: 0,
            });
        }
        Meaning::Packet { packet, answers, abandoned }
    }

    /// The question that an answer names, which is then forgotten.
    fn answer(&mut self, from: Side, namespace: &str, ack: Option<u64>) -> Option<Asked> {
        let asked = &mut self.direction(from).asked;
        let at = asked.iter().position(|asked| asked.ack == ack && asked.namespace == namespace)?;
        asked.remove(at)
    }

    fn learn_from(&mut self, from: Side, packet: &Packet<'_>) {
        let is_root = packet.namespace == "/";
        match packet.kind {
            packet::Kind::Connect => match from {
                // Since protocol 5 a client connects to the root namespace by itself.
                Side::Client if is_root && packet.query.is_none() => self.learn(4, KnownBy::ConnectPacket),
                Side::Server if packet.data.contains("\"sid\"") => self.learn(4, KnownBy::ConnectPacket),
                Side::Server if packet.data.is_empty() => self.learn(3, KnownBy::ConnectPacket),
                _ => {}
            },
            packet::Kind::BinaryEvent => self.shown = self.shown.max(Some(3)),
            packet::Kind::BinaryAck => self.shown = Some(4),
            _ => {}
        }
    }

    fn attachment(&mut self, from: Side, length: u64) -> Meaning<'static> {
        let direction = self.direction(from);
        let Some(announced) = &mut direction.announced else {
            // Up to protocol 2 a packet with binary data is packed as a whole (msgpack).
            self.shown = self.shown.max(Some(2));
            return Meaning::Attachment { of: None, length };
        };
        let of = Some(announced.clone());
        announced.came += 1;
        if announced.came >= announced.total {
            direction.announced = None;
        }
        Meaning::Attachment { of, length }
    }
}
