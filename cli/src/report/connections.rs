//! `connections` as a table.

use std::io;

use sockscope_core::diagnostic::{Code, Severity};
use sockscope_core::session::api::{ConnectionRow, SummaryRow};

use super::grid::{Grid, Held};
use super::{Out, Report, Source, Wants, closing};
use crate::table::{Cell, Column};
use crate::terminal::{CLIENT, DIM, PLAIN, SERVER, Screen, severity_glyph};
use crate::text::{quantity, sanitise};

const COLUMNS: &[Column] = &[
    Column::word("", 1),
    Column::number("#", 4),
    Column::text("client", 21).at_least(16).keep_end(6),
    Column::text("server", 21).at_least(16).keep_end(6),
    Column::text("target", 20),
    Column::text("handshake", 11).at_least(12),
    Column::text("subprotocol", 11).spare(5).hide_empty(),
    Column::text("extensions", 18).spare(6).hide_empty(),
    Column::number("▲", 5).spare(1),
    Column::number("▼", 5).spare(1),
    Column::number("bytes", 7).spare(4),
    Column::number("lasted", 7).spare(3),
    Column::text("close", 11).at_least(8).spare(2),
    Column::text("diagnostics", 20).at_least(19).hide_empty(),
];

/// The table of connections.
pub struct Connections(Grid);

impl Connections {
    pub fn new(out: Out, screen: Screen) -> Self {
        Self(Grid::new(out, screen, COLUMNS))
    }
}

impl Report for Connections {
    fn wants(&self) -> Wants {
        Wants::default()
    }

    fn begin(&mut self, source: &Source) -> io::Result<()> {
        self.0.begin(source)
    }

    fn connection(&mut self, row: &ConnectionRow) -> io::Result<()> {
        self.0.push(Held { key: (row.connection, 0), time: None, cells: cells(row) })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn end(&mut self, _summary: Option<&SummaryRow>) -> io::Result<()> {
        self.0.end()
    }
}

fn cells(row: &ConnectionRow) -> Vec<Cell> {
    let (glyph, style) = closing::glyph(row, closing::worst(row));
    let text = |text: &str| Cell::plain(sanitise::line(text));
    let optional = |text: &Option<String>| {
        text.as_deref().map_or(Cell::default(), |text| Cell::plain(sanitise::line(text)))
    };
    vec![
        Cell::styled(style, glyph),
        Cell::plain(row.connection.to_string()),
        text(&row.client),
        text(&row.server),
        row.request.as_ref().map_or(Cell::default(), |request| text(&request.target)),
        Cell::plain(short_verdict(row)),
        optional(&row.handshake.subprotocol),
        optional(&row.handshake.extensions),
        Cell::styled(CLIENT, quantity::count(row.client_messages)),
        Cell::styled(SERVER, quantity::count(row.server_messages)),
        Cell::plain(quantity::size(row.client_bytes.saturating_add(row.server_bytes))),
        lasted(row).map_or(Cell::default(), |nanos| Cell::plain(quantity::span(nanos))),
        short_close(row),
        codes(&row.diagnostics),
    ]
}

/// How long it was there; unknown while it is.
pub fn lasted(row: &ConnectionRow) -> Option<u64> {
    Some(row.closed?.since(row.opened?))
}

fn short_verdict(row: &ConnectionRow) -> String {
    match (row.handshake.verdict.as_str(), &row.response, row.handshake.confidence) {
        ("refused", Some(response), _) => format!("refused {}", response.status),
        ("missing", _, Some(sure)) => format!("missing {:.0} %", sure * 100.0),
        (verdict, _, _) => sanitise::line(verdict).into_owned(),
    }
}

fn short_close(row: &ConnectionRow) -> Cell {
    match (&row.close, row.open) {
        (Some(close), _) => {
            let (glyph, style) = crate::terminal::side_glyph(Some(close.from));
            let code = close.code.map_or("no code".to_owned(), |code| code.to_string());
            let unclean = if close.clean { "" } else { " not answered" };
            Cell::styled(style, format!("{glyph} ")).and(PLAIN, code).and(DIM, unclean)
        }
        (None, true) => Cell::styled(DIM, "open"),
        (None, false) => Cell::styled(DIM, "none"),
    }
}

/// The codes, the worst first, each with the glyph of its severity.
pub fn codes(codes: &[String]) -> Cell {
    let mut rated: Vec<(Severity, &str)> = codes
        .iter()
        .map(|code| {
            (Code::from_name(code).map_or(Severity::Note, |code| code.entry().severity), code.as_str())
        })
        .collect();
    rated.sort_by_key(|&(severity, _)| std::cmp::Reverse(severity));
    let mut cell = Cell::default();
    for (severity, code) in rated {
        let (glyph, style) = severity_glyph(severity);
        let gap = if cell.is_empty() { "" } else { "  " };
        cell = cell.and(style, format!("{gap}{glyph} {}", sanitise::line(code)));
    }
    cell
}
