//! The rows as plain data: the shapes of the command line's contract and of the window's tables.
//!
//! Keys stand in the order in which they are printed; one that does not apply is left out, never null.

use serde::{Deserialize, Serialize};

use crate::capture::Timestamp;
use crate::diagnostic::Severity;
use crate::stream::Side;
use crate::subprotocol::Decoded;

/// One attempt at a WebSocket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConnectionRow {
    /// The file's name as given, when more than one capture is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<String>,
    /// Counted from 0.
    pub connection: u64,
    /// `address:port`, IPv6 in brackets.
    pub client: String,
    /// `address:port`, IPv6 in brackets.
    pub server: String,
    /// Counted over all TCP conversations, as Wireshark does.
    pub tcp_stream: u64,
    /// When its first packet was captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Timestamp>,
    /// When its last packet was captured; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// The capture ended first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Number of its first packet.
    pub first_packet: u64,
    /// Number of its last packet.
    pub last_packet: u64,
    /// `tcp`, `tls`, `h2`, `h2+tls`.
    pub transport: String,
    /// The TLS around it, where it was decrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsRow>,
    /// `rfc6455`, `hybi-4` … `hybi-8`, `hixie-76`, `hixie-75`.
    pub protocol: String,
    /// The request's head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestRow>,
    /// The response's head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseRow>,
    /// What came of the upgrade.
    pub handshake: HandshakeRow,
    /// Frames from the client.
    pub client_frames: u64,
    /// Frames from the server.
    pub server_frames: u64,
    /// Messages from the client, control frames included.
    pub client_messages: u64,
    /// Messages from the server, control frames included.
    pub server_messages: u64,
    /// Payload bytes from the client, after inflating.
    pub client_bytes: u64,
    /// Payload bytes from the server, after inflating.
    pub server_bytes: u64,
    /// WebSocket bytes on the wire from the client, frame headers included.
    pub client_wire_bytes: u64,
    /// WebSocket bytes on the wire from the server, frame headers included.
    pub server_wire_bytes: u64,
    /// The first Close frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<CloseRow>,
    /// The codes of its diagnostics, in the order in which they were found, each once.
    pub diagnostics: Vec<String>,
}

/// The TLS around a connection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TlsRow {
    /// `TLS 1.2` and the like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The cipher suite by its registered name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// The server's name as the client asked for it (RFC 6066 §3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// The protocol that was agreed on (RFC 7301).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// It was decrypted.
    pub decrypted: bool,
    /// Whose the server's certificate is (RFC 5280 §4.1.2.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_subject: Option<String>,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_expires: Option<Timestamp>,
    /// The labels of the secrets that were used (RFC 9850).
    pub secrets: Vec<String>,
}

/// A request's head.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestRow {
    /// As sent.
    pub method: String,
    /// As sent.
    pub target: String,
    /// `1.1`.
    pub version: String,
    /// Name and value, in order, as sent.
    pub headers: Vec<(String, String)>,
    /// Some bytes were not UTF-8 and were read as Latin-1.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub latin1: bool,
}

/// A response's head.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResponseRow {
    /// As sent.
    pub status: u16,
    /// As sent.
    pub reason: String,
    /// `1.1`.
    pub version: String,
    /// Name and value, in order, as sent.
    pub headers: Vec<(String, String)>,
    /// Some bytes were not UTF-8 and were read as Latin-1.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub latin1: bool,
}

/// What came of the upgrade.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HandshakeRow {
    /// `valid`, `invalid`, `refused`, `unanswered`, `partial`, `missing`.
    pub verdict: String,
    /// For `missing`: how sure it is that these are frames, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// `Sec-WebSocket-Key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// `Sec-WebSocket-Accept`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept: Option<String>,
    /// What it should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_expected: Option<String>,
    /// Whether it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_ok: Option<bool>,
    /// The sub-protocol that the server chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subprotocol: Option<String>,
    /// The extensions that the server accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extensions: Option<String>,
}

/// How a connection was closed: its first Close frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseRow {
    /// Who sent it.
    pub from: Side,
    /// Absent where the Close has no code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// Absent where empty or not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Both sides sent a Close.
    pub clean: bool,
}

/// What a row says of a payload.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PayloadColumns {
    /// All of it: opcode text, complete and valid UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// All of it, any other payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// Of the payload as the application sees it, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Its first bytes, cut at a code point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// Its first bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_base64: Option<String>,
}

/// One message: fragments joined, unmasked, inflated; control frames too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageRow {
    /// The file's name as given, when more than one capture is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<String>,
    /// The connection's number.
    pub connection: u64,
    /// Counted from 0 in its connection.
    pub message: u64,
    /// Who sent it.
    pub from: Option<Side>,
    /// `text`, `binary`, `close`, `ping`, `pong`, `reserved-3` ….
    pub opcode: String,
    /// Of the packet that completed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Of its first packet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// Number of its first packet.
    pub first_packet: u64,
    /// Number of the packet that completed it.
    pub last_packet: u64,
    /// How many frames it has.
    pub frames: u64,
    /// Payload bytes as the application sees them.
    pub length: u64,
    /// Payload bytes on the wire, without frame headers.
    pub wire_length: u64,
    /// It was compressed.
    pub compressed: bool,
    /// A Close's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// A Close's reason, if not empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The payload.
    #[serde(flatten)]
    pub payload: PayloadColumns,
    /// `Some(false)`: bytes of it are lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
    /// Offset and length of what is lost; length 0 where it is not known how much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<(u64, u64)>,
    /// The payload is longer than what is kept of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// The codes that speak of this message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<String>,
    /// What it means in its connection's sub-protocol; only where the whole payload is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded: Option<Decoded>,
}

/// One frame, as on the wire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrameRow {
    /// The file's name as given, when more than one capture is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<String>,
    /// The connection's number.
    pub connection: u64,
    /// Counted from 0 in its connection.
    pub frame: u64,
    /// Who sent it.
    pub from: Option<Side>,
    /// Of the packet that its header begins in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Number of the packet that its header begins in.
    pub packet: u64,
    /// Numbers of all packets that carried it.
    pub packets: Vec<u64>,
    /// The last fragment of its message.
    pub fin: bool,
    /// The three reserved bits, RSV1 highest.
    pub rsv: u8,
    /// As on the wire.
    pub opcode: u8,
    /// `continuation`, `text`, `binary`, `close`, `ping`, `pong`, `reserved-3` ….
    pub opcode_name: String,
    /// Whether it has a masking key.
    pub masked: bool,
    /// The masking key, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<String>,
    /// Bytes of its header.
    pub header_length: u8,
    /// Bytes of its payload on the wire.
    pub length: u64,
    /// The message that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<u64>,
    /// The payload, unmasked, not inflated.
    #[serde(flatten)]
    pub payload: PayloadColumns,
    /// `Some(false)`: bytes of it are lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
    /// Offset and length of what is lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<(u64, u64)>,
    /// The payload is longer than what is kept of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// The codes that speak of this frame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<String>,
}

/// One diagnostic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagnosticRow {
    /// The file's name as given, when more than one capture is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// The stable code.
    pub code: String,
    /// The connection's number; absent where it speaks of the capture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<u64>,
    /// Whose doing it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Side>,
    /// Number of the packet where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<u64>,
    /// Of that packet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// The section that is broken.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rfc: String,
    /// One sentence: what was found, with the values.
    pub message: String,
    /// The recognised cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause_code: Option<String>,
    /// One sentence: why this usually happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// One sentence: what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The message that it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about_message: Option<u64>,
}

/// A TLS connection that cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedRow {
    /// Address and port.
    pub client: String,
    /// Address and port.
    pub server: String,
    /// Number of its first packet.
    pub first_packet: u64,
    /// Number of its last packet.
    pub last_packet: u64,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Timestamp>,
    /// The version that the server chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The cipher suite that the server chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// The server's name as the client asked for it (RFC 6066 §3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// The protocols that the client offered (RFC 7301).
    pub alpn_offered: Vec<String>,
    /// The true first message is encrypted within the one that is seen, if the server took it (RFC 9849).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub encrypted_client_hello: bool,
    /// It looks as a WebSocket would: `http/1.1` alone was offered, or nothing, and both sides sent application data.
    pub may_be_websocket: bool,
}

/// What a capture holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// The file's name as given.
    pub capture: String,
    /// Packets read.
    pub packets: u64,
    /// Bytes of the (decompressed) file.
    pub bytes: u64,
    /// TCP conversations.
    pub tcp_connections: u64,
    /// Attempts at a WebSocket.
    pub connections: u64,
    /// Messages, control frames included.
    pub messages: u64,
    /// TLS connections whose secrets are missing.
    pub tls_without_secrets: u64,
    /// Diagnostics of that severity.
    pub errors: u64,
    /// Diagnostics of that severity.
    pub warnings: u64,
    /// Diagnostics of that severity.
    pub notes: u64,
    /// Connections that speak HTTP/2, within TLS too.
    pub http2_connections: u64,
    /// HTTP requests that ask for no WebSocket.
    pub http_requests: u64,
    /// Packets that are no TCP.
    pub other_packets: u64,
    /// Link types that are not understood, with the number of packets of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_link_types: Vec<(u16, u64)>,
    /// `true`: the capture is damaged or cut short.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub damaged: bool,
    /// TCP connections in which bytes look like frames, but too few to be sure: the likely servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks_like_frames: Vec<String>,
}
