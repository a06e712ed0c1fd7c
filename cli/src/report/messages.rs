//! `messages` as a table.

use std::io;

use sockscope_core::capture::Timestamp;
use sockscope_core::session::MessageView;
use sockscope_core::session::api::{ConnectionRow, MessageRow, SummaryRow};

use super::connections::codes;
use super::grid::{Grid, Held};
use super::{Kept, Out, Report, Source, Wants, closing};
use crate::table::{Cell, Column};
use crate::terminal::{DIM, PLAIN, Screen, WARNING, side_glyph};
use crate::text::{hex, quantity, sanitise};

const COLUMNS: &[Column] = &[
    Column::number("conn", 4),
    Column::number("#", 6),
    Column::number("time", 11).spare(1).hide_empty(),
    Column::word("", 1),
    Column::word("type", 6),
    Column::number("size", 8),
    Column::number("wire", 8).spare(3).hide_empty(),
    Column::number("packet", 7).spare(2),
    Column::text("payload", 200).at_least(12),
];

/// Bytes of a payload that can fit on a line.
const SHOWN: usize = 200;

/// The table of messages.
pub struct Messages(Grid);

impl Messages {
    pub fn new(out: Out, screen: Screen) -> Self {
        Self(Grid::new(out, screen, COLUMNS))
    }
}

impl Report for Messages {
    fn wants(&self) -> Wants {
        Wants { messages: true, payload: Kept::Beginning, ..Wants::default() }
    }

    fn begin(&mut self, source: &Source) -> io::Result<()> {
        self.0.begin(source)
    }

    fn start(&mut self, time: Timestamp) {
        self.0.see(Some(time));
    }

    fn connection(&mut self, row: &ConnectionRow) -> io::Result<()> {
        self.0.see(row.opened);
        Ok(())
    }

    fn message(&mut self, view: &MessageView<'_>) -> io::Result<()> {
        let row = view.to_row(sockscope_core::session::PayloadWanted::None);
        self.0.see(row.started);
        let cells = cells(&row, view.payload());
        self.0.push(Held { key: (row.connection, row.message), time: row.time, cells })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn end(&mut self, _summary: Option<&SummaryRow>) -> io::Result<()> {
        self.0.end()
    }
}

fn cells(row: &MessageRow, payload: &[u8]) -> Vec<Cell> {
    let (glyph, style) = side_glyph(row.from);
    let control = matches!(row.opcode.as_str(), "ping" | "pong" | "close");
    vec![
        Cell::styled(DIM, row.connection.to_string()),
        Cell::plain(row.message.to_string()),
        // The grid fills in the time, once the start is known.
        Cell::default(),
        Cell::styled(style, glyph),
        Cell::styled(if control { DIM } else { PLAIN }, sanitise::line(&row.opcode)),
        Cell::plain(quantity::count(row.length)),
        if row.compressed { Cell::styled(DIM, quantity::count(row.wire_length)) } else { Cell::default() },
        Cell::styled(DIM, quantity::count(row.last_packet)),
        content(row, payload),
    ]
}

/// What is wrong with it, then its payload.
fn content(row: &MessageRow, payload: &[u8]) -> Cell {
    let mut cell = codes(&row.diagnostics);
    if row.complete == Some(false) && cell.is_empty() {
        cell = Cell::styled(WARNING, "⚠ incomplete");
    }
    if !cell.is_empty() {
        cell = cell.and(PLAIN, "  ");
    }
    if row.opcode == "close" {
        let code = row.code.map_or("no code".to_owned(), closing::code_words);
        let reason =
            row.reason.as_deref().map_or(String::new(), |reason| format!(" “{}”", sanitise::line(reason)));
        return cell.and(PLAIN, format!("{code}{reason}"));
    }
    let (style, text) = preview(payload, row.opcode == "text", row.length > payload.len() as u64);
    cell.and(style, text)
}

/// The beginning of a payload on one line: as text if it is text, else as bytes.
pub fn preview(payload: &[u8], text: bool, more: bool) -> (anstyle::Style, String) {
    let beginning = &payload[..payload.len().min(SHOWN)];
    let more = more || beginning.len() < payload.len();
    let readable = match std::str::from_utf8(beginning) {
        Ok(readable) => Some(readable),
        // A code point that is cut at the end is no damage.
        Err(error) if error.error_len().is_none() && more => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    let looks_like_text = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
    match readable.filter(|readable| text || looks_like_text(readable)) {
        Some(readable) => {
            let more = if more { "…" } else { "" };
            (if text { PLAIN } else { DIM }, format!("{}{more}", sanitise::line(readable)))
        }
        None => (DIM, hex::run(beginning, 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews() {
        assert_eq!(preview(b"{\"a\":1}\n", true, false).1, "{\"a\":1}⏎");
        assert_eq!(preview(b"\x00\xff", false, false).1, "00 ff");
        assert_eq!(preview(b"keep-alive", false, false).1, "keep-alive");
        assert_eq!(preview("größ".as_bytes().split_at(3).0, true, true).1, "gr…");
        assert_eq!(preview(b"\xff\xfe", true, false).1, "ff fe");
        assert_eq!(preview(b"", true, false).1, "");
    }
}
