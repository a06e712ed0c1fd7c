//! What is typed: whether it is a filter, how long to wait before it is applied, and what a candidate makes of it.

use sockscope_core::session::api::{Candidate, Filter, FilterError, What};

/// What is typed, read.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// A filter.
    Good {
        /// It looks into payloads, and so takes time.
        needs_payload: bool,
    },
    /// None, but what stands there may become one: something is missing at its end.
    Unfinished(FilterError),
    /// None.
    Broken(FilterError),
}

impl Read {
    /// Reads it.
    pub fn of(text: &str) -> Self {
        match Filter::parse(text) {
            Ok(filter) => Self::Good { needs_payload: filter.needs_payload() },
            Err(error) if error.range.start >= text.trim_end().len() => Self::Unfinished(error),
            Err(error) => Self::Broken(error),
        }
    }

    /// What is wrong.
    pub fn error(&self) -> Option<&FilterError> {
        match self {
            Self::Good { .. } => None,
            Self::Unfinished(error) | Self::Broken(error) => Some(error),
        }
    }
}

/// How long somebody must have stopped typing before anything is done, in milliseconds.
pub const PAUSE: u32 = 150;

/// How long to wait further before what was read is applied; `None`: it is not.
pub fn wait(read: &Read) -> Option<u32> {
    match read {
        Read::Good { needs_payload: false } => Some(0),
        // A search over the whole capture is not begun for every letter of a word.
        Read::Good { needs_payload: true } => Some(250),
        Read::Unfinished(_) | Read::Broken(_) => None,
    }
}

/// The text with a candidate in the place of what was typed of it, and the place of the cursor behind that.
pub fn completed(text: &str, range: std::ops::Range<usize>, candidate: &Candidate) -> (String, usize) {
    let (before, behind) =
        (text.get(..range.start).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
    let goes_on = candidate.what != What::Value && candidate.text != "{";
    let gap = if goes_on && !behind.starts_with(' ') { " " } else { "" };
    let cursor = before.len() + candidate.text.len() + usize::from(goes_on);
    (format!("{before}{}{gap}{behind}", candidate.text), cursor)
}

/// A place in bytes, of one in UTF-16 units, which is how a field counts.
pub fn bytes(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    for (at, letter) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(letter.len_utf16());
    }
    text.len()
}

/// A place in UTF-16 units, of one in bytes.
pub fn units(text: &str, bytes: usize) -> u32 {
    let before = text.get(..text.floor_char_boundary(bytes)).unwrap_or_default();
    u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_waits_for_its_end() {
        let wait = |text: &str| wait(&Read::of(text));
        assert_eq!(wait(""), Some(0));
        assert_eq!(wait("from == client"), Some(0));
        assert_eq!(wait("order"), Some(250), "all payloads are searched");
        assert_eq!(wait("from =="), None);
        assert!(matches!(Read::of("from == "), Read::Unfinished(_)));
        assert!(matches!(Read::of("from == 7"), Read::Broken(_)));
        assert!(matches!(Read::of("a) or (b"), Read::Broken(_)), "it stands in parentheses later");
        assert_eq!(Read::of("from == 7").error().map(|error| error.range.clone()), Some(8..9));
    }

    #[test]
    fn a_candidate_takes_the_place_of_what_was_typed() {
        let candidate = |text: &str, what| Candidate { text: text.to_owned(), what, about: String::new() };
        let check = |text: &str, range: std::ops::Range<usize>, candidate: &Candidate, expected: &str| {
            let (mut text, cursor) = completed(text, range, candidate);
            text.insert(cursor, '|');
            assert_eq!(text, expected);
        };
        check("fr", 0..2, &candidate("from", What::Field), "from |");
        check("not fr == client", 4..6, &candidate("from", What::Field), "not from |== client");
        check("from == cl", 8..10, &candidate("client", What::Value), "from == client|");
        check("opcode in ", 10..10, &candidate("{", What::Operator), "opcode in {|");
        check("größe o", 8..9, &candidate("or", What::Word), "größe or |");
    }

    #[test]
    fn places_are_counted_both_ways() {
        let text = "a😀ß c";
        for (at, _) in text.char_indices() {
            assert_eq!(bytes(text, units(text, at)), at);
        }
        assert_eq!((bytes(text, 99), units(text, 99)), (text.len(), 6));
        assert_eq!(bytes("😀x", 1), 4, "no half of a letter");
    }
}
