//! Turns a JSON string, as written, into the text that it means (RFC 8259 §7).

/// What a string means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unescaped {
    /// The text; U+FFFD for what is no character: a lone surrogate.
    pub text: String,
    /// There is more of it than was asked for.
    pub cut: bool,
}

/// The text of a string, without or with its quotes; at most about `most` bytes of it, cut at a character.
pub fn unescape(written: &[u8], most: usize) -> Unescaped {
    let inner = written.strip_prefix(b"\"").unwrap_or(written);
    let inner = match inner.len() < written.len() {
        true => inner.strip_suffix(b"\"").unwrap_or(inner),
        false => inner,
    };
    let mut text = String::new();
    let mut rest = inner;
    while text.len() < most {
        let clean = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        let (before, behind) = rest.split_at_checked(clean).unwrap_or((rest, &[]));
        let room = most.saturating_sub(text.len());
        let fitting = before.get(..at_character(before, room)).unwrap_or_default();
        text.push_str(&String::from_utf8_lossy(fitting));
        if fitting.len() < before.len() {
            return Unescaped { text, cut: true };
        }
        let Some((character, length)) = escape(behind) else { return Unescaped { text, cut: false } };
        text.push(character);
        rest = behind.get(length..).unwrap_or_default();
    }
    Unescaped { text, cut: !rest.is_empty() }
}

/// The last place at or before `most` at which a character begins.
pub fn at_character(bytes: &[u8], most: usize) -> usize {
    if most >= bytes.len() {
        return bytes.len();
    }
    (0..4).filter_map(|back| most.checked_sub(back)).find(|at| is_boundary(bytes, *at)).unwrap_or(most)
}

fn is_boundary(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)
}

/// The character of the escape that `bytes` begins with, and the escape's length.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let simple = match bytes.get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return Some(code_point(bytes)),
        other => char::from(*other),
    };
    Some((simple, 2))
}

/// A character by its number, which takes two escapes outside the Basic Multilingual Plane.
fn code_point(bytes: &[u8]) -> (char, usize) {
    let Some(high) = unit(bytes) else { return (char::REPLACEMENT_CHARACTER, 2) };
    if let Some(character) = char::from_u32(high) {
        return (character, 6);
    }
    let low = bytes.get(6..).and_then(unit).filter(|low| (0xdc00..0xe000).contains(low));
    match low.filter(|_| high < 0xdc00) {
        Some(low) => {
            let point = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        None => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// The code unit of `\uXXXX`.
fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, byte| Some(unit * 16 + char::from(*byte).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: &str) {
        assert_eq!(unescape(written.as_bytes(), 1 << 20), Unescaped { text: expected.into(), cut: false });
    }

    #[test]
    fn escapes() {
        check(r#""a\n\"\\\/\u00e9""#, "a\n\"\\/é");
        check(r#""\ud83d\udc0e!""#, "🐎!");
        check(r#""\ud83d!""#, "\u{fffd}!");
        check(r#""\udc0e\ud83d""#, "\u{fffd}\u{fffd}");
        check(r#""\ud83d\u0041""#, "\u{fffd}A");
        check("\"\"", "");
        check("plain", "plain");
    }

    #[test]
    fn long_ones_are_cut_at_a_character() {
        let cut = unescape("\"größe\"".as_bytes(), 3);
        assert_eq!(cut, Unescaped { text: "gr".into(), cut: true });
        assert_eq!(unescape(b"\"ab\\n\\n\"", 3), Unescaped { text: "ab\n".into(), cut: true });
        assert_eq!(unescape(b"\"abc\"", 3), Unescaped { text: "abc".into(), cut: false });
    }
}
