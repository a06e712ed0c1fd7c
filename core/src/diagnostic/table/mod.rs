//! The table of every diagnostic: the one source of `check`, `explain`, the window and the documentation page.

mod capture;
mod closing;
mod deflate;
mod framing;
mod limits;
mod request;
mod response;

use super::{Code, Ground, Severity};

/// One row of the table.
#[derive(Debug)]
pub struct Entry {
    /// Whose row it is.
    pub code: Code,
    /// The severity that it usually has; a finding may carry another where the explanation says so.
    pub severity: Severity,
    /// The section that asks for it, such as `RFC 6455 §4.2.2`; empty where no standard speaks of it.
    pub rfc: &'static str,
    /// Without these the check is silent.
    pub grounds: &'static [Ground],
    /// One sentence: what it says, without values.
    pub title: &'static str,
    /// What the standard asks and why it matters, in plain words.
    pub explanation: &'static str,
    /// Why this usually happens.
    pub usual_cause: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// Codes that belong together.
#[derive(Debug)]
pub struct Chapter {
    /// Its heading.
    pub title: &'static str,
    /// One or two sentences: what its checks look at.
    pub about: &'static str,
    /// Its rows, in the order of [`Code::ALL`].
    pub entries: &'static [Entry],
}

/// Every chapter; their rows in a line are the rows of [`Code::ALL`].
pub const CHAPTERS: &[Chapter] = &[
    request::CHAPTER,
    response::CHAPTER,
    framing::CHAPTER,
    closing::CHAPTER,
    deflate::CHAPTER,
    capture::CHAPTER,
    limits::CHAPTER,
];

/// The row of that code.
pub(super) fn entry(code: Code) -> &'static Entry {
    ROWS[code as usize]
}

/// All rows, so that each stands at its code's number.
static ROWS: [&Entry; Code::ALL.len()] = rows();

/// Does not compile where a code has no row, has two, or stands elsewhere than in [`Code::ALL`].
const fn rows() -> [&'static Entry; Code::ALL.len()] {
    let mut rows = [&request::CHAPTER.entries[0]; Code::ALL.len()];
    let mut row = 0;
    let mut chapter = 0;
    while chapter < CHAPTERS.len() {
        let entries = CHAPTERS[chapter].entries;
        let mut place = 0;
        while place < entries.len() {
            assert!(entries[place].code as usize == row, "the rows stand in another order than Code::ALL");
            rows[row] = &entries[place];
            row += 1;
            place += 1;
        }
        chapter += 1;
    }
    assert!(row == Code::ALL.len(), "a code has no row");
    rows
}
