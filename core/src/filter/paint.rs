//! Says what each token of an expression is, right or wrong, so that it can be coloured while it is typed.

use std::ops::Range;

use super::complete::Awaited;
use super::field::{Field, Kind};
use super::lexer::{Token, lex};
use super::operator::Operator;

/// A token of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub paint: Paint,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// A field's name.
    Field,
    /// `==`, `contains` …
    Operator,
    /// `and`, `or`, `not`
    Word,
    /// A parenthesis, a brace, a comma.
    Sign,
    /// The value `client`.
    Client,
    /// The value `server`.
    Server,
    /// A number, a size, a time, a flag, a name of an enumeration.
    Value,
    /// A text, in quotes or not, that is compared or searched for.
    Text,
    /// What fits nowhere.
    Stray,
}

/// The tokens of an expression, in order; what stands between them is white space.
pub fn paint(expression: &str) -> Vec<Painted> {
    let mut awaited = Awaited::Part;
    lex(expression)
        .into_iter()
        .map(|lexed| {
            let paint = of(awaited, lexed.token);
            awaited = awaited.after(lexed.token);
            Painted { range: lexed.range, paint }
        })
        .collect()
}

fn of(awaited: Awaited, token: Token<'_>) -> Paint {
    match token {
        Token::And | Token::Or | Token::Not => Paint::Word,
        Token::Open | Token::Close | Token::BraceOpen | Token::BraceClose | Token::Comma => Paint::Sign,
        Token::Sign(_) => Paint::Operator,
        Token::Quoted(_) => Paint::Text,
        Token::Unclosed => Paint::Stray,
        Token::Word(word) => match awaited {
            Awaited::Part if Field::from_name(word).is_some() => Paint::Field,
            Awaited::Operator(_) if Operator::from_word(word).is_some() => Paint::Operator,
            Awaited::Value(Some(field)) | Awaited::Member(field) => value(field, word),
            // Words that are searched for may stand beside each other.
            Awaited::Part | Awaited::Value(None) | Awaited::Joint => Paint::Text,
            Awaited::Operator(_) | Awaited::List(_) | Awaited::Comma(_) => Paint::Stray,
        },
    }
}

fn value(field: Field, word: &str) -> Paint {
    match field.entry().kind {
        Kind::Side if word.eq_ignore_ascii_case("client") => Paint::Client,
        Kind::Side if word.eq_ignore_ascii_case("server") => Paint::Server,
        Kind::Text | Kind::Bytes => Paint::Text,
        _ => Paint::Value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, expected: &[(&str, Paint)]) {
        let painted = paint(expression);
        let painted: Vec<_> =
            painted.iter().map(|token| (&expression[token.range.clone()], token.paint)).collect();
        assert_eq!(painted, expected, "{expression}");
    }

    #[test]
    fn a_token_is_painted_by_where_it_stands() {
        use Paint::{Client, Field, Operator, Sign, Stray, Text, Value, Word};
        check(
            "from == client and text contains \"order\"",
            &[
                ("from", Field),
                ("==", Operator),
                ("client", Client),
                ("and", Word),
                ("text", Field),
                ("contains", Operator),
                ("\"order\"", Text),
            ],
        );
        check("from contains", &[("from", Field), ("contains", Operator)]);
        check("a contains", &[("a", Text), ("contains", Text)]);
        check("host == text", &[("host", Field), ("==", Operator), ("text", Text)]);
        check(
            "opcode in {text}",
            &[("opcode", Field), ("in", Operator), ("{", Sign), ("text", Value), ("}", Sign)],
        );
        check("length x", &[("length", Field), ("x", Stray)]);
        check("größe \"x", &[("größe", Text), ("\"x", Stray)]);
    }
}
