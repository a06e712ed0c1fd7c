//! Cuts text into rows of a limited width without holding it: of every 64th row is kept where it begins, and rows are cut
//! again from there when they are looked at. Cutting is by bytes alone, so it may go on in the middle of a character
//! where a range ends.

use sockscope_core::session::api::Span;

/// Rows between two landmarks.
const EVERY: u64 = 64;
/// Bytes of a row at most, for a character of a row: what is no text must end somewhere too.
const BYTES: u64 = 8;
/// Columns that the mark of a hole takes.
const HOLE: u64 = 24;

/// A row of a line of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Offset of its first byte.
    pub start: u64,
    /// Offset behind its last one, line break included.
    pub end: u64,
    /// The line that it is of, from 0.
    pub line: u64,
    /// The line began in a row before.
    pub goes_on: bool,
}

/// Where a row is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cutter {
    columns: u64,
    row: Row,
    width: u64,
    /// Bytes of the row that are not lost.
    taken: u64,
}

impl Cutter {
    fn at(columns: u64, row: Row) -> Self {
        Self { columns: columns.max(1), row: Row { end: row.start, ..row }, width: 0, taken: 0 }
    }

    fn end_row(&mut self, line: u64) -> Row {
        let row = self.row;
        self.row = Row { start: row.end, end: row.end, line, goes_on: line == row.line };
        (self.width, self.taken) = (0, 0);
        row
    }

    /// Takes a byte; gives the row that ends before it, or with it.
    fn push(&mut self, byte: u8) -> Option<Row> {
        let wide = columns_of(byte);
        let is_full = self.width + wide > self.columns || self.taken >= self.columns * BYTES;
        let is_within = byte & 0xc0 == 0x80 && self.taken < self.columns * BYTES;
        let ended = (byte != b'\n' && (self.width > 0 || self.taken > 0) && is_full && !is_within)
            .then(|| self.end_row(self.row.line));
        self.width += wide;
        self.taken += 1;
        self.row.end += 1;
        // A line break is never cut off, so no other row ended with it.
        if byte == b'\n' { Some(self.end_row(self.row.line + 1)) } else { ended }
    }

    /// Takes bytes that are lost.
    fn lose(&mut self, length: u64) -> Option<Row> {
        let is_full = self.width > 0 && self.width + HOLE > self.columns;
        let ended = is_full.then(|| self.end_row(self.row.line));
        self.width += HOLE;
        self.row.end += length;
        ended
    }

    /// Takes bytes of which some are lost.
    fn cut(&mut self, bytes: &[u8], holes: &[(u64, u64)], row: &mut impl FnMut(Row, &Self)) {
        let (start, mut rest) = (self.row.end, bytes);
        let mut at = start;
        while !rest.is_empty() {
            let next = holes.iter().find(|(hole, length)| *length > 0 && hole.saturating_add(*length) > at);
            let is_lost = next.is_some_and(|(hole, _)| *hole <= at);
            let until = match next {
                Some((hole, length)) if is_lost => hole.saturating_add(*length),
                Some((hole, _)) => *hole,
                None => u64::MAX,
            };
            let (part, behind) =
                rest.split_at(rest.len().min(usize::try_from(until - at).unwrap_or(usize::MAX)));
            if is_lost {
                if let Some(ended) = self.lose(part.len() as u64) {
                    row(ended, self);
                }
            } else {
                for byte in part {
                    if let Some(ended) = self.push(*byte) {
                        row(ended, self);
                    }
                }
            }
            at += part.len() as u64;
            rest = behind;
        }
    }
}

/// How many columns a character takes that begins with this byte, about.
fn columns_of(byte: u8) -> u64 {
    match byte {
        b'\t' => 4,
        0..0x80 => 1,
        // Within a character.
        0x80..0xc0 => 0,
        // The last one begins general punctuation, symbols and arrows.
        0xc0..=0xe2 => 1,
        // Most of what is behind are wide letters and pictures.
        _ => 2,
    }
}

/// All rows of a text, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    columns: u64,
    /// Where every 64th row begins.
    landmarks: Vec<Row>,
    rows: u64,
    cutter: Cutter,
    is_whole: bool,
}

impl Lines {
    /// Of a text that is cut at so many columns.
    pub fn new(columns: u64) -> Self {
        let cutter = Cutter::at(columns, Row::default());
        Self { columns, landmarks: vec![Row::default()], rows: 0, cutter, is_whole: false }
    }

    /// Takes the next bytes.
    pub fn read(&mut self, bytes: &[u8], holes: &[(u64, u64)]) {
        let (rows, landmarks) = (&mut self.rows, &mut self.landmarks);
        self.cutter.cut(bytes, holes, &mut |_, cutter| {
            *rows += 1;
            if rows.is_multiple_of(EVERY) {
                landmarks.push(cutter.row);
            }
        });
    }

    /// There is no more.
    pub fn finish(&mut self) {
        self.is_whole = true;
    }

    /// Bytes that were read.
    pub fn length(&self) -> u64 {
        self.cutter.row.end
    }

    /// All of it was read.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        // The last row needs no line break.
        self.rows + u64::from(self.cutter.row.end > self.cutter.row.start)
    }

    /// The bytes from which rows are cut.
    pub fn span(&self, first: u64, count: u64) -> Span {
        let Some(from) = self.landmark(first) else { return Span { start: 0, length: 0 } };
        let behind = usize::try_from((first + count).div_ceil(EVERY)).unwrap_or(usize::MAX);
        let end = self.landmarks.get(behind).map_or(self.length(), |row| row.start);
        Span { start: from.start, length: end - from.start }
    }

    /// Rows from `first` on, cut from the bytes of their [`Lines::span`], as far as those are known.
    pub fn cut(&self, first: u64, count: u64, bytes: &[u8], holes: &[(u64, u64)]) -> Vec<Row> {
        let Some(from) = self.landmark(first) else { return Vec::new() };
        let mut all = Vec::new();
        let mut cutter = Cutter::at(self.columns, from);
        cutter.cut(bytes, holes, &mut |row, _| all.push(row));
        if cutter.row.end > cutter.row.start {
            all.push(cutter.row);
        }
        let (skip, most) = ((first % EVERY) as usize, usize::try_from(count).unwrap_or(usize::MAX));
        all.into_iter().skip(skip).take(most).collect()
    }

    fn landmark(&self, row: u64) -> Option<Row> {
        self.landmarks.get(usize::try_from(row / EVERY).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], columns: u64, holes: &[(u64, u64)]) -> Lines {
        let mut lines = Lines::new(columns);
        lines.read(text, holes);
        lines.finish();
        lines
    }

    fn check(text: &str, columns: u64, expected: &[&str]) {
        let lines = lines(text.as_bytes(), columns, &[]);
        let rows = lines.cut(0, u64::MAX, text.as_bytes(), &[]);
        let cut: Vec<&str> = rows.iter().map(|row| &text[row.start as usize..row.end as usize]).collect();
        assert_eq!(cut, expected);
        assert_eq!(lines.rows(), expected.len() as u64);
    }

    #[test]
    fn lines_end_at_breaks_and_at_the_edge() {
        check("", 10, &[]);
        check("ab\ncd", 10, &["ab\n", "cd"]);
        check("ab\n\n", 10, &["ab\n", "\n"]);
        check("abcdef", 4, &["abcd", "ef"]);
        check("abcd\nef", 4, &["abcd\n", "ef"]);
        check("ab\r\ncd", 4, &["ab\r\n", "cd"]);
    }

    #[test]
    fn no_character_is_cut() {
        check("üüü", 2, &["üü", "ü"]);
        check("日本語", 4, &["日本", "語"]);
        check("a🙂b", 2, &["a", "🙂", "b"]);
        check("日", 1, &["日"]);
    }

    #[test]
    fn rows_know_their_line() {
        let rows = lines(b"abcdef\ng", 4, &[]).cut(0, 9, b"abcdef\ng", &[]);
        let seen: Vec<(u64, bool)> = rows.iter().map(|row| (row.line, row.goes_on)).collect();
        assert_eq!(seen, [(0, false), (0, true), (1, false)]);
    }

    #[test]
    fn rows_are_the_same_however_they_are_read() {
        let text: Vec<u8> = (0..20_000_u32).map(|at| (at * at % 251) as u8).collect();
        let whole = lines(&text, 30, &[(500, 2000)]);
        let all = whole.cut(0, u64::MAX, &text, &[(500, 2000)]);
        assert_eq!(all.len() as u64, whole.rows());
        let mut pieces = Lines::new(30);
        for piece in text.chunks(7) {
            pieces.read(piece, &[]);
        }
        pieces.finish();
        assert_eq!(pieces, lines(&text, 30, &[]), "what is not lost is cut alike in any pieces");
        for first in [0, 1, 63, 64, 65, 200, whole.rows() - 3] {
            let span = whole.span(first, 40);
            let bytes = &text[span.start as usize..(span.start + span.length) as usize];
            let rows = whole.cut(first, 40, bytes, &[(500, 2000)]);
            let expected: Vec<Row> = all.iter().copied().skip(first as usize).take(40).collect();
            assert_eq!(rows, expected, "from {first}");
        }
    }

    #[test]
    fn what_is_no_text_ends_too() {
        let text = [0x80; 1000];
        let lines = lines(&text, 10, &[]);
        assert_eq!(lines.rows(), 13);
    }

    #[test]
    fn a_hole_is_one_mark() {
        let mut text = b"ab".to_vec();
        text.resize(100_002, 0);
        text.extend_from_slice(b"cd");
        let rows = lines(&text, 80, &[(2, 100_000)]).cut(0, 9, &text, &[(2, 100_000)]);
        assert_eq!(rows, [Row { start: 0, end: 100_004, line: 0, goes_on: false }]);
    }
}
