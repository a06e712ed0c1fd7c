//! What a conversation tells, in the order in which it becomes final, as views borrowed from the decoder.

use std::net::SocketAddr;

use crate::diagnostic::{Code, Finding};
use crate::http::DeflateParameters;
use crate::stream::{Extent, Origin, Side};
use crate::subprotocol::Decoded;
use crate::tcp::Facts;
use crate::tls::key_log::ClientRandom;
use crate::tls::{self, Sealed, Session};
use crate::websocket::close::Close;
use crate::websocket::deflate::Checkpoint;
use crate::websocket::frame::{FrameHeader, Opcode};

use super::attempt::Attempt;

/// Takes what conversations tell.
pub trait Sink {
    /// A TCP connection begins.
    fn began(&mut self, _: &Facts) {}
    /// A connection is known; the answer is its number.
    fn opened(&mut self, opened: &Opened<'_>) -> u64;
    /// A connection's frames begin: what its handshake said is known. Its messages come after this.
    fn upgraded(&mut self, connection: &ConnectionView<'_>);
    /// A message is complete, or was given up.
    fn message(&mut self, message: &MessageView<'_>);
    /// A frame is complete, or was given up.
    fn frame(&mut self, frame: &FrameView<'_>);
    /// Something was found.
    fn diagnostic(&mut self, diagnostic: &DiagnosticView<'_>);
    /// Nothing more will come of a connection.
    fn closed(&mut self, connection: &ConnectionView<'_>);
    /// A record of TLS whose plain bytes come next, where messages tell how to read them again.
    fn sealed(&mut self, _: &Sealed<'_>) {}
    /// Something that is no WebSocket, for the summary.
    fn saw(&mut self, what: Saw);
    /// A TCP connection is over: nothing more is told of it.
    fn ended(&mut self, _: &Facts) {}
}

/// A TLS connection that cannot be read, as it looks from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Address and port of each side, the client's first.
    pub ends: [SocketAddr; 2],
    /// Its first packet.
    pub first: Origin,
    /// Its last packet so far.
    pub last: Origin,
    /// What the handshake said in the clear.
    pub facts: tls::Facts,
    /// The protocols that the client offered (RFC 7301).
    pub offered: Vec<String>,
    /// The client's true first message is encrypted within the one that is seen (RFC 9849), if the server took it.
    pub encrypted_hello: bool,
    /// Which sides sent application data, the client first.
    pub data: [bool; 2],
}

impl Locked {
    /// Whether it looks as a WebSocket would: browsers offer `http/1.1` alone for one, most others nothing; and both sides
    /// say something.
    pub fn may_be_websocket(&self) -> bool {
        let offered = match self.offered.as_slice() {
            [] => true,
            [only] => only == "http/1.1",
            _ => false,
        };
        offered && self.data == [true; 2]
    }
}

/// Traffic that is no WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saw {
    /// A TLS connection that cannot be read: its secrets are missing, or one of them. The random that they are logged with, if
    /// the client's first message was captured.
    Tls(Option<ClientRandom>),
    /// A TLS connection of which some secrets are known, and one that was needed is not.
    SecretMissing(ClientRandom),
    /// A TLS connection of which something was decrypted, with secrets that are logged with this random.
    Decrypted(ClientRandom),
    /// The same connection as that of `Tls`, with what can be seen of it.
    Locked(Box<Locked>),
    /// What a TLS connection said of its session.
    Session(Box<Session>),
    /// HTTP/2, in which WebSockets are not found yet.
    Http2,
    /// An HTTP request that asks for no WebSocket.
    HttpRequest,
    /// Bytes that look like frames, but too few to be sure; the likely server.
    LooksLikeFrames(String),
}

/// A connection that has become known.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'a> {
    /// Its TCP connection.
    pub facts: &'a Facts,
    /// Its first packet.
    pub first: Origin,
    /// The packet that made it known.
    pub origin: Origin,
    /// `Sec-WebSocket-Key`, if there is one.
    pub key: Option<&'a str>,
}

/// What is kept of a payload.
#[derive(Clone, Copy, Debug)]
pub struct PayloadView<'a> {
    /// Its first bytes, as many as were wanted; zeros for what is lost.
    pub kept: &'a [u8],
    /// Its SHA-256, if that was wanted.
    pub sha256: Option<[u8; 32]>,
    /// Offset and length of what is lost.
    pub holes: &'a [(u64, u64)],
    /// `false`: bytes of it are lost, or never came.
    pub complete: bool,
    /// It is longer than `Limits::payload` or `Limits::inflated`.
    pub truncated: bool,
    /// It is text: of that opcode, complete and valid UTF-8.
    pub is_text: bool,
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct MessageView<'a> {
    /// Its connection's number.
    pub connection: u64,
    /// Counted from 0 in its connection.
    pub number: u64,
    /// Who sent it.
    pub from: Side,
    /// What it is.
    pub opcode: Opcode,
    /// Its first packet.
    pub started: Origin,
    /// The packet that completed it.
    pub completed: Origin,
    /// How many frames it has.
    pub frames: u64,
    /// Payload bytes as the application sees them.
    pub length: u64,
    /// Payload bytes on the wire.
    pub wire_length: u64,
    /// It was compressed.
    pub compressed: bool,
    /// Its payload.
    pub payload: PayloadView<'a>,
    /// What a Close says.
    pub close: Option<&'a Close>,
    /// The codes that speak of it.
    pub codes: &'a [Code],
    /// What it means in the connection's sub-protocol. A conversation does not know; the session adds it.
    pub decoded: Option<&'a Decoded>,
    /// How to read it again, where [`Settings::traced`](super::Settings::traced) asks for that.
    pub trace: Option<Trace<'a>>,
}

/// What is needed to read a message again without its direction's whole stream.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a> {
    /// Where its bytes stand, from its first frame's header to its last frame's end; frames of other messages may lie
    /// between its own. What is missing between two extents is lost.
    pub extents: &'a [Extent],
    /// Stream offset behind its last byte, which may be lost.
    pub end: u64,
    /// The numbers of its frames.
    pub frames: &'a [u64],
    /// What is said of its frames, in their order: a frame's number and a code.
    pub codes: &'a [(u64, Code)],
    /// Its last frame came; else it was given up.
    pub finished: bool,
    /// Bytes were lost since the compressed message before it: what it copies from earlier ones may be lost.
    pub window_lost: bool,
    /// If it was compressed: what inflating it again needs.
    pub inflating: Option<&'a Inflating>,
}

/// What inflating messages again needs.
#[derive(Clone, Debug)]
pub struct Inflating {
    /// What was agreed on for the direction.
    pub parameters: DeflateParameters,
    /// Where inflating can go on behind the message: now and then only, since it costs 32 KiB.
    pub checkpoint: Option<Checkpoint>,
}

/// A frame.
#[derive(Clone, Copy, Debug)]
pub struct FrameView<'a> {
    /// Its connection's number.
    pub connection: u64,
    /// Counted from 0 in its connection.
    pub number: u64,
    /// Who sent it.
    pub from: Side,
    /// The packet that its header begins in.
    pub origin: Origin,
    /// The packets that carried it.
    pub packets: &'a [u64],
    /// Its header.
    pub header: &'a FrameHeader,
    /// The message that it belongs to.
    pub message: Option<u64>,
    /// Its payload, unmasked.
    pub payload: PayloadView<'a>,
    /// The codes that speak of it.
    pub codes: &'a [Code],
}

/// A finding and its place.
#[derive(Clone, Copy, Debug)]
pub struct DiagnosticView<'a> {
    /// The connection's number, if it has one.
    pub connection: Option<u64>,
    /// Whose doing it is.
    pub from: Option<Side>,
    /// The packet where it was found.
    pub origin: Origin,
    /// What was found.
    pub finding: &'a Finding,
    /// The message that it speaks of.
    pub message: Option<u64>,
    /// For `accept-mismatch`: the key and the wrong value, from which the cause is found.
    pub accept: Option<(&'a str, &'a str)>,
}

/// A connection that is over.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionView<'a> {
    /// What is known of it.
    pub attempt: &'a Attempt,
    /// Its TCP connection.
    pub facts: &'a Facts,
}
