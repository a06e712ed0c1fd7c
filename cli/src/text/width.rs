//! Text measured in terminal cells: cut, padded and wrapped between grapheme clusters (UAX #29, UAX #11).

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Cells that the text takes.
pub fn of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(grapheme).sum() }
}

/// At most `cells` wide; what is cut ends in `…`.
pub fn cut(text: &str, cells: usize) -> Cow<'_, str> {
    if of(text) <= cells {
        return Cow::Borrowed(text);
    }
    match cells {
        0 => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}…", prefix(text, cells - 1))),
    }
}

/// At most `cells` wide; what is cut stands before the last `end` cells: `[2001:db8::8a…:50412`.
pub fn cut_before(text: &str, cells: usize, end: usize) -> Cow<'_, str> {
    if of(text) <= cells || end + 1 >= cells {
        return cut(text, cells);
    }
    let mut tail = text.len();
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true).rev() {
        used += grapheme(cluster);
        if used > end {
            break;
        }
        tail = at;
    }
    let tail = &text[tail..];
    Cow::Owned(format!("{}…{tail}", prefix(text, cells - 1 - of(tail))))
}

/// The longest beginning that is at most `cells` wide.
pub fn prefix(text: &str, cells: usize) -> &str {
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        used += grapheme(cluster);
        if used > cells {
            return &text[..at];
        }
    }
    text
}

/// Lines of at most `cells`, broken at spaces where there are any; line feeds stay. Never an empty list.
pub fn wrap(text: &str, cells: usize) -> Vec<&str> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for mut rest in text.split('\n') {
        loop {
            let fits = prefix(rest, cells);
            if fits.len() == rest.len() {
                lines.push(rest);
                break;
            }
            let (line, next) = match fits.rfind(' ').filter(|&at| at > 0) {
                _ if rest[fits.len()..].starts_with(' ') => (fits, &rest[fits.len() + 1..]),
                Some(at) => (&rest[..at], &rest[at + 1..]),
                // A single cluster may be wider than the line; it is taken whole, so that this ends.
                None if fits.is_empty() => rest.split_at(rest.graphemes(true).next().map_or(0, str::len)),
                None => rest.split_at(fits.len()),
            };
            lines.push(line);
            rest = next;
            if rest.is_empty() {
                break;
            }
        }
    }
    lines
}

fn grapheme(cluster: &str) -> usize {
    // No terminal gives one cluster more than two cells.
    cluster.width().min(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_two() {
        assert_eq!(of("abc"), 3);
        assert_eq!(of("日本"), 4);
        assert_eq!(of("e\u{301}"), 1);
        assert_eq!(of("🙂"), 2);
    }

    #[test]
    fn cuts_between_clusters() {
        assert_eq!(cut("hello", 5), "hello");
        assert_eq!(cut("hello", 4), "hel…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(cut("hello", 0), "");
        assert_eq!(cut("hello", 1), "…");
        assert_eq!(cut_before("[2001:db8::1]:50412", 12, 6), "[2001…:50412");
        assert_eq!(cut_before("[::1]:80", 12, 6), "[::1]:80");
        assert_eq!(cut_before("日本語日本語", 6, 3), "日…語");
        assert_eq!(cut_before("abcdefgh", 4, 6), "abc…");
    }

    #[test]
    fn wraps_at_spaces() {
        assert_eq!(wrap("the quick brown fox", 9), ["the quick", "brown fox"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(wrap("日本", 1), ["日", "本"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
