//! Reads and writes what stands between quotes.

use std::ops::Range;

use super::Result;
use crate::filter::FilterError;

/// Reads the escapes of a quoted text that stands at that place.
pub fn unescape(raw: &str, range: &Range<usize>) -> Result<String> {
    let mut text = String::with_capacity(raw.len());
    let mut letters = raw.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        let escape = letters.next().map(|(_, letter)| letter);
        let read = match escape {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('0') => Some('\0'),
            Some(letter @ ('"' | '\'' | '\\')) => Some(letter),
            Some('x') => {
                let digits: String = letters.by_ref().take(2).map(|(_, letter)| letter).collect();
                u8::from_str_radix(&digits, 16).ok().filter(u8::is_ascii).map(char::from)
            }
            Some('u') => {
                let letters = letters.by_ref().map(|(_, letter)| letter);
                let digits: String = letters.take_while(|&letter| letter != '}').take(8).collect();
                let digits = digits.strip_prefix('{').unwrap_or_default();
                u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
            }
            _ => None,
        };
        let Some(read) = read else {
            let start = range.start + 1 + at;
            let end = start + 1 + escape.map_or(0, char::len_utf8);
            let message = "there is no such escape: there are \\\" \\' \\\\ \\n \\r \\t \\0 \\x7f and \\u{1f600}; \
                           bytes are written as hex:ff, and `matches` reads its text as it stands";
            return Err(FilterError::new(start..end.min(range.end), message));
        };
        text.push(read);
    }
    Ok(text)
}

/// A pattern that can stand between double quotes; to a regular expression `\"` is the same as `"`.
pub fn quotable(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut escaped = false;
    for letter in pattern.chars() {
        if letter == '"' && !escaped {
            text.push('\\');
        }
        escaped = letter == '\\' && !escaped;
        text.push(letter);
    }
    text
}
