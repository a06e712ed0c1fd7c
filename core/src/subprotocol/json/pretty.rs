//! Lays a JSON text out in lines, two spaces a level. Every string and number stays as it is written, and what is no
//! JSON stands behind the rest as it is: nothing is lost but white space.

use super::text::at_character;
use super::token::{Broken, Token, Tokens};

/// A text in lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pretty {
    /// The lines. Several values stand beneath each other.
    pub text: String,
    /// It would be longer than was asked for.
    pub cut: bool,
    /// Where the text stops being JSON.
    pub broken: Option<Broken>,
}

/// Lays a text out, in at most about `most` bytes: deep nesting makes more spaces than there is text.
pub fn pretty(text: &[u8], most: usize) -> Pretty {
    let mut out = Lines { text: String::new(), most, cut: false };
    let mut tokens = Tokens::new(text);
    let (mut before, mut done) = (None, 0);
    let broken = loop {
        let depth = tokens.depth();
        let lexeme = match tokens.next_token() {
            Ok(Some(lexeme)) => lexeme,
            Ok(None) => break None,
            Err(broken) => break Some(broken),
        };
        let is_close = matches!(lexeme.token, Token::CloseArray | Token::CloseObject);
        match before {
            None => {}
            Some(Token::Key) => out.put(": "),
            Some(Token::OpenArray | Token::OpenObject) if is_close => {}
            Some(Token::OpenArray | Token::OpenObject) => out.line(depth),
            Some(_) if is_close => out.line(depth.saturating_sub(1)),
            Some(_) => {
                out.put(if depth > 0 { "," } else { "" });
                out.line(depth);
            }
        }
        out.bytes(text.get(lexeme.start..lexeme.end).unwrap_or_default());
        if out.cut {
            break None;
        }
        (before, done) = (Some(lexeme.token), lexeme.end);
    };
    if broken.is_some() {
        out.bytes(text.get(done..).unwrap_or_default());
    }
    Pretty { text: out.text, cut: out.cut, broken }
}

struct Lines {
    text: String,
    most: usize,
    cut: bool,
}

impl Lines {
    fn put(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let room = self.most.saturating_sub(self.text.len());
        let fitting = bytes.get(..at_character(bytes, room)).unwrap_or_default();
        self.text.push_str(&String::from_utf8_lossy(fitting));
        self.cut |= fitting.len() < bytes.len();
    }

    fn line(&mut self, depth: usize) {
        let spaces = depth.saturating_mul(2);
        self.cut |= spaces >= self.most.saturating_sub(self.text.len());
        if !self.cut {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', spaces));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(pretty(text.as_bytes(), 1 << 20).text, expected);
    }

    #[test]
    fn lines() {
        check(
            r#"{"a":[1.0,{"b":null},[],{}],"a":"\u0041"}"#,
            "{\n  \"a\": [\n    1.0,\n    {\n      \"b\": null\n    },\n    [],\n    {}\n  ],\n  \"a\": \"\\u0041\"\n}",
        );
        check("{\"a\":1}\n{}", "{\n  \"a\": 1\n}\n{}");
        check("17", "17");
    }

    #[test]
    fn what_is_no_json_stays() {
        check("{\"a\":1,nope}", "{\n  \"a\": 1,nope}");
        check("nope", "nope");
        assert_eq!(pretty(b"[1,}", 99).broken.unwrap().offset, 3);
    }

    #[test]
    fn there_is_a_limit() {
        let deep = [b'['].repeat(1 << 20);
        let out = pretty(&deep, 10_000);
        assert!(out.cut && out.text.len() <= 10_000, "{}", out.text.len());
        let out = pretty("[\"grün\"]".as_bytes(), 8);
        assert!(out.cut && out.text == "[\n  \"gr", "{out:?}");
        assert!(!pretty(b"[]", 2).cut);
    }
}
