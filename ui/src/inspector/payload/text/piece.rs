//! What a row of text shows: text made harmless, words that are looked for, bytes that are no UTF-8, and gaps.

use std::ops::Range;

use sockscope_core::session::api::sanitise;

/// A part of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text, with what is invisible made visible.
    Text(String),
    /// Text that is looked for.
    Found(String),
    /// Bytes that are no UTF-8, as `\xff`.
    Invalid(String),
    /// So many bytes are lost; 0: it is not known how many.
    Lost(u64),
}

/// The parts of a row that begins at `start`; `found` are offsets of the payload, too.
pub fn pieces(start: u64, row: &[u8], holes: &[(u64, u64)], found: &[Range<u64>]) -> Vec<Piece> {
    let row = row.strip_suffix(b"\n").map_or(row, |row| row.strip_suffix(b"\r").unwrap_or(row));
    let mut pieces = Vec::new();
    let end = start + row.len() as u64;
    let part = |from: u64, until: u64| {
        let place = |offset: u64| usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX);
        row.get(place(from)..place(until)).unwrap_or_default()
    };
    let mut at = start;
    for &(hole, length) in holes {
        let behind = hole.saturating_add(length);
        let is_here = if length == 0 { (start..=end).contains(&hole) } else { hole < end && behind > at };
        if !is_here {
            continue;
        }
        parted(&mut pieces, at, part(at, hole.clamp(at, end)), found);
        pieces.push(Piece::Lost(length));
        at = behind.clamp(at, end);
    }
    parted(&mut pieces, at, part(at, end), found);
    pieces
}

/// Takes bytes of which none is lost.
fn parted(pieces: &mut Vec<Piece>, start: u64, bytes: &[u8], found: &[Range<u64>]) {
    let place = |offset: u64| {
        usize::try_from(offset.saturating_sub(start)).map_or(bytes.len(), |at| at.min(bytes.len()))
    };
    let mut at = 0;
    for range in found {
        let (from, until) = (place(range.start).max(at), place(range.end));
        if from < until {
            read(pieces, bytes.get(at..from).unwrap_or_default(), Piece::Text);
            read(pieces, bytes.get(from..until).unwrap_or_default(), Piece::Found);
            at = until;
        }
    }
    read(pieces, bytes.get(at..).unwrap_or_default(), Piece::Text);
}

fn read(pieces: &mut Vec<Piece>, bytes: &[u8], text: fn(String) -> Piece) {
    for chunk in bytes.utf8_chunks() {
        if !chunk.valid().is_empty() {
            pieces.push(text(sanitise::block(chunk.valid()).into_owned()));
        }
        let invalid: String = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")).collect();
        match pieces.last_mut() {
            _ if invalid.is_empty() => {}
            Some(Piece::Invalid(before)) => before.push_str(&invalid),
            _ => pieces.push(Piece::Invalid(invalid)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(row: &[u8], holes: &[(u64, u64)], expected: &[Piece]) {
        assert_eq!(pieces(10, row, holes, &[]), expected);
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.into())
    }

    #[test]
    fn text_is_harmless() {
        check(b"plain\r\n", &[], &[text("plain")]);
        check("a\u{202e}b\x1b[2J\n".as_bytes(), &[], &[text("a\\u{202e}b␛[2J")]);
        check(b"", &[], &[]);
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        check(b"a\xff\xfe\x80b", &[], &[text("a"), Piece::Invalid("\\xff\\xfe\\x80".into()), text("b")]);
    }

    #[test]
    fn what_is_looked_for_is_a_part_of_its_own() {
        let found = |text: &str| Piece::Found(text.into());
        assert_eq!(
            pieces(10, b"an order", &[], &[2..5, 13..18]),
            [text("an "), found("order")],
            "what ends before the row is not of it"
        );
        assert_eq!(
            pieces(10, b"der!", &[], std::slice::from_ref(&(8..13))),
            [found("der"), text("!")],
            "begun in the row before"
        );
        assert_eq!(
            pieces(10, b"or\0\0der", &[(12, 2)], std::slice::from_ref(&(10..17))),
            [found("or"), Piece::Lost(2), found("der")]
        );
    }

    #[test]
    fn a_gap_has_its_length() {
        check(b"ab\0\0cd", &[(12, 2)], &[text("ab"), Piece::Lost(2), text("cd")]);
        check(b"\0\0cd", &[(2, 10)], &[Piece::Lost(10), text("cd")]);
        check(b"ab", &[(12, 0)], &[text("ab"), Piece::Lost(0)]);
        check(b"ab", &[(0, 10), (90, 3)], &[text("ab")]);
    }
}
