//! Searches for a text without regard to case, in time linear in what is searched, and without allocating.
//!
//! ASCII letters of the needle are compared with ASCII letters alone. A needle with other letters that have a case is
//! searched with Unicode's simple case folding.

use memchr::memmem::Finder;

use super::pattern::Pattern;

/// Bytes that are put in lower case at a time, on the stack.
const CHUNK: usize = 16 << 10;
/// Most messages are shorter than this, and clearing a larger buffer would cost more than searching them.
const SMALL: usize = 256;

/// A needle, ready to be searched for.
#[derive(Clone, Debug)]
pub struct Needle {
    search: Search,
}

#[derive(Clone, Debug)]
enum Search {
    /// No letter of it has a case.
    Exact(Finder<'static>),
    /// Of the letters that have a case, all are ASCII; this is the lower one.
    Ascii(Finder<'static>),
    /// Others have one too.
    Folded(Pattern),
}

impl Needle {
    /// A text that is searched for without regard to case; `None` if it is too long.
    pub fn text(text: &str) -> Option<Self> {
        let has_case =
            |letter: char| !letter.to_lowercase().eq([letter]) || !letter.to_uppercase().eq([letter]);
        if text.chars().any(|letter| !letter.is_ascii() && has_case(letter)) {
            return Some(Self { search: Search::Folded(Pattern::text(text).ok()?) });
        }
        if !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            return Some(Self::bytes(text.as_bytes()));
        }
        // Half a chunk, so that each chunk brings something new.
        let fits = text.len() <= CHUNK / 2;
        let finder = Finder::new(&text.to_ascii_lowercase()).into_owned();
        fits.then_some(Self { search: Search::Ascii(finder) })
    }

    /// Bytes that are searched for as they are.
    pub fn bytes(bytes: &[u8]) -> Self {
        Self { search: Search::Exact(Finder::new(bytes).into_owned()) }
    }

    /// Whether it stands anywhere in these bytes.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        match &self.search {
            Search::Exact(finder) => finder.find(bytes).is_some(),
            Search::Ascii(finder) if bytes.len() <= SMALL => find_lower::<SMALL>(finder, bytes),
            Search::Ascii(finder) => find_lower::<CHUNK>(finder, bytes),
            Search::Folded(pattern) => pattern.is_match(bytes),
        }
    }
}

/// Looks for a lower-case needle chunk by chunk; the chunks overlap by what a needle across their border needs.
fn find_lower<const SIZE: usize>(finder: &Finder<'_>, bytes: &[u8]) -> bool {
    let mut lower = [0; SIZE];
    let overlap = finder.needle().len().saturating_sub(1);
    let mut rest = bytes;
    loop {
        let length = rest.len().min(SIZE);
        let (Some(chunk), Some(lower)) = (rest.get(..length), lower.get_mut(..length)) else { return false };
        lower.copy_from_slice(chunk);
        lower.make_ascii_lowercase();
        if finder.find(lower).is_some() {
            return true;
        }
        if length == rest.len() {
            return false;
        }
        rest = rest.get(length.saturating_sub(overlap)..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(needle: &str, text: &str, expected: bool) {
        let found = Needle::text(needle).is_some_and(|needle| needle.is_in(text.as_bytes()));
        assert_eq!(found, expected, "{needle} in {text}");
    }

    #[test]
    fn ignores_case() {
        check("order", "{\"Type\":\"ORDER\"}", true);
        check("Order", "no such thing", false);
        check("größe", "GRÖSSE GRÖßE", true);
        check("größe", "GROSSE", false);
        check("ПРИВЕТ", "привет", true);
        check("太好了", "太好了", true);
        check("12:30", "at 12:30", true);
        check("", "", true);
        check("a", "", false);
    }

    #[test]
    fn finds_what_lies_across_the_border_of_two_chunks() {
        for length in [1, 2, 5, SMALL, SMALL + 1, CHUNK / 2] {
            let needle: String = "aBcDe".chars().cycle().take(length).collect();
            for at in [0, 1, SMALL - 1, CHUNK - 3, CHUNK - length, CHUNK, 2 * CHUNK - 7] {
                let text = format!("{}{}{}", "x".repeat(at), needle.to_uppercase(), "x".repeat(7));
                check(&needle, &text, true);
                let (whole, _) = text.split_at(at + length - 1);
                check(&needle, whole, false);
            }
        }
        assert!(Needle::text(&"a".repeat(CHUNK)).is_none());
    }

    #[test]
    fn bytes_are_taken_as_they_are() {
        assert!(Needle::bytes(&[0, 0xff]).is_in(&[1, 0, 0xff]));
        assert!(!Needle::bytes(b"a").is_in(b"A"));
    }
}
