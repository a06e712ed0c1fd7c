//! Runs the engine over a capture and keeps every row.

use sockscope_core::diagnostic::{Cause, Code, Severity};
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, FrameRow, MessageRow, SummaryRow};
use sockscope_core::session::{
    CaptureError, Decoder, FrameView, JsonLines, MessageView, Options, PayloadWanted, RowsWanted, Sink,
};
use sockscope_core::stream::Side;

/// All that the engine said of a capture, in the order in which it said it.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// What the capture holds.
    pub summary: SummaryRow,
    /// Connections.
    pub connections: Vec<ConnectionRow>,
    /// Messages.
    pub messages: Vec<MessageRow>,
    /// Frames.
    pub frames: Vec<FrameRow>,
    /// Diagnostics.
    pub diagnostics: Vec<DiagnosticRow>,
}

impl Decoded {
    /// The diagnostics of that code.
    pub fn of(&self, code: Code) -> Vec<&DiagnosticRow> {
        self.diagnostics.iter().filter(|row| row.code == code.name()).collect()
    }

    /// The diagnostics with that cause.
    pub fn caused_by(&self, cause: Cause) -> Vec<&DiagnosticRow> {
        self.diagnostics.iter().filter(|row| row.cause_code.as_deref() == Some(cause.name())).collect()
    }

    /// The errors and warnings.
    pub fn alarms(&self) -> Vec<&DiagnosticRow> {
        self.diagnostics.iter().filter(|row| row.severity > Severity::Note).collect()
    }

    /// One side's messages of all connections.
    pub fn messages_of(&self, side: Side) -> Vec<&MessageRow> {
        self.messages.iter().filter(|row| row.from == Some(side)).collect()
    }
}

/// Decodes a capture that lies in memory.
///
/// # Panics
/// If the bytes are no capture.
pub fn decode(capture: &[u8], options: Options) -> Decoded {
    decode_chunks([capture], options).expect("a capture")
}

/// Decodes a capture that arrives in pieces.
///
/// # Errors
/// If the bytes are no capture.
pub fn decode_chunks<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    options: Options,
) -> Result<Decoded, CaptureError> {
    let mut run = Run::new(options);
    for chunk in chunks {
        run.push(chunk)?;
    }
    run.finish()
}

/// Decodes captures that lie in memory as one.
///
/// # Errors
/// If one of them is no capture.
pub fn decode_joined(captures: &[&[u8]], options: Options) -> Result<Decoded, CaptureError> {
    let mut run = Run::new(options);
    for (place, capture) in captures.iter().enumerate() {
        if place > 0 {
            run.decoder.next_capture(&mut run.rows)?;
        }
        run.push(capture)?;
    }
    run.finish()
}

/// A decoder and its rows so far.
struct Run {
    decoder: Decoder,
    rows: Rows,
}

impl Run {
    fn new(mut options: Options) -> Self {
        options.rows = RowsWanted { messages: true, frames: true, decoded: true, lines: false };
        Self { rows: Rows::new(options.payload), decoder: Decoder::new(options) }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), CaptureError> {
        self.decoder.push(bytes, &mut self.rows)
    }

    fn finish(mut self) -> Result<Decoded, CaptureError> {
        let summary = self.decoder.finish(&mut self.rows)?;
        let Rows { connections, messages, frames, diagnostics, .. } = self.rows;
        Ok(Decoded { summary, connections, messages, frames, diagnostics })
    }
}

struct Rows {
    payload: PayloadWanted,
    connections: Vec<ConnectionRow>,
    messages: Vec<MessageRow>,
    frames: Vec<FrameRow>,
    diagnostics: Vec<DiagnosticRow>,
}

impl Rows {
    fn new(payload: PayloadWanted) -> Self {
        let (connections, messages, frames, diagnostics) = Default::default();
        Self { payload, connections, messages, frames, diagnostics }
    }
}

impl Sink for Rows {
    fn connection(&mut self, row: &ConnectionRow) {
        self.connections.push(row.clone());
    }

    fn message(&mut self, message: &MessageView<'_>) {
        let row = message.to_row(self.payload);
        let (mut fast, mut plain) = (Vec::new(), serde_json::to_vec(&row).expect("a row"));
        JsonLines::default().message(message, None, self.payload, &mut fast);
        plain.push(b'\n');
        assert_eq!(String::from_utf8_lossy(&fast), String::from_utf8_lossy(&plain));
        self.messages.push(row);
    }

    fn frame(&mut self, frame: &FrameView<'_>) {
        self.frames.push(frame.to_row(self.payload));
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        self.diagnostics.push(row.clone());
    }
}
