//! What is shown of one message or one connection.

use serde::{Deserialize, Serialize};

use super::{DiagnosticRow, FrameRow, LockedRow, MessageRow, RequestRow, ResponseRow};
use crate::capture::Timestamp;
use crate::diagnostic::Severity;
use crate::stream::Side;

/// Bytes as bytes where the form has them, and as Base64 in text.
pub(super) mod bytes {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&STANDARD.encode(bytes))
        } else {
            serializer.serialize_bytes(bytes)
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        if deserializer.is_human_readable() {
            STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
        } else {
            serde_bytes::ByteBuf::deserialize(deserializer).map(serde_bytes::ByteBuf::into_vec)
        }
    }
}

/// A message with what was found wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageView {
    /// What it is, with the beginning of its payload.
    pub row: MessageRow,
    /// The diagnostics that speak of it, the first ones of very many.
    pub diagnostics: Vec<DiagnosticRow>,
}

/// A part of a payload.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PayloadPart {
    /// Bytes of the whole payload at that stage.
    pub total: u64,
    /// Offset of the first of `bytes`.
    pub start: u64,
    /// The bytes; zeros for what is lost.
    #[serde(with = "bytes")]
    pub bytes: Vec<u8>,
    /// Offset and length of what is lost in the whole payload; length 0 where it is not known how much.
    pub holes: Vec<(u64, u64)>,
    /// The payload is text: of that opcode, complete and valid UTF-8.
    pub is_text: bool,
}

/// A frame with the bytes of its header.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameView {
    /// What it says.
    pub row: FrameRow,
    /// The header as on the wire.
    #[serde(with = "bytes")]
    pub header: Vec<u8>,
    /// Offset of the header in its direction's stream.
    pub stream_offset: u64,
    /// Offset of its payload among the message's payload bytes on the wire.
    pub payload_offset: u64,
}

/// A TCP segment that carried bytes of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacketView {
    /// Its number, as in Wireshark.
    pub packet: u64,
    /// When it was captured.
    pub time: Option<Timestamp>,
    /// Its sequence number, as on the wire.
    pub sequence: u32,
    /// Its acknowledgement number, as on the wire.
    pub acknowledgement: Option<u32>,
    /// Bytes of its TCP payload that were captured.
    pub length: u32,
    /// Offset of its payload in its direction's stream.
    pub stream_offset: u64,
    /// Bytes of the message that were taken from this packet; 0: all that it has came in another one.
    pub taken: u64,
    /// Nothing, or not all, of what it carries of the message was taken: it is a copy.
    pub retransmitted: bool,
}

/// A connection's handshake.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HandshakeView {
    /// Which connection.
    pub connection: u64,
    /// `valid`, `invalid`, `refused`, `unanswered`, `partial`, `missing`.
    pub verdict: String,
    /// For `missing`: how sure it is that these are frames, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// `rfc6455`, `hybi-4` … `hybi-8`, `hixie-76`, `hixie-75`.
    pub protocol: String,
    /// When the request's head was whole, if it was captured before an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Timestamp>,
    /// When the response's head was whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Timestamp>,
    /// The request, if it was captured.
    pub request: Option<RequestRow>,
    /// The response, if it was captured.
    pub response: Option<ResponseRow>,
    /// Every check that applies, in the order of the standard.
    pub checks: Vec<Check>,
    /// How the Accept follows from the key, where there is a key.
    pub accept: Option<AcceptStep>,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// Nothing is wrong.
    Passed,
    /// It found something.
    Failed,
    /// What it looks at was not captured.
    NotSeen,
}

/// One check of a handshake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The code of its diagnostic.
    pub code: String,
    /// Whose doing it would be.
    pub side: Side,
    /// What came of it.
    pub outcome: CheckOutcome,
    /// How bad it is if it fails.
    pub severity: Severity,
    /// The section that asks for it.
    pub rfc: String,
    /// What is found if it fails, without values.
    pub title: String,
    /// What was found, with the values, and why and what to do.
    pub found: Vec<Found>,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// One sentence, with the values.
    pub message: String,
    /// Why this usually happens.
    pub cause: Option<String>,
    /// What to do about it.
    pub fix: Option<String>,
}

/// How an Accept follows from its key, step by step (RFC 6455 §4.2.2).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AcceptStep {
    /// The key as sent, without white space around it.
    pub key: String,
    /// Key and GUID in a row: what is hashed.
    pub concatenated: String,
    /// The hash, hexadecimal.
    pub sha1: String,
    /// The hash in Base64: the right value.
    pub expected: String,
    /// The value that the server sent, if it sent one.
    pub received: Option<String>,
    /// Places of characters in which they differ, counted in characters; a longer one differs in all that is more.
    pub differing: Vec<u32>,
}

/// How often a code was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagnosticGroup {
    /// The code.
    pub code: String,
    /// The worst severity that it was found with.
    pub severity: Severity,
    /// How often.
    pub count: u64,
    /// In how many connections.
    pub connections: u64,
    /// What it says, without values.
    pub title: String,
    /// The section that is broken.
    pub rfc: String,
}

/// What a code means, as `sockscope explain` says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The code.
    pub code: String,
    /// The section that asks for it; empty where no standard speaks of it.
    pub rfc: String,
    /// What the standard asks and why it matters.
    pub explanation: String,
    /// Why this usually happens.
    pub usual_cause: String,
    /// What to do about it.
    pub fix: String,
    /// Causes that are recognised.
    pub causes: Vec<ExplainedCause>,
    /// What must hold, or nothing is said.
    pub grounds: Vec<String>,
}

/// A cause that is recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedCause {
    /// Its stable name, such as `no-guid`.
    pub name: String,
    /// Why it happened.
    pub sentence: String,
    /// What to do about it.
    pub fix: String,
}

/// How much was sent when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// Its first nanosecond.
    pub start: u64,
    /// The first one behind it.
    pub end: u64,
    /// Slices of equal length, in order.
    pub slices: Vec<Slice>,
}

/// When connections sent messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sparklines {
    /// The capture's first nanosecond.
    pub start: u64,
    /// The first one behind it, as far as it was read.
    pub end: u64,
    /// One for each connection that was asked for and exists, in that order.
    pub lines: Vec<Sparkline>,
}

/// When one connection sent messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sparkline {
    /// Which connection.
    pub connection: u64,
    /// Messages in each slice, the client's first; of a long connection about so many.
    pub messages: Vec<[u64; 2]>,
}

/// A slice of a timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// Messages, the client's first.
    pub messages: [u64; 2],
    /// Their payload bytes, the client's first.
    pub bytes: [u64; 2],
    /// Diagnostics that are errors.
    pub errors: u64,
    /// Diagnostics that are warnings.
    pub warnings: u64,
}

/// What decrypts a capture's TLS. Secrets themselves are never told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretsView {
    /// Each key log, in the order in which they were given, and behind them what stands in the capture.
    pub sources: Vec<SecretsSource>,
    /// TLS connections that were decrypted.
    pub opened: u64,
    /// TLS connections without secrets.
    pub without: u64,
    /// Those of them that look as a WebSocket would from outside, as they ended; the first of many.
    #[serde(default)]
    pub likely: Vec<LockedRow>,
    /// How many more there are.
    #[serde(default)]
    pub likely_more: u64,
}

/// One key log, or what stands in the capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretsSource {
    /// The log's name; absent: it stands in the capture.
    pub name: Option<String>,
    /// Secrets of a kind that is used.
    pub secrets: u64,
    /// TLS connections that it has secrets of and that were decrypted.
    pub opened: u64,
}
