//! Where the words that are looked for stand, so that they can be marked. Case makes no difference, as in `contains`.

use std::borrow::Cow;
use std::ops::Range;

use yew::prelude::*;

/// Where any of the words stand in bytes, from the first on; what overlaps is one.
pub fn ranges(bytes: &[u8], words: &[String]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return found;
    }
    let mut start = 0;
    for chunk in bytes.utf8_chunks() {
        for (at, _) in chunk.valid().char_indices() {
            let rest = chunk.valid().get(at..).unwrap_or_default();
            let Some(length) = words.iter().filter_map(|word| length(rest, word)).max() else { continue };
            let range = start + at..start + at + length;
            match found.last_mut() {
                Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                _ => found.push(range),
            }
        }
        start += chunk.valid().len() + chunk.invalid().len();
    }
    found
}

/// The same as offsets of a payload, of whose bytes these are those from `start` on.
pub fn offsets(start: u64, bytes: &[u8], words: &[String]) -> Vec<Range<u64>> {
    let ranges = ranges(bytes, words).into_iter();
    ranges.map(|range| start + range.start as u64..start + range.end as u64).collect()
}

/// How long the word is at the beginning of a text; `None`: it does not stand there.
fn length(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in word.chars() {
        let (_, letter) = letters.next()?;
        let is_same = letter == wanted
            || letter.eq_ignore_ascii_case(&wanted)
            || (!letter.is_ascii() || !wanted.is_ascii()) && letter.to_lowercase().eq(wanted.to_lowercase());
        if !is_same {
            return None;
        }
    }
    Some(letters.next().map_or(text.len(), |(end, _)| end))
}

/// A text that `harmless` has made, with the words marked in it.
pub fn marked(text: &str, words: &[String], harmless: fn(&str) -> Cow<'_, str>) -> Html {
    if words.is_empty() {
        return html! { {text} };
    }
    let words: Vec<String> = words.iter().map(|word| harmless(word).into_owned()).collect();
    let mut at = 0;
    let mut parts = Vec::new();
    for range in ranges(text.as_bytes(), &words) {
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        parts.push(html! { <>{part(at..range.start)}<mark>{part(range.clone())}</mark></> });
        at = range.end;
    }
    html! { <>{ for parts }{text.get(at..).unwrap_or_default()}</> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], words: &[&str], expected: &[(usize, usize)]) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let found: Vec<_> = ranges(bytes, &words).iter().map(|range| (range.start, range.end)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_are_found_whatever_their_case() {
        check(b"an Order, an ORDER", &["order"], &[(3, 8), (13, 18)]);
        check("GRÖSSE größe".as_bytes(), &["größe"], &[(8, 15)]);
        check("Ünder".as_bytes(), &["üN"], &[(0, 3)]);
        check(b"abc", &["abcd"], &[]);
        check(b"abc", &[], &[]);
        check(b"abc", &[""], &[]);
    }

    #[test]
    fn what_overlaps_is_one() {
        check(b"aaaa", &["aa"], &[(0, 4)]);
        check(b"abcd", &["ab", "bc"], &[(0, 3)]);
        check(b"abab", &["ab"], &[(0, 4)]);
        check(b"order order-id", &["order", "order-id"], &[(0, 5), (6, 14)]);
    }

    #[test]
    fn what_is_no_text_parts_words() {
        check(b"or\xffder order", &["order", "er"], &[(4, 6), (7, 12)]);
    }
}
