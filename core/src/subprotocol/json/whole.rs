//! Whether a text is one whole array or object: what nearly every message of JSON is, so it is found out in one loop that
//! hands out no tokens. Of whatever else a text is, the tokens tell what and where.

use super::token::{is_space, plain};

/// Containers within each other at most: a bit each.
const DEEPEST: u32 = 64;

/// How many containers are within each other at most, if the text is one array or object and white space around it.
pub fn depth_of_one(text: &[u8]) -> Option<usize> {
    let mut at = spaces(text, 0);
    // A set bit is an object; the lowest is the innermost.
    let (mut objects, mut depth, mut deepest) = (0_u64, 0_u32, 0_u32);
    loop {
        // A value.
        let byte = *text.get(at)?;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
                let is_object = byte == b'{';
                objects = (objects << 1) | u64::from(is_object);
                at = spaces(text, at + 1);
                let is_empty = *text.get(at)? == byte + 2; // As `}` is to `{`, and `]` to `[`.
                if depth > DEEPEST {
                    return None;
                }
                if !is_empty {
                    if is_object {
                        at = key(text, at)?;
                    }
                    continue;
                }
            }
            // Nothing but a container is a message of JSON.
            _ if depth == 0 => return None,
            b'"' => at = string(text, at)?,
            b't' => at = word(text, at, b"true")?,
            b'f' => at = word(text, at, b"false")?,
            b'n' => at = word(text, at, b"null")?,
            b'-' | b'0'..=b'9' => at = number(text, at)?,
            _ => return None,
        }
        // What is behind it.
        loop {
            at = spaces(text, at);
            let is_object = objects & 1 == 1;
            match text.get(at)? {
                b',' => {
                    at = spaces(text, at + 1);
                    if is_object {
                        at = key(text, at)?;
                    }
                    break;
                }
                b'}' if is_object => {}
                b']' if !is_object => {}
                _ => return None,
            }
            at += 1;
            objects >>= 1;
            depth -= 1;
            if depth == 0 {
                return (spaces(text, at) == text.len()).then_some(deepest as usize);
            }
        }
    }
}

/// The place of the value behind a member's name.
fn key(text: &[u8], at: usize) -> Option<usize> {
    if *text.get(at)? != b'"' {
        return None;
    }
    let at = spaces(text, string(text, at)?);
    (*text.get(at)? == b':').then(|| spaces(text, at + 1))
}

/// The place behind a string that begins with its quote.
fn string(text: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += plain(text.get(at..)?);
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => {
                // Of what is rarer the tokens know more.
                let is_short =
                    matches!(text.get(at + 1)?, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't');
                let is_unicode = || {
                    let digits = text.get(at + 1..at + 6).and_then(|rest| rest.strip_prefix(b"u"));
                    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
                };
                at += if is_short {
                    2
                } else if is_unicode() {
                    6
                } else {
                    return None;
                };
            }
            _ => return None,
        }
    }
}

fn word(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    text.get(at..)?.starts_with(word).then_some(at + word.len())
}

/// The place behind a number (RFC 8259 §6).
fn number(text: &[u8], at: usize) -> Option<usize> {
    let digits = |at: usize| {
        let count = text.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then_some(at + count)
    };
    let mut at = at + usize::from(text.get(at) == Some(&b'-'));
    at = if text.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if text.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        at = digits(at)?;
    }
    Some(at)
}

#[inline(always)]
fn spaces(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| is_space(*byte)) {
        at += 1;
    }
    at
}
