//! Turns an expression into words, quoted texts and signs, each with its place. Never fails: what fits nowhere is a
//! token too, and the parser says what is wrong with it.

use std::ops::Range;

use super::operator::Operator;

/// One token and the bytes of the expression that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexed<'a> {
    /// What it is.
    pub token: Token<'a>,
    /// Where it is, in bytes.
    pub range: Range<usize>,
}

/// What an expression is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A name, a number, an address, a keyword: what has no blank and no sign in it.
    Word(&'a str),
    /// What stands between two quotes, its escapes not yet read.
    Quoted(&'a str),
    /// A text whose second quote is missing.
    Unclosed,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `{`
    BraceOpen,
    /// `}`
    BraceClose,
    /// `,` between braces
    Comma,
    /// `and`, `&&`
    And,
    /// `or`, `||`
    Or,
    /// `not`, `!`
    Not,
    /// `==`, `<` …
    Sign(Operator),
}

/// The tokens of an expression.
pub fn lex(expression: &str) -> Vec<Lexed<'_>> {
    let mut lexer = Lexer { rest: expression, at: 0, in_braces: false };
    std::iter::from_fn(|| lexer.next()).collect()
}

struct Lexer<'a> {
    rest: &'a str,
    /// The place of `rest` in the expression.
    at: usize,
    /// A comma parts values only in a list; elsewhere it belongs to its word.
    in_braces: bool,
}

impl<'a> Lexer<'a> {
    fn next(&mut self) -> Option<Lexed<'a>> {
        let trimmed = self.rest.trim_start();
        self.at += self.rest.len() - trimmed.len();
        self.rest = trimmed;
        let first = self.rest.chars().next()?;
        let (token, length) = match self.sign() {
            Some(found) => found,
            None if matches!(first, '"' | '\'') => quoted(self.rest, first),
            None => self.word(),
        };
        match token {
            Token::BraceOpen => self.in_braces = true,
            Token::BraceClose => self.in_braces = false,
            _ => {}
        }
        let range = self.at..self.at + length;
        self.rest = self.rest.get(length..)?;
        self.at = range.end;
        Some(Lexed { token, range })
    }

    fn sign(&self) -> Option<(Token<'a>, usize)> {
        // The longer ones first.
        const SIGNS: &[(&str, Token<'static>)] = &[
            ("&&", Token::And),
            ("||", Token::Or),
            ("==", Token::Sign(Operator::Equal)),
            ("!=", Token::Sign(Operator::Different)),
            ("<=", Token::Sign(Operator::AtMost)),
            (">=", Token::Sign(Operator::AtLeast)),
            ("=", Token::Sign(Operator::Equal)),
            ("<", Token::Sign(Operator::Less)),
            (">", Token::Sign(Operator::Greater)),
            ("~", Token::Sign(Operator::Matches)),
            ("!", Token::Not),
            ("(", Token::Open),
            (")", Token::Close),
            ("{", Token::BraceOpen),
            ("}", Token::BraceClose),
        ];
        if self.in_braces && self.rest.starts_with(',') {
            return Some((Token::Comma, 1));
        }
        SIGNS.iter().find(|(text, _)| self.rest.starts_with(text)).map(|(text, token)| (*token, text.len()))
    }

    fn word(&self) -> (Token<'a>, usize) {
        let ends = |(at, letter): (usize, char)| {
            let pair = |text: &str| self.rest.get(at..).is_some_and(|rest| rest.starts_with(text));
            match letter {
                '(' | ')' | '{' | '}' | '"' | '=' | '<' | '>' => true,
                ',' => self.in_braces,
                '&' => pair("&&"),
                '|' => pair("||"),
                '!' => pair("!="),
                letter => letter.is_whitespace(),
            }
        };
        let length =
            self.rest.char_indices().find(|&letter| ends(letter)).map_or(self.rest.len(), |(at, _)| at);
        let word = self.rest.get(..length).unwrap_or_default();
        let token = match word.to_ascii_lowercase().as_str() {
            "and" => Token::And,
            "or" => Token::Or,
            "not" => Token::Not,
            _ => Token::Word(word),
        };
        (token, length)
    }
}

/// A text up to its second quote; a backslash takes the next character with it.
fn quoted(rest: &str, quote: char) -> (Token<'_>, usize) {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == quote => return (Token::Quoted(rest.get(1..at).unwrap_or_default()), at + 1),
            _ => {}
        }
    }
    (Token::Unclosed, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expected: &[Token<'_>]) {
        let tokens = lex(expression);
        assert_eq!(tokens.iter().map(|lexed| lexed.token).collect::<Vec<_>>(), expected, "{expression}");
        assert!(tokens.is_sorted_by(|a, b| a.range.end <= b.range.start), "{expression}");
    }

    #[test]
    fn signs_need_no_blanks() {
        use Token::{And, Close, Not, Open, Or, Quoted, Sign, Word};
        check("a!=1", &[Word("a"), Sign(Operator::Different), Word("1")]);
        check("!a&&(b||c)", &[Not, Word("a"), And, Open, Word("b"), Or, Word("c"), Close]);
        check("a>=\"x y\"", &[Word("a"), Sign(Operator::AtLeast), Quoted("x y")]);
        check("NOT x And y", &[Not, Word("x"), And, Word("y")]);
    }

    #[test]
    fn words_hold_what_is_no_sign() {
        use Token::Word;
        check("[::1]:80 10.0.0.0/8 1..5", &[Word("[::1]:80"), Word("10.0.0.0/8"), Word("1..5")]);
        check(
            "don't wait! a,b a&b größe",
            &[Word("don't"), Word("wait!"), Word("a,b"), Word("a&b"), Word("größe")],
        );
    }

    #[test]
    fn commas_part_the_values_of_a_list() {
        use Token::{BraceClose, BraceOpen, Comma, Word};
        check(
            "{1,2 , a}b,c",
            &[BraceOpen, Word("1"), Comma, Word("2"), Comma, Word("a"), BraceClose, Word("b,c")],
        );
    }

    #[test]
    fn a_quote_may_be_escaped_or_missing() {
        check(r#""a\"b" 'c"d'"#, &[Token::Quoted(r#"a\"b"#), Token::Quoted("c\"d")]);
        check("x \"y", &[Token::Word("x"), Token::Unclosed]);
        check(r#""\"#, &[Token::Unclosed]);
        check("", &[]);
    }
}
