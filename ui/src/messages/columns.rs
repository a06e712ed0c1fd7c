//! The table's columns: which are shown, in which order, how wide, and what the column of times shows. Kept in the browser.

use serde::{Deserialize, Serialize};
use sockscope_core::session::api::MessageKey;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// The message's number in its connection.
    Number,
    /// When it was complete.
    Time,
    /// How long after the row above.
    Delta,
    /// The connection's number.
    Connection,
    /// Who sent it.
    From,
    /// Its opcode.
    Type,
    /// Payload bytes as the application sees them.
    Size,
    /// Payload bytes on the wire.
    Wire,
    /// Compressed, fragmented, lost.
    Flags,
    /// The beginning of its payload.
    Preview,
}

impl Column {
    /// All of them, as they stand at first.
    pub const ALL: [Self; 10] = [
        Self::Number,
        Self::Time,
        Self::Delta,
        Self::Connection,
        Self::From,
        Self::Type,
        Self::Size,
        Self::Wire,
        Self::Flags,
        Self::Preview,
    ];

    /// Its name in classes and attributes.
    pub fn id(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Time => "time",
            Self::Delta => "delta",
            Self::Connection => "connection",
            Self::From => "from",
            Self::Type => "type",
            Self::Size => "size",
            Self::Wire => "wire",
            Self::Flags => "flags",
            Self::Preview => "preview",
        }
    }

    /// The column of that name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.id() == id)
    }

    /// What stands at its head.
    pub fn head(self) -> &'static str {
        match self {
            Self::Number => "#",
            Self::Time => "time",
            Self::Delta => "Δ",
            Self::Connection => "conn",
            Self::From => "▲▼",
            Self::Type => "type",
            Self::Size => "size",
            Self::Wire => "wire",
            Self::Flags => "flags",
            Self::Preview => "preview",
        }
    }

    /// Its name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "Number",
            Self::Time => "Time",
            Self::Delta => "Time since the row above",
            Self::Connection => "Connection",
            Self::From => "Direction",
            Self::Type => "Type",
            Self::Size => "Size",
            Self::Wire => "Size on the wire",
            Self::Flags => "Flags",
            Self::Preview => "Preview",
        }
    }

    /// What rows are sorted by when its head is pressed.
    pub fn key(self) -> Option<MessageKey> {
        Some(match self {
            Self::Number | Self::Connection => MessageKey::Number,
            Self::Time => MessageKey::Time,
            Self::From => MessageKey::From,
            Self::Type => MessageKey::Opcode,
            Self::Size => MessageKey::Length,
            Self::Wire => MessageKey::WireLength,
            Self::Delta | Self::Flags | Self::Preview => return None,
        })
    }

    /// It takes what is left of the row.
    pub fn grows(self) -> bool {
        self == Self::Preview
    }

    fn width(self) -> u16 {
        match self {
            Self::Number => 52,
            Self::Time => 92,
            Self::Delta => 72,
            Self::Connection => 48,
            Self::From => 30,
            Self::Type => 58,
            Self::Size | Self::Wire => 62,
            Self::Flags => 56,
            Self::Preview => 160,
        }
    }
}

/// What the column of times shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// The time of day.
    Absolute,
    /// Seconds since the capture's start.
    #[default]
    SinceStart,
    /// Seconds since the row above.
    SinceRow,
}

impl Times {
    /// All of them, and what they are called.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Absolute, "Time of day"),
        (Self::SinceStart, "Since the capture's start"),
        (Self::SinceRow, "Since the row above"),
    ];
}

/// A column in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Which.
    pub column: Column,
    /// In pixels; of the one that grows the least.
    pub width: u16,
    /// It is shown.
    pub is_shown: bool,
}

/// All columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Each column once, from left to right.
    pub columns: Vec<Placed>,
    /// What the column of times shows.
    pub times: Times,
}

impl Default for Layout {
    fn default() -> Self {
        let placed = |column: Column| Placed {
            column,
            width: column.width(),
            is_shown: !matches!(column, Column::Wire | Column::Flags),
        };
        Self { columns: Column::ALL.map(placed).into(), times: Times::default() }
    }
}

/// Pixels that a time of day needs.
const TIME_OF_DAY: u16 = 114;
/// The widths that a column can have.
const WIDTHS: std::ops::RangeInclusive<u16> = 24..=1_200;

impl Layout {
    /// The layout that was kept, however old or broken it is: each column is there once.
    pub fn read(kept: &str) -> Self {
        let mut layout = Self { columns: Vec::new(), ..Self::default() };
        if let Ok(kept) = serde_json::from_str::<Self>(kept) {
            layout.times = kept.times;
            for mut placed in kept.columns {
                placed.width = placed.width.clamp(*WIDTHS.start(), *WIDTHS.end());
                if layout.columns.iter().all(|other| other.column != placed.column) {
                    layout.columns.push(placed);
                }
            }
        }
        for placed in Self::default().columns {
            if layout.columns.iter().all(|other| other.column != placed.column) {
                layout.columns.push(placed);
            }
        }
        layout
    }

    /// Of which connection a message is goes without saying where one is chosen.
    pub fn shown(&self, of_one_connection: bool) -> impl Iterator<Item = Placed> {
        let is_shown = move |placed: &Placed| {
            placed.is_shown && !(of_one_connection && placed.column == Column::Connection)
        };
        self.columns.iter().copied().filter(is_shown)
    }

    /// Makes a column wider, or narrower.
    pub fn widen(&mut self, column: Column, pixels: i32) {
        if let Some(placed) = self.find(column) {
            let width = (i32::from(placed.width) + pixels)
                .clamp(i32::from(*WIDTHS.start()), i32::from(*WIDTHS.end()));
            placed.width = u16::try_from(width).unwrap_or(placed.width);
        }
    }

    /// Writes times so, in a column that is wide enough for them.
    pub fn choose_times(&mut self, times: Times) {
        self.times = times;
        if let (Times::Absolute, Some(placed)) = (times, self.find(Column::Time)) {
            placed.width = placed.width.max(TIME_OF_DAY);
        }
    }

    /// Shows a column, or hides it. One always stays.
    pub fn toggle(&mut self, column: Column) {
        let shown = self.columns.iter().filter(|placed| placed.is_shown).count();
        if let Some(placed) = self.find(column)
            && (!placed.is_shown || shown > 1)
        {
            placed.is_shown = !placed.is_shown;
        }
    }

    /// Puts a column to where another one stands.
    pub fn put(&mut self, column: Column, there: Column) {
        let place = |column| self.columns.iter().position(|placed| placed.column == column);
        if let (Some(from), Some(to)) = (place(column), place(there)) {
            let placed = self.columns.remove(from);
            self.columns.insert(to, placed);
        }
    }

    /// Moves a column past its neighbour that is shown: to the right, or to the left.
    pub fn shift(&mut self, column: Column, is_right: bool) {
        let Some(from) = self.columns.iter().position(|placed| placed.column == column) else { return };
        let neighbour = match is_right {
            true => self.columns.iter().skip(from + 1).find(|placed| placed.is_shown),
            false => self.columns.iter().take(from).rev().find(|placed| placed.is_shown),
        };
        if let Some(neighbour) = neighbour.map(|placed| placed.column) {
            self.put(column, neighbour);
        }
    }

    fn find(&mut self, column: Column) -> Option<&mut Placed> {
        self.columns.iter_mut().find(|placed| placed.column == column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(layout: &Layout) -> Vec<&'static str> {
        layout.shown(false).map(|placed| placed.column.id()).collect()
    }

    #[test]
    fn a_layout_survives_what_was_kept() {
        let mut layout = Layout::default();
        layout.toggle(Column::Delta);
        layout.put(Column::Preview, Column::Number);
        layout.choose_times(Times::Absolute);
        assert_eq!(layout.columns[2].width, TIME_OF_DAY);
        let kept = serde_json::to_string(&layout).expect("plain data");
        assert_eq!(Layout::read(&kept), layout);
        for broken in ["", "{}", "[1]", r#"{"columns":[],"times":"nonsense"}"#] {
            assert_eq!(Layout::read(broken), Layout::default(), "{broken}");
        }
        let twice = r#"{"columns":[{"column":"size","width":9,"is_shown":true},{"column":"size","width":60,"is_shown":false}],"times":"since-row"}"#;
        let read = Layout::read(twice);
        assert_eq!(read.columns.len(), Column::ALL.len());
        assert_eq!((read.columns[0].column, read.columns[0].width), (Column::Size, 24));
    }

    #[test]
    fn columns_move_past_those_that_are_shown() {
        let mut layout = Layout::default();
        assert_eq!(
            ids(&layout),
            ["number", "time", "delta", "connection", "from", "type", "size", "preview"]
        );
        layout.shift(Column::Size, true);
        assert_eq!(ids(&layout)[6..], ["preview", "size"]);
        layout.shift(Column::Size, false);
        layout.shift(Column::Number, false);
        assert_eq!(
            ids(&layout),
            ["number", "time", "delta", "connection", "from", "type", "size", "preview"]
        );
        assert!(layout.shown(true).all(|placed| placed.column != Column::Connection));
    }

    #[test]
    fn one_column_stays_and_widths_have_bounds() {
        let mut layout = Layout::default();
        for column in Column::ALL {
            if layout.shown(false).any(|placed| placed.column == column) {
                layout.toggle(column);
            }
        }
        assert_eq!(ids(&layout), ["preview"]);
        layout.widen(Column::Preview, -10_000);
        layout.widen(Column::Number, 8);
        assert_eq!((layout.columns[9].width, layout.columns[0].width), (24, 60));
    }
}
