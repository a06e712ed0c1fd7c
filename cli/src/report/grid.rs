//! A table of one capture's rows: held until they can be sorted by number and their columns measured, or, from a pipe,
//! printed as soon as they are final.

use std::io::{self, Write};

use sockscope_core::capture::Timestamp;

use super::{Out, Source};
use crate::table::{Cell, Column, Layout};
use crate::terminal::{BOLD, DIM, Screen};
use crate::text::{quantity, sanitise};

/// So many rows are held and sorted at a time; memory stays bounded however long the capture is.
const WINDOW: usize = 1 << 16;

/// One row that is held.
pub struct Held {
    /// What it is sorted by.
    pub key: (u64, u64),
    /// What stands in the column of times.
    pub time: Option<Timestamp>,
    pub cells: Vec<Cell>,
}

/// The table.
pub struct Grid {
    out: Out,
    screen: Screen,
    columns: &'static [Column],
    /// Which column tells the time since the start.
    time_column: Option<usize>,
    rows: Vec<Held>,
    layout: Option<Layout>,
    /// The earliest time seen, from which times count: that of the capture's first packet, if its clock runs forwards.
    start: Option<Timestamp>,
    live: bool,
    first: bool,
}

impl Grid {
    pub fn new(out: Out, screen: Screen, columns: &'static [Column]) -> Self {
        let time_column = columns.iter().position(|column| column.title == "time");
        let rows = Vec::new();
        Self { out, screen, columns, time_column, rows, layout: None, start: None, live: false, first: true }
    }

    pub fn begin(&mut self, source: &Source) -> io::Result<()> {
        self.layout = None;
        self.start = None;
        self.live = source.live;
        if source.among_several {
            let gap = if std::mem::take(&mut self.first) { "" } else { "\n" };
            let name = self.screen.paint(BOLD, &sanitise::line(&source.name));
            writeln!(self.out, "{gap}{name}")?;
        }
        Ok(())
    }

    /// Something happened at that time; times count from the earliest.
    pub fn see(&mut self, time: Option<Timestamp>) {
        if self.layout.is_none() {
            self.start = self.start.into_iter().chain(time).min();
        }
    }

    pub fn push(&mut self, row: Held) -> io::Result<()> {
        self.see(row.time);
        self.rows.push(row);
        if self.rows.len() >= WINDOW { self.print(true) } else { Ok(()) }
    }

    /// Prints what is there, if nobody knows when more comes.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.live && !self.rows.is_empty() {
            self.print(true)?;
        }
        self.out.flush()
    }

    pub fn end(&mut self) -> io::Result<()> {
        if !self.rows.is_empty() {
            self.print(false)?;
        }
        self.out.flush()
    }

    fn print(&mut self, more: bool) -> io::Result<()> {
        let mut rows = std::mem::take(&mut self.rows);
        if !self.live {
            rows.sort_by_key(|row| row.key);
        }
        let (keys, mut cells): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.time, row.cells)).unzip();
        if let (Some(column), Some(start)) = (self.time_column, self.start) {
            for (time, cells) in keys.iter().zip(&mut cells) {
                if let (Some(time), Some(cell)) = (time, cells.get_mut(column)) {
                    *cell = Cell::styled(DIM, quantity::since(start, *time));
                }
            }
        }
        let layout = match self.layout.take() {
            Some(layout) => layout,
            None => {
                if let (Some(start), true) = (self.start, self.time_column.is_some()) {
                    let caption = format!("times count from {}", quantity::moment(start));
                    writeln!(self.out, "{}", self.screen.paint(DIM, &caption))?;
                }
                let layout = Layout::fit(self.columns, &cells, self.screen.width, more);
                layout.header(self.columns, self.screen, &mut self.out)?;
                layout
            }
        };
        for cells in &cells {
            layout.row(self.columns, cells, self.screen, &mut self.out)?;
        }
        self.layout = Some(layout);
        Ok(())
    }
}
