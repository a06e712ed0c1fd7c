//! What a window asks. Every request stands alone: nothing of an earlier one is needed to answer it.

use serde::{Deserialize, Serialize};

/// A request and the id that its answers carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Chosen by who asks.
    pub id: u64,
    /// What is asked.
    pub request: Request,
}

/// Rows from `start` on, or bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first.
    pub start: u64,
    /// At most so many.
    pub length: u64,
}

/// A span of the capture's time, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSpan {
    /// Its first nanosecond.
    pub start: u64,
    /// The first one behind it.
    pub end: u64,
}

/// Which message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageName {
    /// Its connection's number.
    pub connection: u64,
    /// Its own number in that connection.
    pub message: u64,
}

/// A way of sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Small before large, early before late.
    Ascending,
    /// The other way round.
    Descending,
}

/// How messages are sorted; ties by the order in which they became final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageOrder {
    /// By what.
    pub key: MessageKey,
    /// Which way.
    pub direction: Direction,
}

/// What messages are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageKey {
    /// The order in which they became final, as the command line prints them.
    Found,
    /// When they were complete.
    Time,
    /// Connection, then number.
    Number,
    /// Who sent them, the client first.
    From,
    /// Opcode.
    Opcode,
    /// Payload bytes as the application sees them.
    Length,
    /// Payload bytes on the wire.
    WireLength,
}

/// How connections are sorted; ties by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConnectionOrder {
    /// By what.
    pub key: ConnectionKey,
    /// Which way.
    pub direction: Direction,
}

/// What connections are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionKey {
    /// Number.
    Number,
    /// When they were opened.
    Opened,
    /// How long they were open.
    Duration,
    /// What came of the upgrade.
    Verdict,
    /// The client's end point.
    Client,
    /// The server's end point.
    Server,
    /// The request's target.
    Target,
    /// Messages of both sides.
    Messages,
    /// Payload bytes of both sides.
    Bytes,
}

/// How far a payload's bytes are on their way to the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// As on the wire, masked.
    Wire,
    /// Without the mask.
    Unmasked,
    /// As the application sees them: inflated, if they were compressed.
    Application,
}

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// To this message.
    Message(MessageName),
    /// To the message that this packet carried, or the next one.
    Packet(u64),
}

/// Which rows are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exported {
    /// Connections.
    Connections,
    /// Messages, with their payloads.
    Messages,
    /// Diagnostics.
    Diagnostics,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// One JSON object a line, as the command line prints them.
    Jsonl,
    /// Safe to open in a spreadsheet.
    Csv,
}

/// A question. A filter is an expression of the filter language; empty, all rows hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// What the capture holds, also where no WebSocket was found.
    Summary,
    /// Rows of connections.
    Connections {
        /// Which rows of those that hold, in that order.
        rows: Span,
        /// How they are sorted.
        order: ConnectionOrder,
        /// Which ones hold.
        filter: String,
    },
    /// Rows of messages, with the beginning of their payloads.
    Messages {
        /// Of one connection only.
        connection: Option<u64>,
        /// Which rows of those that hold, in that order.
        rows: Span,
        /// How they are sorted.
        order: MessageOrder,
        /// Which ones hold.
        filter: String,
    },
    /// One message's row, and what was found wrong with it, whatever filter hides it.
    Message {
        /// Which message.
        message: MessageName,
    },
    /// A part of one message's payload.
    Payload {
        /// Which message.
        message: MessageName,
        /// How far its bytes are decoded.
        stage: Stage,
        /// Which bytes.
        bytes: Span,
    },
    /// What one message means in its sub-protocol, and where JSON stands in it.
    Meaning {
        /// Which message.
        message: MessageName,
    },
    /// The children of a value of the JSON in one message.
    JsonChildren {
        /// Which message.
        message: MessageName,
        /// Offset of the array or object in the payload; absent: the values that stand beside each other.
        container: Option<u64>,
        /// Which of its children.
        rows: Span,
    },
    /// The innermost value at an offset of the JSON in one message, and its path.
    JsonPlace {
        /// Which message.
        message: MessageName,
        /// Offset in the payload.
        offset: u64,
    },
    /// The JSON in one message, laid out in lines.
    JsonPretty {
        /// Which message.
        message: MessageName,
        /// At most about so many bytes.
        most: u64,
    },
    /// What can be typed next in a filter.
    Complete {
        /// What is typed.
        expression: String,
        /// The place of the cursor, in bytes.
        cursor: u64,
    },
    /// The frames of one message, with the bytes of their headers.
    Frames {
        /// Which message.
        message: MessageName,
        /// Which of its frames.
        rows: Span,
    },
    /// The TCP segments that carried one message.
    Packets {
        /// Which message.
        message: MessageName,
        /// Which of them.
        rows: Span,
    },
    /// A connection's handshake with every check, and how its Accept is derived.
    Handshake {
        /// Which connection.
        connection: u64,
    },
    /// How much was sent when.
    Timeline {
        /// Into how many slices of equal length the span is divided, 1 to 10,000.
        slices: u32,
        /// The span; absent: from the first message to the last one.
        span: Option<TimeSpan>,
        /// Of one connection only.
        connection: Option<u64>,
        /// Which messages count.
        filter: String,
    },
    /// When each of these connections sent messages, in the capture's time: what is drawn beside its row.
    Sparklines {
        /// Which connections, 1,000 at most.
        connections: Vec<u64>,
        /// Into how many slices of equal length the capture's time is divided, 1 to 1,000.
        slices: u32,
    },
    /// Diagnostics in the order in which they were found.
    Diagnostics {
        /// Which rows.
        rows: Span,
        /// Of this code only.
        code: Option<String>,
        /// Of one connection only.
        connection: Option<u64>,
    },
    /// How often each code was found.
    DiagnosticGroups,
    /// What a code means.
    Explain {
        /// The code.
        code: String,
    },
    /// What decrypts the capture's TLS.
    Secrets,
    /// Which messages hold, in the order in which they became final, told as they are found; hides no row.
    Search {
        /// Of one connection only.
        connection: Option<u64>,
        /// What is looked for: bare words search the whole text.
        filter: String,
    },
    /// The row at which something stands among those that hold.
    GoTo {
        /// What.
        target: Target,
        /// Of one connection only.
        connection: Option<u64>,
        /// How rows are sorted.
        order: MessageOrder,
        /// Which ones hold.
        filter: String,
    },
    /// Rows as a file's bytes, told piece by piece.
    Export {
        /// Which rows.
        what: Exported,
        /// Of one connection only.
        connection: Option<u64>,
        /// Which ones hold.
        filter: String,
        /// As what.
        format: ExportFormat,
    },
    /// No more of the capture is read; what was read stays.
    Stop,
    /// What payloads decide is searched no further, and shown as far as it was found; or it is, again.
    Searching {
        /// Whether it goes on.
        goes_on: bool,
    },
    /// An earlier request is of no interest any more.
    Cancel {
        /// Its id.
        id: u64,
    },
}
