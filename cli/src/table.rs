//! Aligned columns, fitted to the terminal's width: the widest text gives way first, then whole columns that can be spared.

use std::io::{self, Write};

use anstyle::Style;

use crate::terminal::{DIM, PLAIN, Screen};
use crate::text::width;

/// Between two columns.
const GAP: usize = 2;

/// Where a cell's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// How a column behaves where there is not enough room.
#[derive(Clone, Copy, Debug)]
pub enum Room {
    /// It is never cut: numbers.
    Fixed,
    /// It is cut down to so many cells.
    AtLeast(usize),
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub title: &'static str,
    pub align: Align,
    pub room: Room,
    /// How wide it is expected to be, for rows that are not known yet.
    pub typical: usize,
    /// 0: always shown. Columns with the highest number go first where there is no room.
    pub spare: u8,
    /// Where it is cut, so many cells of its end stay: a port.
    pub end: usize,
    /// Left out if no row has anything in it.
    pub hide_empty: bool,
}

impl Column {
    pub const fn text(title: &'static str, typical: usize) -> Self {
        Self {
            title,
            align: Align::Left,
            room: Room::AtLeast(10),
            typical,
            spare: 0,
            end: 0,
            hide_empty: false,
        }
    }

    pub const fn word(title: &'static str, typical: usize) -> Self {
        Self { room: Room::Fixed, ..Self::text(title, typical) }
    }

    pub const fn number(title: &'static str, typical: usize) -> Self {
        Self { align: Align::Right, ..Self::word(title, typical) }
    }

    pub const fn at_least(self, cells: usize) -> Self {
        Self { room: Room::AtLeast(cells), ..self }
    }

    pub const fn spare(self, spare: u8) -> Self {
        Self { spare, ..self }
    }

    pub const fn keep_end(self, end: usize) -> Self {
        Self { end, ..self }
    }

    pub const fn hide_empty(self) -> Self {
        Self { hide_empty: true, ..self }
    }
}

/// What stands in a cell: pieces of harmless text, each with its style.
#[derive(Clone, Debug, Default)]
pub struct Cell(Vec<(Style, String)>);

impl Cell {
    pub fn styled(style: Style, text: impl Into<String>) -> Self {
        Self::default().and(style, text)
    }

    pub fn plain(text: impl Into<String>) -> Self {
        Self::styled(PLAIN, text)
    }

    pub fn and(mut self, style: Style, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.0.push((style, text));
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| width::of(text)).sum()
    }

    /// Its text with colours, cut to `cells`; of a single piece, `end` cells of the end stay.
    fn render(&self, screen: Screen, cells: usize, end: usize) -> String {
        if let ([(style, text)], true) = (self.0.as_slice(), end > 0) {
            return screen.paint(*style, &width::cut_before(text, cells, end));
        }
        let mut left = cells;
        let mut out = String::new();
        for (at, (style, text)) in self.0.iter().enumerate() {
            let more = at + 1 < self.0.len();
            // A piece that fills the cell exactly must say that another follows.
            let fits = width::of(text) <= left && !(more && width::of(text) == left);
            let shown = if fits { text.clone() } else { width::cut(&format!("{text} "), left).into_owned() };
            left -= width::of(&shown).min(left);
            out.push_str(&screen.paint(*style, &shown));
            if !fits {
                break;
            }
        }
        out
    }
}

/// How wide each column is; `None` where it is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout(Vec<Option<usize>>);

impl Layout {
    /// Fits the columns, with these rows in them, into `room` cells. With `more` rows to come, columns get their typical
    /// width at least.
    pub fn fit(columns: &[Column], rows: &[Vec<Cell>], room: usize, more: bool) -> Self {
        let mut widths: Vec<Option<usize>> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let widest = rows.iter().filter_map(|row| row.get(at)).map(Cell::width).max().unwrap_or(0);
                if widest == 0 && column.hide_empty && !more {
                    return None;
                }
                let typical = if more { column.typical } else { 0 };
                Some(widest.max(typical).max(width::of(column.title)))
            })
            .collect();
        loop {
            let mut excess = Self::total(&widths).saturating_sub(room);
            let mut shrunk = widths.clone();
            while excess > 0 && Self::shrink(columns, &mut shrunk, &mut excess) {}
            if excess == 0 {
                return Self(shrunk);
            }
            let spare = (0..columns.len())
                .filter(|&at| widths[at].is_some() && columns[at].spare > 0)
                .max_by_key(|&at| columns[at].spare);
            match spare {
                Some(at) => widths[at] = None,
                // Nothing can be spared: lines run over, nothing is lost.
                None => return Self(shrunk),
            }
        }
    }

    /// Takes cells from the widest column that can give some, down to the next widest.
    fn shrink(columns: &[Column], widths: &mut [Option<usize>], excess: &mut usize) -> bool {
        let least = |at: usize| match columns[at].room {
            Room::Fixed => usize::MAX,
            Room::AtLeast(cells) => cells.max(width::of(columns[at].title)),
        };
        let mut able: Vec<(usize, usize)> = widths
            .iter()
            .enumerate()
            .filter_map(|(at, width)| width.filter(|&width| width > least(at)).map(|width| (width, at)))
            .collect();
        able.sort_unstable();
        let Some(&(widest, at)) = able.last() else { return false };
        let next =
            able.len().checked_sub(2).and_then(|second| able.get(second)).map_or(0, |&(width, _)| width);
        let down_to = next.max(least(at)).min(widest - 1);
        let given = (widest - down_to).min(*excess);
        widths[at] = Some(widest - given);
        *excess -= given;
        true
    }

    fn total(widths: &[Option<usize>]) -> usize {
        let shown = widths.iter().flatten().count();
        widths.iter().flatten().sum::<usize>() + GAP * shown.saturating_sub(1)
    }

    /// The titles.
    pub fn header(&self, columns: &[Column], screen: Screen, out: &mut impl Write) -> io::Result<()> {
        let titles: Vec<Cell> = columns.iter().map(|column| Cell::styled(DIM, column.title)).collect();
        self.row(columns, &titles, screen, out)
    }

    /// One row.
    pub fn row(
        &self,
        columns: &[Column],
        cells: &[Cell],
        screen: Screen,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let mut line = String::new();
        let mut owed = 0;
        for ((column, width), cell) in columns.iter().zip(&self.0).zip(cells) {
            let Some(width) = *width else { continue };
            let natural = cell.width();
            let limit = if matches!(column.room, Room::Fixed) { usize::MAX } else { width };
            let space = width.saturating_sub(natural);
            // Spaces are owed and only paid before text, so that no line ends in them.
            let before = if column.align == Align::Right { space } else { 0 };
            if natural > 0 {
                line.extend(std::iter::repeat_n(' ', owed + before));
                line.push_str(&cell.render(screen, limit, column.end));
                owed = GAP + space - before;
            } else {
                owed += GAP + space;
            }
        }
        line.push('\n');
        out.write_all(line.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Screen = Screen { terminal: false, color: false, width: 40 };
    const COLUMNS: &[Column] = &[
        Column::number("#", 4),
        Column::text("target", 20),
        Column::number("packet", 6).spare(1).hide_empty(),
        Column::text("payload", 40),
    ];

    fn rows(cells: &[[&str; 4]]) -> Vec<Vec<Cell>> {
        cells.iter().map(|row| row.iter().map(|text| Cell::plain(*text)).collect()).collect()
    }

    fn print(rows: &[Vec<Cell>], room: usize) -> String {
        let layout = Layout::fit(COLUMNS, rows, room, false);
        let mut out = Vec::new();
        layout.header(COLUMNS, SCREEN, &mut out).unwrap();
        for row in rows {
            layout.row(COLUMNS, row, SCREEN, &mut out).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn aligns_and_hides_what_is_empty() {
        let rows = rows(&[["1", "/a", "", "hello"], ["12", "/日本", "", "x"]]);
        assert_eq!(print(&rows, 80), " #  target  payload\n 1  /a      hello\n12  /日本   x\n");
    }

    #[test]
    fn the_widest_gives_way_first() {
        let long = "0123456789".repeat(9);
        let rows = rows(&[["1", "/short/target", "7", &long]]);
        let text = print(&rows, 60);
        assert!(text.lines().all(|line| width::of(line) <= 60), "{text}");
        assert!(text.contains("/short/target") && text.contains('…') && text.contains("packet"), "{text}");
    }

    #[test]
    fn spare_columns_go_last() {
        let long = "0123456789".repeat(9);
        let rows = rows(&[["1", &long, "7", &long]]);
        let text = print(&rows, 30);
        assert!(text.lines().all(|line| width::of(line) <= 30), "{text}");
        assert!(!text.contains("packet"), "{text}");
        // Too narrow for anything: the lines run over, and this ends.
        assert!(print(&rows, 3).contains("012345678…"));
    }

    #[test]
    fn wide_characters_are_cut_between() {
        let cell = Cell::plain("日本語").and(PLAIN, "abc");
        assert_eq!(cell.render(SCREEN, 5, 0), "日本…");
        assert_eq!(cell.render(SCREEN, 6, 0), "日本…");
        assert_eq!(cell.render(SCREEN, 8, 0), "日本語a…");
        assert_eq!(cell.render(SCREEN, 9, 0), "日本語abc");
    }
}
