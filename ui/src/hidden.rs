//! Letters that are typed or pasted, or came with a link, and are not seen: controls, what turns text round, what has no width.

use sockscope_core::session::api::sanitise;

/// The places of such letters, in bytes.
pub fn places(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, letter)| is_hidden(*letter))
}

/// `\u{202e} \u{200b} in it, not seen`; `None`: all letters are seen.
pub fn words(text: &str) -> Option<String> {
    let mut named: Vec<String> = Vec::new();
    for (_, letter) in places(text) {
        let name = sanitise::line(letter.encode_utf8(&mut [0; 4])).into_owned();
        if !named.contains(&name) {
            named.push(name);
        }
    }
    (!named.is_empty()).then(|| format!("{} in it, not seen", named.join(" ")))
}

fn is_hidden(letter: char) -> bool {
    // What is plain is told apart without asking, since this is called for every letter that is typed.
    !(' '..='~').contains(&letter)
        && sanitise::line(letter.encode_utf8(&mut [0; 4])) != *letter.encode_utf8(&mut [0; 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_named() {
        assert_eq!(words("from == client and größe שלום 😀"), None);
        assert_eq!(words("a\u{202e}b\u{200b}c\u{202e}").as_deref(), Some("\\u{202e} \\u{200b} in it, not seen"));
        assert_eq!(places("ä\u{202e}b").collect::<Vec<_>>(), [(2, '\u{202e}')]);
    }
}
