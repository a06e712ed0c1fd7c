//! Writes rows as the bytes of a file, as the command line prints them.

use super::scan::Taker;
use crate::conversation::MessageView;
use crate::session::api::{ExportFormat, Exported};
use crate::session::csv;
use crate::session::csv::columns::{self, Column};
use crate::session::jsonl::JsonLines;
use crate::websocket::message::PayloadWanted;

/// Writes rows.
pub struct Writer {
    format: ExportFormat,
    lines: JsonLines,
    line: String,
    bytes: Vec<u8>,
    rows: u64,
}

impl Writer {
    /// A file that has no rows yet: of CSV, the names of its columns.
    pub fn new(what: Exported, format: ExportFormat) -> Self {
        let mut line = String::new();
        if format == ExportFormat::Csv {
            match what {
                Exported::Connections => csv::header(&mut line, columns::CONNECTION),
                Exported::Messages => csv::header(&mut line, columns::MESSAGE),
                Exported::Diagnostics => csv::header(&mut line, columns::DIAGNOSTIC),
            }
        }
        let bytes = std::mem::take(&mut line).into_bytes();
        Self { format, lines: JsonLines::default(), line, bytes, rows: 0 }
    }

    /// Writes a row.
    pub fn row<R: serde::Serialize>(&mut self, columns: &[Column<R>], row: &R) {
        self.rows += 1;
        match self.format {
            ExportFormat::Csv => {
                self.line.clear();
                csv::row(&mut self.line, columns, row);
                self.bytes.extend_from_slice(self.line.as_bytes());
            }
            ExportFormat::Jsonl => {
                // Writing to memory does not fail, and every row has a form in JSON.
                let _ = serde_json::to_writer(&mut self.bytes, row);
                self.bytes.push(b'\n');
            }
        }
    }

    /// Whether something was written since it was last taken.
    pub fn has_bytes(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// What was written since this was last asked for, and how many rows there were in all.
    pub fn take(&mut self) -> (Vec<u8>, u64) {
        (std::mem::take(&mut self.bytes), self.rows)
    }
}

impl Taker for Writer {
    fn take(&mut self, _: u32, view: &MessageView<'_>) {
        match self.format {
            ExportFormat::Csv => self.row(columns::MESSAGE, &view.to_row(PayloadWanted::Full)),
            ExportFormat::Jsonl => {
                self.rows += 1;
                self.lines.message(view, None, PayloadWanted::Full, &mut self.bytes);
            }
        }
    }
}
