//! Values of a head inside a diagnostic's sentence.

use super::headers::Headers;

/// So many characters of one value are quoted.
const MOST_CHARACTERS: usize = 80;
/// So many values of one list are quoted.
const MOST_VALUES: usize = 8;

/// The value in quotation marks, shortened where it is long: a head may hold a megabyte in one value.
pub(super) fn quoted(value: &str) -> String {
    match value.char_indices().nth(MOST_CHARACTERS) {
        None => format!("“{value}”"),
        Some((end, _)) => format!("“{}…” ({} bytes)", value.get(..end).unwrap_or_default(), value.len()),
    }
}

/// The values in quotation marks, with commas between them.
pub(super) fn quoted_list<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let mut values = values.into_iter();
    let mut sentence = String::new();
    for value in values.by_ref().take(MOST_VALUES) {
        if !sentence.is_empty() {
            sentence.push_str(", ");
        }
        sentence.push_str(&quoted(value));
    }
    match values.count() {
        0 => sentence,
        more => format!("{sentence} and {more} more"),
    }
}

/// The value of a header, or that it is missing.
pub(super) fn header(headers: &Headers, name: &str) -> String {
    match headers.joined(name) {
        Some(value) => format!("{name} is {}", quoted(&value)),
        None => format!("{name} is missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_shortened() {
        assert_eq!(quoted("a"), "“a”");
        assert_eq!(quoted(&"é".repeat(80)), format!("“{}”", "é".repeat(80)));
        assert_eq!(quoted(&"é".repeat(81)), format!("“{}…” (162 bytes)", "é".repeat(80)));
        assert_eq!(quoted_list(["a", "b"]), "“a”, “b”");
        assert!(quoted_list(vec!["x"; 10]).ends_with("and 2 more"));
    }
}
