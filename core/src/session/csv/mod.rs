//! Rows as comma-separated values (RFC 4180, lines end in LF), safe to open in a spreadsheet.
//!
//! A text cell that a spreadsheet could take for a formula gets an apostrophe before it, and so does one that begins with
//! an apostrophe, so that the first apostrophe of a cell can always be taken away. Leaves out nothing of a row.

pub mod columns;

use std::fmt::Write as _;

use crate::sanitise;
use columns::{Cell, Column};

/// The header line.
pub fn header<R>(out: &mut String, columns: &'static [Column<R>]) {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(column.name);
    }
    out.push('\n');
}

/// One row.
pub fn row<R>(out: &mut String, columns: &[Column<R>], row: &R) {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match (column.cell)(row) {
            Cell::Empty => {}
            Cell::Number(number) => {
                let _ = write!(out, "{number}");
            }
            Cell::Fraction(number) => {
                let _ = write!(out, "{number}");
            }
            Cell::Yes(yes) => out.push_str(if yes { "true" } else { "false" }),
            Cell::Text(text) => cell(out, text),
            Cell::Owned(text) => cell(out, &text),
        }
    }
    out.push('\n');
}

fn cell(out: &mut String, text: &str) {
    let text = sanitise::cell(text);
    let guard = if needs_guard(&text) { "'" } else { "" };
    // `;` and the tab separate cells in some locales' spreadsheets.
    if text.contains(['"', ',', '\n', '\r', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ') {
        let _ = write!(out, "\"{guard}{}\"", text.replace('"', "\"\""));
    } else {
        out.push_str(guard);
        out.push_str(&text);
    }
}

/// Whether a spreadsheet could read the cell as a formula: spaces before one are passed over, as some programs do, and the
/// full-width forms of the four signs count, which others fold.
fn needs_guard(text: &str) -> bool {
    if text.starts_with(['\'', '\t', '\r', '\n']) {
        return true;
    }
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '﹢', '﹣', '﹦', '﹫'])
}

#[cfg(test)]
mod tests {
    use super::columns::{DIAGNOSTIC, MESSAGE};
    use super::*;
    use crate::session::api::MessageRow;

    fn one(text: &str) -> String {
        let mut out = String::new();
        cell(&mut out, text);
        out
    }

    #[test]
    fn quotes_by_rfc_4180() {
        assert_eq!(one("plain"), "plain");
        assert_eq!(one("a,b"), "\"a,b\"");
        assert_eq!(one("say \"hi\""), "\"say \"\"hi\"\"\"");
        assert_eq!(one("two\nlines"), "\"two\nlines\"");
        assert_eq!(one(""), "");
    }

    #[test]
    fn formulas_are_guarded() {
        for start in ["=", "+", "-", "@", " =", "\u{a0}=", "＝", "\t", "\u{3000}＋"] {
            let text = format!("{start}1+1");
            assert!(one(&text).trim_start_matches('"').starts_with('\''), "{text:?}");
        }
        assert_eq!(one("=HYPERLINK(\"http://x\",\"y\")"), "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
        assert_eq!(one("'quoted"), "''quoted");
        assert_eq!(one("a=1"), "a=1");
        assert_eq!(one("2-1"), "2-1");
    }

    #[test]
    fn controls_are_visible() {
        assert_eq!(one("\x1b[2J\0"), "␛[2J␀");
        assert_eq!(one("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn header_and_cells_agree() {
        let mut out = String::new();
        header(&mut out, MESSAGE);
        row(
            &mut out,
            MESSAGE,
            &MessageRow { opcode: "text".into(), holes: vec![(3, 4)], ..Default::default() },
        );
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
        assert!(lines[1].contains("3+4"));
        assert!(super::columns::names(DIAGNOSTIC).eq(DIAGNOSTIC.iter().map(|c| c.name)));
    }
}
