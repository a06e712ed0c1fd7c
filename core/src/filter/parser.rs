//! Reads the grammar of filters:
//!
//! ```text
//! any        = all { ("or" | "||") all }
//! all        = part { ["and" | "&&"] part }     the word may be left out between search terms
//! part       = ("not" | "!") part | "(" any ")" | comparison | search term
//! comparison = field [ operator value | "in" "{" member { "," member } "}" ]
//! member     = value | value ".." value
//! ```

use std::ops::Range;

use regex::bytes::RegexBuilder;

use super::comparison::{Comparison, Member, Test};
use super::expression::Expression;
use super::field::{Entry, Field, Kind, Presence, WIRESHARK};
use super::lexer::{Lexed, Token, lex};
use super::literal::{self, Written, cut};
use super::needle::Needle;
use super::operator::Operator;
use super::value::Literal;
use super::{COMPARISONS, DEEPEST, Filter, FilterError, LONGEST, PATTERN};
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

    fn compared(&mut self, entry: &'static Entry, name: &str, operator: Operator) -> Result<Comparison> {
        match operator {
            Operator::In => self.list(entry, name),
            Operator::Matches => {
                let (token, range) = self.value(entry)?;
                let pattern = match token {
                    Token::Quoted(raw) => raw,
                    Token::Word(word) => word,
                    _ => "",
                };
                let regex = RegexBuilder::new(pattern).size_limit(PATTERN).build();
                let regex = regex.map_err(|error| FilterError::new(range, no_pattern(&error)))?;
                let field = if entry.kind == Kind::Code { Field::Diagnostic } else { entry.field };
                Ok(Comparison { field, test: Test::Matches(quotable(pattern).into(), regex) })
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

/// A field that stands alone: a flag is asked whether it is set, another field whether it is there.
fn alone(entry: &'static Entry, name: &str, range: &Range<usize>) -> Result<Comparison> {
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

/// Reads the escapes of a quoted text that stands at that place.
fn unescape(raw: &str, range: &Range<usize>) -> Result<String> {
    let mut text = String::with_capacity(raw.len());
    let mut letters = raw.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        let escape = letters.next().map(|(_, letter)| letter);
        let read = match escape {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('0') => Some('\0'),
            Some(letter @ ('"' | '\'' | '\\')) => Some(letter),
            Some('x') => {
                let digits: String = letters.by_ref().take(2).map(|(_, letter)| letter).collect();
                u8::from_str_radix(&digits, 16).ok().filter(u8::is_ascii).map(char::from)
            }
            Some('u') => {
                let letters = letters.by_ref().map(|(_, letter)| letter);
                let digits: String = letters.take_while(|&letter| letter != '}').take(8).collect();
                let digits = digits.strip_prefix('{').unwrap_or_default();
                u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
            }
            _ => None,
        };
        let Some(read) = read else {
            let start = range.start + 1 + at;
            let end = start + 1 + escape.map_or(0, char::len_utf8);
            let message = "there is no such escape: there are \\\" \\' \\\\ \\n \\r \\t \\0 \\x7f and \\u{1f600}; \
                           bytes are written as hex:ff, and `matches` reads its text as it stands";
            return Err(FilterError::new(start..end.min(range.end), message));
        };
        text.push(read);
    }
    Ok(text)
}

/// A pattern that can stand between double quotes; to a regular expression `\"` is the same as `"`.
fn quotable(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut escaped = false;
    for letter in pattern.chars() {
        if letter == '"' && !escaped {
            text.push('\\');
        }
        escaped = letter == '\\' && !escaped;
        text.push(letter);
    }
    text
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

fn no_pattern(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "this regular expression is too large".to_owned(),
        error => {
            // The last line of a longer text with a drawing in it.
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            format!("this is no regular expression: {}", last.strip_prefix("error: ").unwrap_or(last))
        }
    }
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
