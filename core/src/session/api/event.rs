//! What a session tells: how far it is, and answers.

use serde::{Deserialize, Serialize};

use super::{
    ConnectionRow, DiagnosticGroup, DiagnosticRow, Explanation, FrameView, HandshakeView, MessageName,
    MessageRow, MessageView, PacketView, PayloadPart, SecretsView, Sparklines, SummaryRow, Timeline,
};
use crate::capture::Timestamp;
use crate::filter::Completion;
use crate::subprotocol::json::{JsonPage, JsonPlace, JsonPretty};
use crate::subprotocol::view::View;

/// What a session tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// How far reading is; told whenever it got further.
    Progress(Progress),
    /// The answer to a request, or a part of it.
    Answer {
        /// The request's id.
        id: u64,
        /// No more will come for this request.
        last: bool,
        /// What is answered.
        answer: Answer,
    },
    /// A request that cannot be answered.
    Refused {
        /// The request's id.
        id: u64,
        /// Why.
        problem: Problem,
    },
    /// A newer request of the same kind took its place, or it was cancelled.
    Cancelled {
        /// The request's id.
        id: u64,
    },
}

/// Where a session is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionState {
    /// The capture is read.
    #[default]
    Reading,
    /// All of it was read.
    Complete,
    /// Reading was stopped; what was read stays.
    Stopped,
    /// It cannot be read, or is no capture: see [`Progress::problem`].
    Failed,
}

/// How far reading is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What the session does.
    pub state: SessionState,
    /// How often reading began again, since secrets came for what was passed by: rows of an earlier time hold no more.
    pub pass: u32,
    /// Bytes of the file that were read, compressed ones where it is compressed.
    pub read: u64,
    /// Bytes of the file, where that is known.
    pub size: Option<u64>,
    /// When the first packet was captured.
    pub start: Option<Timestamp>,
    /// Packets so far.
    pub packets: u64,
    /// Connections so far.
    pub connections: u64,
    /// Messages so far.
    pub messages: u64,
    /// Errors so far.
    pub errors: u64,
    /// Warnings so far.
    pub warnings: u64,
    /// Why reading ended early.
    pub problem: Option<String>,
    /// How far the payloads are searched for the rows of `Messages`, while they are.
    pub searching: Option<Searched>,
}

/// How far a search of payloads is, in bytes of the capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// Bytes that were searched so far.
    pub searched: u64,
    /// Bytes to search in all, as far as was read.
    pub size: u64,
}

/// Why a request cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// One sentence: what, and what to do.
    pub message: String,
    /// The place in the filter that is at fault: its first byte and the one behind it.
    pub at: Option<(u32, u32)>,
}

impl Problem {
    /// A problem with no place in an expression.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), at: None }
    }
}

/// Some of many rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// How many rows hold in all, as far as is known.
    pub total: u64,
    /// `total` is certain: all rows so far were looked at.
    pub counted: bool,
    /// The place of the first of `rows` among them.
    pub start: u64,
    /// The rows.
    pub rows: Vec<T>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To `Summary`.
    Summary(Box<SummaryRow>),
    /// To `Connections`.
    Connections(Page<ConnectionRow>),
    /// To `Messages`.
    Messages(Page<MessageRow>),
    /// To `Message`.
    Message(Box<MessageView>),
    /// To `Payload`.
    Payload(PayloadPart),
    /// To `Meaning`.
    Meaning(Box<View>),
    /// To `JsonChildren`.
    JsonChildren(JsonPage),
    /// To `JsonPlace`: `None` where no value stands.
    JsonPlace(Option<JsonPlace>),
    /// To `JsonPretty`.
    JsonPretty(JsonPretty),
    /// To `Complete`.
    Completion(Completion),
    /// To `Frames`.
    Frames(Page<FrameView>),
    /// To `Packets`.
    Packets(Page<PacketView>),
    /// To `Handshake`.
    Handshake(Box<HandshakeView>),
    /// To `Timeline`.
    Timeline(Timeline),
    /// To `Sparklines`.
    Sparklines(Sparklines),
    /// To `Diagnostics`.
    Diagnostics(Page<DiagnosticRow>),
    /// To `DiagnosticGroups`.
    DiagnosticGroups(Vec<DiagnosticGroup>),
    /// To `Explain`.
    Explanation(Box<Explanation>),
    /// To `Secrets`.
    Secrets(SecretsView),
    /// To `Search`: what was found since the last of these.
    Found {
        /// The messages.
        messages: Vec<MessageName>,
        /// Bytes that were searched so far.
        searched: u64,
        /// Bytes to search in all.
        size: u64,
    },
    /// To `GoTo`: the row, if there is one.
    Row(Option<u64>),
    /// To `Export`: the next bytes of the file.
    Exported {
        /// The bytes.
        #[serde(with = "super::view::bytes")]
        bytes: Vec<u8>,
        /// Rows written so far.
        rows: u64,
    },
    /// To `Stop` and `Cancel`.
    Done,
}
