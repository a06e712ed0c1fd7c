//! `frames` as a table.

use std::io;

use sockscope_core::capture::Timestamp;
use sockscope_core::session::api::{ConnectionRow, FrameRow, SummaryRow};
use sockscope_core::session::{FrameView, PayloadWanted};

use super::connections::codes;
use super::grid::{Grid, Held};
use super::messages::preview;
use super::{Kept, Out, Report, Source, Wants};
use crate::table::{Cell, Column};
use crate::terminal::{DIM, PLAIN, Screen, WARNING, side_glyph};
use crate::text::{quantity, sanitise};

const COLUMNS: &[Column] = &[
    Column::number("conn", 4),
    Column::number("#", 6),
    Column::number("time", 11).spare(1).hide_empty(),
    Column::number("packet", 7).spare(2),
    Column::word("", 1),
    Column::word("fin", 3),
    Column::word("rsv", 4).hide_empty(),
    Column::word("opcode", 12),
    Column::word("mask", 8).spare(3),
    Column::number("header", 6).spare(4),
    Column::number("size", 8),
    Column::number("message", 7),
    Column::text("payload", 200).at_least(12),
];

/// The table of frames.
pub struct Frames(Grid);

impl Frames {
    pub fn new(out: Out, screen: Screen) -> Self {
        Self(Grid::new(out, screen, COLUMNS))
    }
}

impl Report for Frames {
    fn wants(&self) -> Wants {
        Wants { frames: true, payload: Kept::Beginning, ..Wants::default() }
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

    fn frame(&mut self, view: &FrameView<'_>) -> io::Result<()> {
        let row = view.to_row(PayloadWanted::None);
        let cells = cells(&row, view.payload());
        self.0.push(Held { key: (row.connection, row.frame), time: row.time, cells })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn end(&mut self, _summary: Option<&SummaryRow>) -> io::Result<()> {
        self.0.end()
    }
}

fn cells(row: &FrameRow, payload: &[u8]) -> Vec<Cell> {
    let (glyph, style) = side_glyph(row.from);
    let mut content = codes(&row.diagnostics);
    if row.complete == Some(false) && content.is_empty() {
        content = Cell::styled(WARNING, "⚠ incomplete");
    }
    if !content.is_empty() {
        content = content.and(PLAIN, "  ");
    }
    // Reserved bits mean that an extension changed the payload: it is shown as bytes even if it is called text.
    let text = row.opcode == 1 && row.rsv == 0;
    let (shade, shown) = preview(payload, text, row.length > payload.len() as u64);
    vec![
        Cell::styled(DIM, row.connection.to_string()),
        Cell::plain(row.frame.to_string()),
        // The grid fills in the time, once the start is known.
        Cell::default(),
        Cell::styled(DIM, quantity::count(row.packet)),
        Cell::styled(style, glyph),
        Cell::plain(if row.fin { "fin" } else { "…" }),
        Cell::plain(reserved_bits(row.rsv)),
        Cell::styled(if row.opcode >= 8 { DIM } else { PLAIN }, sanitise::line(&row.opcode_name)),
        row.mask.as_deref().map_or(Cell::styled(DIM, "none"), |mask| Cell::styled(DIM, sanitise::line(mask))),
        Cell::styled(DIM, row.header_length.to_string()),
        Cell::plain(quantity::count(row.length)),
        row.message.map_or(Cell::default(), |message| Cell::plain(message.to_string())),
        content.and(shade, shown),
    ]
}

/// `1`, `1 3`: which of the three bits are set (RFC 6455 §5.2).
fn reserved_bits(rsv: u8) -> String {
    let set = [(4, "1"), (2, "2"), (1, "3")].into_iter().filter(|(bit, _)| rsv & bit != 0);
    set.map(|(_, name)| name).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn rsv1_is_the_highest() {
        assert_eq!(super::reserved_bits(4), "1");
        assert_eq!(super::reserved_bits(3), "2 3");
        assert_eq!(super::reserved_bits(0), "");
    }
}
