//! Letters that are typed or pasted, or came with a link, and are not seen: controls, what turns text round, what has no width.

use sockscope_core::session::api::sanitise;

/// An expression of the filter language with such letters written as the language's escapes, and a place in it, in bytes.
/// Between quotes that means the same. `None`: all letters are seen.
pub fn escaped(expression: &str, place: usize) -> Option<(String, usize)> {
    if !expression.contains(sanitise::is_hidden) {
        return None;
    }
    let mut out = String::with_capacity(expression.len() + 16);
    let mut moved = place;
    for (at, letter) in expression.char_indices() {
        let before = out.len();
        match sanitise::is_hidden(letter) {
            true => out.push_str(&format!("\\u{{{:x}}}", u32::from(letter))),
            false => out.push(letter),
        }
        if at < place {
            moved += out.len() - before - letter.len_utf8();
        }
    }
    Some((out, moved))
}

/// `\u{202e} \u{200b} in it, not seen`; `None`: all letters are seen.
pub fn words(text: &str) -> Option<String> {
    let mut named: Vec<String> = Vec::new();
    for letter in text.chars().filter(|&letter| sanitise::is_hidden(letter)) {
        let name = sanitise::line(letter.encode_utf8(&mut [0; 4])).into_owned();
        if !named.contains(&name) {
            named.push(name);
        }
    }
    (!named.is_empty()).then(|| format!("{} in it, not seen", named.join(" ")))
}

#[cfg(test)]
mod tests {
    use sockscope_core::filter::Filter;

    use super::*;

    #[test]
    fn what_is_not_seen_is_named() {
        assert_eq!(words("from == client and größe שלום 😀"), None);
        assert_eq!(
            words("a\u{202e}b\u{200b}c\u{202e}").as_deref(),
            Some("\\u{202e} \\u{200b} in it, not seen")
        );
    }

    #[test]
    fn an_expression_means_the_same_with_escapes() {
        let typed = "text contains \"ä\u{202e}b\u{200b}\" and x";
        let (shown, place) = escaped(typed, typed.len() - 1).expect("letters that are not seen");
        assert_eq!(shown, "text contains \"ä\\u{202e}b\\u{200b}\" and x");
        assert_eq!(place, shown.len() - 1);
        let words = |text: &str| {
            Filter::parse(text).expect("a filter").words().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(words(&shown), words(typed));
        assert_eq!(escaped(&shown, 3), None);
    }
}
