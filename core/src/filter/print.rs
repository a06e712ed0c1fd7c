//! Prints a filter so that reading it again gives the same one.

use std::fmt::{self, Display, Formatter, Write};

use super::comparison::{Comparison, Member, Test};
use super::expression::Expression;
use super::field::Kind;
use super::literal::{OPCODES, SEVERITIES, is_date};
use super::moment::print_seconds;
use super::operator::Operator;
use super::value::{Literal, rank};
use super::{Field, Filter};
use crate::sanitise;

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.print(&self.expression, f)
    }
}

impl Filter {
    fn print(&self, expression: &Expression, f: &mut Formatter<'_>) -> fmt::Result {
        match expression {
            Expression::Comparison(number) => match self.comparisons.get(*number) {
                Some(comparison) => comparison.fmt(f),
                None => Ok(()),
            },
            Expression::Not(part) => {
                f.write_str("not ")?;
                self.print_within(part, f)
            }
            Expression::And(parts) => self.print_joined(parts, " and ", f),
            Expression::Or(parts) => self.print_joined(parts, " or ", f),
        }
    }

    fn print_joined(&self, parts: &[Expression], word: &str, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                f.write_str(word)?;
            }
            match part {
                // `and` binds tighter than `or`.
                Expression::Or(_) => self.print_within(part, f)?,
                _ => self.print(part, f)?,
            }
        }
        Ok(())
    }

    /// In parentheses, if it is joined.
    fn print_within(&self, part: &Expression, f: &mut Formatter<'_>) -> fmt::Result {
        if !matches!(part, Expression::And(_) | Expression::Or(_)) {
            return self.print(part, f);
        }
        f.write_char('(')?;
        self.print(part, f)?;
        f.write_char(')')
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kind = self.field.entry().kind;
        if matches!((&self.test, kind), (Test::Equal(Literal::Flag(true)), Kind::Flag)) {
            return f.write_str(self.field.name());
        }
        f.write_str(self.name())?;
        match &self.test {
            Test::Present => Ok(()),
            Test::Equal(literal) => write!(f, " == {}", Shown(literal, kind)),
            Test::Different(literal) => write!(f, " != {}", Shown(literal, kind)),
            Test::Ordered(operator, limit) => {
                write!(f, " {} {}", operator.name(), Shown(&Literal::Number(*limit), kind))
            }
            Test::Contains(literal, _) => {
                write!(f, " {} {}", Operator::Contains.name(), Shown(literal, kind))
            }
            Test::Matches(pattern, _) => write!(f, " {} \"{pattern}\"", Operator::Matches.name()),
            Test::In(members) => {
                f.write_str(" in {")?;
                for (at, member) in members.iter().enumerate() {
                    if at > 0 {
                        f.write_str(", ")?;
                    }
                    match member {
                        Member::One(literal) => Shown(literal, kind).fmt(f)?,
                        Member::Range(from, to) => {
                            let (from, to) = (Literal::Number(*from), Literal::Number(*to));
                            write!(f, "{}..{}", Shown(&from, kind), Shown(&to, kind))?;
                        }
                    }
                }
                f.write_char('}')
            }
        }
    }
}

impl Comparison {
    /// The name by which its value is read as what it is: few seconds of `time` would be counted from the capture's start.
    fn name(&self) -> &'static str {
        let is_early = |literal: &Literal| matches!(literal, Literal::Number(nanos) if !is_date(*nanos));
        let early = match &self.test {
            Test::Equal(literal) | Test::Different(literal) => is_early(literal),
            Test::Ordered(_, nanos) => !is_date(*nanos),
            Test::In(members) => members.iter().any(|member| match member {
                Member::One(literal) => is_early(literal),
                Member::Range(from, _) => !is_date(*from),
            }),
            _ => false,
        };
        if self.field == Field::Time && early { "frame.time_epoch" } else { self.field.name() }
    }
}

/// A value as a field of that kind takes it.
struct Shown<'a>(&'a Literal, Kind);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (Literal::Number(nanos), Kind::Time | Kind::Seconds) => f.write_str(&print_seconds(*nanos)),
            (Literal::Number(mask), Kind::Mask) => write!(f, "{mask:08x}"),
            (Literal::Number(number), Kind::Opcode) => {
                match usize::try_from(*number).ok().and_then(|at| OPCODES.get(at)) {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{number}"),
                }
            }
            (Literal::Number(number), Kind::Severity) => {
                let name = SEVERITIES.into_iter().find(|severity| rank(*severity) == *number);
                f.write_str(name.map_or("", |severity| severity.name()))
            }
            (Literal::Number(number), _) => write!(f, "{number}"),
            (Literal::Flag(flag), _) => write!(f, "{flag}"),
            (Literal::Text(text), Kind::Side | Kind::Verdict) => f.write_str(text),
            (Literal::Text(text), _) => print_text(text, f),
            (Literal::Bytes(bytes), _) => {
                f.write_str("hex:")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            (Literal::Network(network), _) => {
                let whole = if network.first.is_ipv4() { 32 } else { 128 };
                if network.bits == whole {
                    write!(f, "{}", network.first)
                } else {
                    write!(f, "{}/{}", network.first, network.bits)
                }
            }
            (Literal::EndPoint(end), _) => write!(f, "{end}"),
        }
    }
}

/// A text as it is written in an expression, whatever is in it.
pub fn quote(text: &str) -> String {
    struct Quoted<'a>(&'a str);
    impl Display for Quoted<'_> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            print_text(self.0, f)
        }
    }
    Quoted(text).to_string()
}

/// Between quotes, with the escapes that the parser reads.
fn print_text(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' | '\\' => write!(f, "\\{letter}")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            letter if sanitise::is_hidden(letter) => write!(f, "\\u{{{:x}}}", u32::from(letter))?,
            letter => f.write_char(letter)?,
        }
    }
    f.write_char('"')
}
