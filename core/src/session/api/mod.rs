//! What a window and a session say to each other, as plain data: requests, events and rows. It is the only part of the
//! engine that a window knows.

pub mod binary;
mod event;
mod request;
mod rows;
pub mod shell;
pub mod transport;
mod view;

pub use crate::capture::Timestamp;
pub use crate::diagnostic::{KEY_LOGS, Severity};
pub use crate::filter::{
    Candidate, Completion, Filter, FilterError, Paint, Painted, What, complete, paint, quote,
};
pub use crate::sanitise;
pub use crate::stream::Side;
pub use crate::subprotocol::decoded::{Confidence, Decoded, Value};
pub use crate::subprotocol::json::{
    JsonPage, JsonPlace, JsonPretty, JsonView, Kind as JsonKind, Node as JsonNode,
};
pub use crate::subprotocol::view::View as SubprotocolView;
pub use crate::websocket::close::close_code_words;
pub use event::{Answer, Event, Page, Problem, Progress, Searched, SessionState};
pub use request::{
    Asked, ConnectionKey, ConnectionOrder, Direction, ExportFormat, Exported, MessageKey, MessageName,
    MessageOrder, Request, Span, Stage, Target, TimeSpan,
};
pub use rows::{
    CloseRow, ConnectionRow, DiagnosticRow, FrameRow, HandshakeRow, LockedRow, MessageRow, PayloadColumns,
    RequestRow, ResponseRow, SummaryRow, TlsRow,
};
pub use view::{
    AcceptStep, Check, CheckOutcome, DiagnosticGroup, ExplainedCause, Explanation, Found, FrameView,
    HandshakeView, MessageView, PacketView, PayloadPart, SecretsSource, SecretsView, Slice, Sparkline,
    Sparklines, Timeline,
};
