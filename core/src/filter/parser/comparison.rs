//! Reads what a field is compared with: its operator's value, list or pattern.

use std::ops::Range;

use super::quoted::{quotable, unescape};
use super::{Parser, Result, operators, unclosed};
use crate::filter::FilterError;
use crate::filter::comparison::{Comparison, Member, Test};
use crate::filter::field::{Entry, Field, Kind, Presence};
use crate::filter::lexer::{Lexed, Token};
use crate::filter::literal::{self, Written};
use crate::filter::needle::Needle;
use crate::filter::operator::Operator;
use crate::filter::pattern::Pattern;
use crate::filter::value::Literal;

impl<'a> Parser<'_, 'a> {
    /// What stands behind the operator.
    pub(super) fn compared(
        &mut self,
        entry: &'static Entry,
        name: &str,
        operator: Operator,
    ) -> Result<Comparison> {
        match operator {
            Operator::In => self.list(entry, name),
            Operator::Matches => {
                let (token, range) = self.value(entry)?;
                let pattern = match token {
                    Token::Quoted(raw) => raw,
                    Token::Word(word) => word,
                    _ => "",
                };
                let read = Pattern::new(pattern).map_err(|problem| FilterError::new(range, problem))?;
                let field = if entry.kind == Kind::Code { Field::Diagnostic } else { entry.field };
                Ok(Comparison { field, test: Test::Matches(quotable(pattern).into(), read) })
            }
            Operator::Contains => {
                let (token, range) = self.value(entry)?;
                let (field, literal) = searched(entry, name, token, &range)?;
                let needle = match &literal {
                    Literal::Text(text) => Needle::text(text),
                    Literal::Bytes(bytes) => Some(Needle::bytes(bytes)),
                    _ => None,
                };
                let needle =
                    needle.ok_or_else(|| FilterError::new(range, "this text is too long to search for"))?;
                Ok(Comparison { field, test: Test::Contains(literal, Box::new(needle)) })
            }
            Operator::Equal | Operator::Different => {
                let (token, range) = self.value(entry)?;
                let (field, literal) = read(entry, name, token, &range)?;
                let test =
                    if operator == Operator::Equal { Test::Equal(literal) } else { Test::Different(literal) };
                Ok(Comparison { field, test })
            }
            _ => {
                let (token, range) = self.value(entry)?;
                match read(entry, name, token, &range)? {
                    (field, Literal::Number(number)) => {
                        Ok(Comparison { field, test: Test::Ordered(operator, number) })
                    }
                    _ => {
                        let text =
                            format!("diagnostics have no order: write `{name} ==` or `{name} contains`");
                        Err(FilterError::new(range, text))
                    }
                }
            }
        }
    }

    /// The value that is next.
    fn value(&mut self, entry: &Entry) -> Result<(Token<'a>, Range<usize>)> {
        match self.peek() {
            Some(Lexed { token: token @ (Token::Word(_) | Token::Quoted(_)), range }) => {
                self.at += 1;
                Ok((*token, range.clone()))
            }
            Some(Lexed { token: Token::Unclosed, range }) => Err(unclosed(range)),
            Some(Lexed { token: Token::And | Token::Or | Token::Not, range }) => {
                let text = format!(
                    "a value is missing here, {}; a word such as this needs quotes",
                    entry.kind.words()
                );
                Err(FilterError::new(range.clone(), text))
            }
            other => {
                let range = other.map_or(self.end..self.end, |lexed| lexed.range.clone());
                Err(FilterError::new(range, format!("a value is missing here: {}", entry.kind.words())))
            }
        }
    }

    fn list(&mut self, entry: &'static Entry, name: &str) -> Result<Comparison> {
        let open = self.place();
        if self.take(Token::BraceOpen).is_none() {
            return Err(FilterError::new(
                open,
                format!("after `in` stands a list, as in `{name} in {{a, b}}`"),
            ));
        }
        let mut members = Vec::new();
        let mut field = None;
        loop {
            let (token, range) = self.value(entry)?;
            let (of, member) = self.member(entry, name, token, &range)?;
            if *field.get_or_insert(of) != of {
                let text =
                    format!("the values of one list are of one kind; write `{name} in … or {name} in …`");
                return Err(FilterError::new(range, text));
            }
            members.push(member);
            if self.take(Token::Comma).is_some() {
                continue;
            }
            if self.take(Token::BraceClose).is_some() {
                break;
            }
            return Err(match self.peek() {
                Some(lexed) => FilterError::new(lexed.range.clone(), "`,` or `}` is missing before this"),
                None => FilterError::new(open, "`}` is missing for this list"),
            });
        }
        Ok(Comparison { field: field.unwrap_or(entry.field), test: Test::In(members) })
    }

    fn member(
        &self,
        entry: &'static Entry,
        name: &str,
        token: Token<'a>,
        range: &Range<usize>,
    ) -> Result<(Field, Member)> {
        let ends = match token {
            Token::Word(word) if entry.kind.is_ordered() => word.split_once(".."),
            _ => None,
        };
        let Some((from, to)) = ends else {
            let (field, literal) = read(entry, name, token, range)?;
            return Ok((field, Member::One(literal)));
        };
        let (from, to) =
            (read(entry, name, Token::Word(from), range)?, read(entry, name, Token::Word(to), range)?);
        match (from, to) {
            ((field, Literal::Number(from)), (same, Literal::Number(to))) if field == same && from <= to => {
                Ok((field, Member::Range(from, to)))
            }
            _ => {
                let text =
                    "a range goes from the lesser to the greater of two values of one kind, as in 1..5";
                Err(FilterError::new(range.clone(), text))
            }
        }
    }
}

/// A field that stands alone: a flag is asked whether it is set, another field whether it is there.
pub fn alone(entry: &'static Entry, name: &str, range: &Range<usize>) -> Result<Comparison> {
    let test = match (entry.kind, entry.presence) {
        (Kind::Flag, _) => Test::Equal(Literal::Flag(true)),
        (_, Presence::Sometimes) => Test::Present,
        (kind, Presence::Always) => {
            let text = format!(
                "`{name}` is a field that every row has: compare it ({}), or write \"{name}\" in quotes to search for the word",
                operators(kind)
            );
            return Err(FilterError::new(range.clone(), text));
        }
    };
    Ok(Comparison { field: entry.field, test })
}

/// What `contains` looks for. A part of a name or of an address is no value of the field.
fn searched(
    entry: &'static Entry,
    name: &str,
    token: Token<'_>,
    range: &Range<usize>,
) -> Result<(Field, Literal)> {
    match entry.kind {
        Kind::Text | Kind::Bytes => read(entry, name, token, range),
        kind => {
            let field = if kind == Kind::Code { Field::Diagnostic } else { entry.field };
            let (_, literal) = read(Field::Host.entry(), name, token, range)?;
            Ok((field, literal))
        }
    }
}

fn read(
    entry: &'static Entry,
    name: &str,
    token: Token<'_>,
    range: &Range<usize>,
) -> Result<(Field, Literal)> {
    let result = match token {
        Token::Quoted(raw) => literal::read(entry, name, Written::Quoted(&unescape(raw, range)?)),
        Token::Word(word) => literal::read(entry, name, Written::Bare(word)),
        _ => Err(format!("a value is missing here: {}", entry.kind.words())),
    };
    result.map_err(|message| FilterError::new(range.clone(), message))
}
