//! Reads the grammar of filters:
//!
//! ```text
//! any        = all { ("or" | "||") all }
//! all        = part { ["and" | "&&"] part }     the word may be left out between search terms
//! part       = ("not" | "!") part | "(" any ")" | comparison | search term
//! comparison = field [ operator value | "in" "{" member { "," member } "}" ]
//! member     = value | value ".." value
//! ```

mod comparison;
mod quoted;

use std::ops::Range;

use comparison::alone;
use quoted::unescape;

use super::comparison::{Comparison, Test};
use super::expression::Expression;
use super::field::{Entry, Field, Kind, WIRESHARK};
use super::lexer::{Lexed, Token, lex};
use super::literal::cut;
use super::needle::Needle;
use super::operator::Operator;
use super::value::Literal;
use super::{COMPARISONS, DEEPEST, Filter, FilterError, LONGEST};
use crate::diagnostic::nearest;

type Result<T> = std::result::Result<T, FilterError>;

/// Reads an expression.
pub fn parse(expression: &str) -> Result<Filter> {
    if expression.len() > LONGEST {
        let text = format!("a filter has at most {LONGEST} bytes, and this one has {}", expression.len());
        return Err(FilterError::new(LONGEST..expression.len(), text));
    }
    let tokens = lex(expression);
    let mut parser =
        Parser { tokens: &tokens, at: 0, end: expression.len(), depth: 0, comparisons: Vec::new() };
    let mut tree = if tokens.is_empty() { Expression::And(Vec::new()) } else { parser.any()? };
    if let Some(lexed) = parser.peek() {
        return Err(parser.out_of_place(lexed));
    }
    let comparisons = parser.comparisons;
    tree.sort(&|number| comparisons.get(number).map_or(0, Comparison::cost));
    Ok(Filter { comparisons, expression: tree })
}

struct Parser<'t, 'a> {
    tokens: &'t [Lexed<'a>],
    at: usize,
    /// The length of the expression.
    end: usize,
    depth: usize,
    comparisons: Vec<Comparison>,
}

/// A part, and whether it is a term to search for.
struct Part {
    expression: Expression,
    is_search: bool,
}

impl<'t, 'a> Parser<'t, 'a> {
    fn any(&mut self) -> Result<Expression> {
        let mut parts = vec![self.all()?];
        while self.take(Token::Or).is_some() {
            parts.push(self.all()?);
        }
        Ok(Expression::any(parts))
    }

    fn all(&mut self) -> Result<Expression> {
        let mut last = self.part()?;
        let mut parts = Vec::new();
        loop {
            let joined = self.take(Token::And).is_some();
            let term_follows =
                matches!(self.peek(), Some(Lexed { token: Token::Word(_) | Token::Quoted(_), .. }));
            if !(joined || last.is_search && term_follows) {
                break;
            }
            let start = self.place();
            let next = self.part()?;
            if !joined && !next.is_search {
                let text = "`and` or `or` is missing before this comparison";
                return Err(FilterError::new(start, text));
            }
            parts.push(std::mem::replace(&mut last, next).expression);
        }
        parts.push(last.expression);
        Ok(Expression::all(parts))
    }

    fn part(&mut self) -> Result<Part> {
        let Some(lexed) = self.peek() else {
            let text = "a comparison or a word to search for is missing here";
            return Err(FilterError::new(self.end..self.end, text));
        };
        match lexed.token {
            Token::Not => {
                let part = self.deeper(Self::part)?;
                Ok(Part { expression: Expression::Not(Box::new(part.expression)), is_search: false })
            }
            Token::Open => {
                let expression = self.deeper(Self::any)?;
                match (self.take(Token::Close), self.peek()) {
                    (Some(_), _) => Ok(Part { expression, is_search: false }),
                    (None, Some(other)) => Err(self.out_of_place(other)),
                    (None, None) => {
                        Err(FilterError::new(lexed.range.clone(), "`)` is missing for this parenthesis"))
                    }
                }
            }
            Token::Word(word) => {
                self.at += 1;
                self.word(word, &lexed.range)
            }
            Token::Quoted(raw) => {
                self.at += 1;
                let text = unescape(raw, &lexed.range)?;
                self.search(&text, &lexed.range)
            }
            _ => Err(self.out_of_place(lexed)),
        }
    }

    /// Reads what stands behind the next token, one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEEPEST {
            let text = format!("more than {DEEPEST} parentheses and `not`s stand around each other");
            return Err(FilterError::new(self.place(), text));
        }
        self.at += 1;
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// A field with or without a comparison, or a word to search for.
    fn word(&mut self, word: &'a str, range: &Range<usize>) -> Result<Part> {
        let operator = self.operator(Field::from_name(word).is_some());
        let Some(field) = Field::from_name(word) else {
            let is_wireshark = WIRESHARK.iter().any(|start| word.to_ascii_lowercase().starts_with(start));
            return if operator.is_some() || is_wireshark {
                Err(FilterError::new(range.clone(), no_field(word)))
            } else {
                self.search(word, range)
            };
        };
        let entry = field.entry();
        let comparison = match operator {
            Some((operator, place)) => {
                if !entry.kind.operators().contains(&operator) {
                    return Err(FilterError::new(place, does_not_fit(entry, word, operator)));
                }
                self.at += 1;
                self.compared(entry, word, operator)?
            }
            None => {
                if let Some(Lexed { token: Token::Word(_) | Token::Quoted(_), range }) = self.peek() {
                    let text = format!("an operator is missing: `{word}` takes {}", operators(entry.kind));
                    return Err(FilterError::new(range.clone(), text));
                }
                alone(entry, word, range)?
            }
        };
        let expression = self.add(comparison, range)?;
        Ok(Part { expression, is_search: false })
    }

    /// The operator that is next, if one is. Only behind a field a word can be one.
    fn operator(&self, behind_field: bool) -> Option<(Operator, Range<usize>)> {
        let lexed = self.peek()?;
        let operator = match lexed.token {
            Token::Sign(operator) => operator,
            Token::Word(word) if behind_field => Operator::from_word(word)?,
            _ => return None,
        };
        Some((operator, lexed.range.clone()))
    }

    fn search(&mut self, text: &str, range: &Range<usize>) -> Result<Part> {
        let needle = Needle::text(text)
            .ok_or_else(|| FilterError::new(range.clone(), "this text is too long to search for"))?;
        let test = Test::Contains(Literal::Text(text.into()), Box::new(needle));
        let expression = self.add(Comparison { field: Field::Text, test }, range)?;
        Ok(Part { expression, is_search: true })
    }

    fn add(&mut self, comparison: Comparison, range: &Range<usize>) -> Result<Expression> {
        let number = self.comparisons.len();
        if number >= COMPARISONS {
            let text = format!(
                "a filter has at most {COMPARISONS} comparisons; `in {{…}}` takes any number of values"
            );
            return Err(FilterError::new(range.clone(), text));
        }
        self.comparisons.push(comparison);
        Ok(Expression::Comparison(number))
    }

    fn peek(&self) -> Option<&'t Lexed<'a>> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, token: Token<'_>) -> Option<()> {
        self.peek().filter(|lexed| lexed.token == token)?;
        self.at += 1;
        Some(())
    }

    /// Where the next token is.
    fn place(&self) -> Range<usize> {
        self.peek().map_or(self.end..self.end, |lexed| lexed.range.clone())
    }

    fn out_of_place(&self, lexed: &Lexed<'_>) -> FilterError {
        let text = match lexed.token {
            Token::Unclosed => return unclosed(&lexed.range),
            Token::Close if self.depth == 0 => "this `)` closes nothing",
            Token::Close => "a comparison or a word to search for is missing before `)`",
            Token::And | Token::Or => "a comparison or a word to search for is missing before this",
            Token::Sign(_) => {
                "a field is missing before this sign; text that has such signs stands in quotes"
            }
            Token::BraceOpen | Token::BraceClose | Token::Comma => {
                "braces stand only after `in`; text that has such signs stands in quotes"
            }
            _ => "`and` or `or` is missing before this",
        };
        FilterError::new(lexed.range.clone(), text)
    }
}

fn unclosed(range: &Range<usize>) -> FilterError {
    FilterError::new(range.clone(), "the second quote of this text is missing")
}

fn no_field(word: &str) -> String {
    // Wireshark's names all have dots, and ours none.
    let names = Field::names().filter(|name| name.contains('.') == word.contains('.'));
    let near = nearest::of(&word.to_ascii_lowercase(), names);
    format!("there is no field `{}`{}", cut(word), nearest::did_you_mean(&near))
}

fn does_not_fit(entry: &Entry, name: &str, operator: Operator) -> String {
    format!(
        "`{}` does not fit: `{name}` is {}; it takes {}",
        operator.name(),
        entry.kind.words(),
        operators(entry.kind)
    )
}

fn operators(kind: Kind) -> String {
    kind.operators().into_iter().map(Operator::name).collect::<Vec<_>>().join(" ")
}
