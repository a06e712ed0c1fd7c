//! What is selected of the bytes: from where it was begun to where the cursor stands, both included.

/// Bytes in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Where it was begun.
    pub anchor: u64,
    /// Where it stands.
    pub cursor: u64,
}

/// A movement of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One byte towards the beginning.
    Back,
    /// One byte towards the end.
    Forth,
    /// So many rows up.
    Up(u64),
    /// So many rows down.
    Down(u64),
    /// To the first byte of the row.
    RowStart,
    /// To the last byte of the row.
    RowEnd,
    /// To the first byte.
    First,
    /// To the last byte.
    Last,
}

impl Step {
    /// What a key asks for; with Ctrl, Home and End go to the ends of the payload.
    pub fn of_key(key: &str, ctrl: bool, page: u64) -> Option<Self> {
        Some(match (key, ctrl) {
            ("ArrowLeft", _) => Self::Back,
            ("ArrowRight", _) => Self::Forth,
            ("ArrowUp", _) => Self::Up(1),
            ("ArrowDown", _) => Self::Down(1),
            ("PageUp", _) => Self::Up(page),
            ("PageDown", _) => Self::Down(page),
            ("Home", false) => Self::RowStart,
            ("End", false) => Self::RowEnd,
            ("Home", true) => Self::First,
            ("End", true) => Self::Last,
            _ => return None,
        })
    }
}

impl Selection {
    /// One byte.
    pub fn at(offset: u64) -> Self {
        Self { anchor: offset, cursor: offset }
    }

    /// The first byte, and the first one behind it.
    pub fn range(self) -> (u64, u64) {
        (self.anchor.min(self.cursor), self.anchor.max(self.cursor).saturating_add(1))
    }

    /// A byte is part of it.
    pub fn holds(self, offset: u64) -> bool {
        let (start, end) = self.range();
        (start..end).contains(&offset)
    }

    /// Up to there, from where it was begun.
    pub fn to(self, cursor: u64) -> Self {
        Self { cursor, ..self }
    }

    /// Where the cursor comes to, in `total` bytes of which a row has `width`.
    pub fn moved(self, step: Step, total: u64, width: u64) -> u64 {
        let (cursor, last) = (self.cursor, total.saturating_sub(1));
        let up = |rows: u64| cursor.checked_sub(rows.saturating_mul(width)).unwrap_or(cursor % width);
        let down = |rows: u64| {
            let wanted = cursor.saturating_add(rows.saturating_mul(width));
            // The same column, or where the last row is too short for it, its end.
            let lowest = last / width * width + cursor % width;
            wanted.min(lowest).min(last)
        };
        match step {
            Step::Back => cursor.saturating_sub(1),
            Step::Forth => cursor.saturating_add(1),
            Step::Up(rows) => up(rows),
            Step::Down(rows) => down(rows),
            Step::RowStart => cursor / width * width,
            Step::RowEnd => cursor / width * width + width - 1,
            Step::First => 0,
            Step::Last => last,
        }
        .min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_moves_by_bytes_and_rows() {
        let check = |cursor, step, expected| {
            assert_eq!(Selection::at(cursor).moved(step, 40, 16), expected, "{cursor} {step:?}");
        };
        check(0, Step::Back, 0);
        check(39, Step::Forth, 39);
        check(20, Step::Up(1), 4);
        check(20, Step::Up(9), 4);
        check(4, Step::Down(1), 20);
        check(4, Step::Down(9), 36);
        check(20, Step::Down(1), 36);
        check(30, Step::Down(1), 39);
        check(20, Step::RowStart, 16);
        check(20, Step::RowEnd, 31);
        check(35, Step::RowEnd, 39);
        check(20, Step::First, 0);
        check(20, Step::Last, 39);
    }

    #[test]
    fn nothing_can_be_selected_of_nothing() {
        assert_eq!(Selection::default().moved(Step::Down(1), 0, 16), 0);
        assert_eq!(Selection::default().moved(Step::RowEnd, 0, 8), 0);
    }

    #[test]
    fn it_reaches_both_ways() {
        let selection = Selection::at(8).to(5);
        assert_eq!(selection.range(), (5, 9));
        assert!(selection.holds(5) && selection.holds(8) && !selection.holds(9));
        assert_eq!(Step::of_key("Home", true, 9), Some(Step::First));
        assert_eq!(Step::of_key("PageDown", false, 9), Some(Step::Down(9)));
        assert_eq!(Step::of_key("x", false, 9), None);
    }
}
