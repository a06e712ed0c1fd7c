//! Makes text from a capture harmless on a terminal: what would move the cursor, change the title, reorder or hide
//! letters becomes visible instead (ECMA-48 control functions, Unicode UAX #9 bidirectional controls, UTS #39 invisible
//! characters). Everything a person reads goes through here; JSON rows do not, they are exact.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// Marks that may stand on one letter; more would spill over the lines around it.
const MARKS: usize = 3;

/// One line: line breaks and tabs are made visible too.
pub fn line(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Visible)
}

/// Several lines: line feeds stay, a CR before one goes, tabs become spaces.
pub fn block(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Kept)
}

/// A cell of a CSV file: line feeds, CR LF and tabs stay as they are.
pub fn cell(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Exact)
}

/// Escapes, for a terminal, what JSON leaves as it is inside its strings; the value stays the same.
pub fn json(line: &str) -> Cow<'_, str> {
    if !line.chars().any(|c| c != '\n' && is_hidden(c)) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 16);
    for c in line.chars() {
        if c != '\n' && is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// What becomes of line breaks and tabs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Visible,
    Kept,
    Exact,
}

fn clean(text: &str, breaks: Breaks) -> Cow<'_, str> {
    // Nearly all text is plain, and plain ASCII is told by its bytes alone.
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut marks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before_newline = c == '\r' && chars.peek() == Some(&'\n');
        match (c, breaks) {
            ('\n', Breaks::Visible) => out.push('⏎'),
            ('\n', _) => out.push('\n'),
            ('\r', Breaks::Visible | Breaks::Kept) if before_newline => {}
            ('\r', Breaks::Exact) if before_newline => out.push('\r'),
            ('\t', Breaks::Visible) => out.push('⇥'),
            ('\t', Breaks::Kept) => out.push_str("    "),
            ('\t', Breaks::Exact) => out.push('\t'),
            _ if is_hidden(c) => show(&mut out, c),
            _ => {
                marks = if c.width() == Some(0) { marks + 1 } else { 0 };
                if marks > MARKS {
                    show(&mut out, c)
                } else {
                    out.push(c)
                }
                continue;
            }
        }
        marks = 0;
    }
    Cow::Owned(out)
}

/// A control as its picture (`␛`), anything else by its number (`\u{202e}`).
fn show(out: &mut String, c: char) {
    let picture = match u32::from(c) {
        control @ 0..0x20 => char::from_u32(0x2400 + control),
        0x7f => Some('␡'),
        _ => None,
    };
    match picture {
        Some(picture) => out.push(picture),
        None => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// Whether a letter is not seen, or does something to those around it.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Bidirectional marks, embeddings, overrides and isolates.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Line and paragraph separators, which some terminals obey.
            | '\u{2028}' | '\u{2029}'
            // Characters that show nothing: zero-width, joiners, invisible operators, fillers, the byte order mark.
            | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            // Tags and the supplementary variation selectors, which carry hidden text.
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(line("plain, with 7-bit letters"), Cow::Borrowed(_)));
        assert_eq!(line("größer 日本語 🙂"), "größer 日本語 🙂");
    }

    #[test]
    fn no_escape_sequence_survives() {
        assert_eq!(line("\x1b]0;owned\x07\x1b[2J"), "␛]0;owned␇␛[2J");
        assert_eq!(line("\u{9b}31m\u{9d}0;x\u{9c}"), "\\u{9b}31m\\u{9d}0;x\\u{9c}");
        assert_eq!(line("a\0b\x7fc\x08"), "a␀b␡c␈");
    }

    #[test]
    fn letters_are_not_reordered_or_hidden() {
        assert_eq!(line("a\u{202e}b\u{2066}c\u{200f}d\u{61c}"), "a\\u{202e}b\\u{2066}c\\u{200f}d\\u{61c}");
        assert_eq!(line("zero\u{200b}width\u{feff}tag\u{e0041}"), "zero\\u{200b}width\\u{feff}tag\\u{e0041}");
        assert_eq!(line("e\u{301}"), "e\u{301}");
        assert_eq!(line(&format!("e{}", "\u{301}".repeat(5))), "e\u{301}\u{301}\u{301}\\u{301}\\u{301}");
    }

    #[test]
    fn line_breaks_by_kind() {
        assert_eq!(line("a\r\nb\nc\rd\te"), "a⏎b⏎c␍d⇥e");
        assert_eq!(block("a\r\nb\nc\rd\te"), "a\nb\nc␍d    e");
        assert_eq!(cell("a\r\nb\nc\rd\te\x1b"), "a\r\nb\nc␍d\te␛");
    }

    #[test]
    fn no_character_of_any_plane_survives_that_a_terminal_obeys() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let cleaned = line(c.encode_utf8(&mut [0; 4])).into_owned();
            assert!(!cleaned.chars().any(is_hidden), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn json_keeps_its_value() {
        let row = serde_json::to_string("\u{9b}2J \u{e0041} \u{202e}").unwrap();
        let safe = json(&row);
        assert!(safe.is_ascii());
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), "\u{9b}2J \u{e0041} \u{202e}");
    }
}
