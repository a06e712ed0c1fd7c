//! `explain`: what the table of diagnostics says about a code or a cause.

use std::fmt::Write;

use sockscope_core::diagnostic::{CHAPTERS, Cause, Topic, UnknownName};

use crate::terminal::{BOLD, DIM, Screen, severity_glyph};
use crate::text::width;

/// Lines longer than this are hard to read.
const WIDEST: usize = 100;

/// The page about a code or a cause.
pub fn page(name: &str, screen: Screen) -> Result<String, UnknownName> {
    let page = Topic::find(name)?.explain(screen.width.min(WIDEST));
    let (headline, rest) = page.split_once('\n').unwrap_or((&page, ""));
    Ok(format!("{}\n{rest}", screen.paint(BOLD, headline)))
}

/// All codes by chapter, then the causes.
pub fn list(screen: Screen) -> String {
    let mut out = String::new();
    let widest = Topic::all().map(|topic| topic.name().len()).max().unwrap_or(0);
    let item = |out: &mut String, glyph: &str, name: &str, title: &str| {
        let room = screen.width.saturating_sub(widest + 6).max(20);
        let _ = writeln!(out, "  {glyph} {name:widest$}  {}", screen.paint(DIM, &width::cut(title, room)));
    };
    for chapter in CHAPTERS {
        let _ = writeln!(out, "{}", screen.paint(BOLD, chapter.title));
        for entry in chapter.entries {
            let (glyph, style) = severity_glyph(entry.severity);
            item(&mut out, &screen.paint(style, glyph), entry.code.name(), entry.title);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", screen.paint(BOLD, "Causes"));
    for cause in Cause::ALL {
        item(&mut out, " ", cause.name(), cause.sentence());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_cause_has_a_page() {
        let screen = Screen { terminal: false, color: false, width: 100 };
        for name in Topic::all().map(Topic::name) {
            assert!(page(name, screen).unwrap().contains(name), "{name}");
            assert!(list(screen).contains(name), "{name}");
        }
        assert_eq!(page("accept-mismach", screen).unwrap_err().suggestions.first(), Some(&"accept-mismatch"));
    }
}
