//! Turns an expression such as `from == client and text contains "order"` into a filter, and asks it about records.
//!
//! It knows no row: whoever has rows implements [`Record`]. An expression is hostile, since a link can carry one: its
//! length, depth, comparisons and regular expressions are bounded, and each bound is an error that says so.
//!
//! A field of several values holds if one of them does. `!=` holds if there are values and all of them differ, as in
//! Wireshark. A comparison with an absent field is false, and `not` of it is true.

mod comparison;
mod complete;
mod error;
mod expression;
mod field;
mod lexer;
mod literal;
mod moment;
mod needle;
mod operator;
mod paint;
mod parser;
mod pattern;
mod print;
mod seen;
mod value;

use std::str::FromStr;

pub use comparison::{Comparison, Found, Record};
pub use complete::{Candidate, Completion, What, complete};
pub use error::FilterError;
pub use field::{Entry, FIELDS, Field, Holder, Kind, Presence, Rows};
pub(crate) use literal::OPCODES;
pub use operator::Operator;
pub use paint::{Paint, Painted, paint};
pub use print::quote;
pub use seen::Seen;
pub use value::Value;

use comparison::Test;
use expression::Expression;
use value::Literal;

/// Bytes of an expression.
pub const LONGEST: usize = 16 << 10;
/// Parentheses and `not`s around each other.
pub const DEEPEST: usize = 64;
/// Comparisons of an expression, so that what was seen of a connection fits into a few words.
pub const COMPARISONS: usize = 128;
/// Bytes of a compiled regular expression.
const PATTERN: usize = 4 << 20;

/// An expression, ready to be asked.
#[derive(Clone, Debug)]
pub struct Filter {
    comparisons: Vec<Comparison>,
    expression: Expression,
}

impl Filter {
    /// Reads an expression. An empty one holds for everything.
    pub fn parse(expression: &str) -> Result<Self, FilterError> {
        parser::parse(expression)
    }

    /// Whether it holds for a record.
    pub fn holds(&self, record: &(impl Record + ?Sized)) -> bool {
        self.decide(|_, comparison| Some(comparison.holds(record))) == Some(true)
    }

    /// Whether it holds, as far as a record's headers tell: `None` where it depends on the payload.
    pub fn holds_by_headers(&self, record: &(impl Record + ?Sized)) -> Option<bool> {
        self.decide(|_, comparison| {
            (comparison.field.entry().holder != Holder::Payload).then(|| comparison.holds(record))
        })
    }

    /// Whether it holds, where `answer` says which of its comparisons do, each with its number; `None` is not known.
    /// It asks no more than is needed, those of headers before those of payloads.
    pub fn decide(&self, mut answer: impl FnMut(usize, &Comparison) -> Option<bool>) -> Option<bool> {
        self.expression.decide(&mut |number| {
            // The parser numbers comparisons as it makes them.
            self.comparisons.get(number).and_then(|comparison| answer(number, comparison))
        })
    }

    /// Its comparisons, in the order of their numbers; at most [`COMPARISONS`].
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// The texts that it looks for in payloads, so that they can be marked where they stand.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let in_payload = |comparison: &&Comparison| comparison.field.entry().holder == Holder::Payload;
        self.comparisons.iter().filter(in_payload).filter_map(|comparison| match &comparison.test {
            Test::Contains(Literal::Text(text), _) => Some(&**text),
            _ => None,
        })
    }

    /// Whether it looks into payloads.
    pub fn needs_payload(&self) -> bool {
        self.comparisons.iter().any(|comparison| comparison.field.entry().holder == Holder::Payload)
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(expression: &str) -> Result<Self, FilterError> {
        Self::parse(expression)
    }
}

#[cfg(test)]
mod tests;
