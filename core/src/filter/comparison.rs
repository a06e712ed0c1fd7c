//! One comparison of a filter: a field, and what is asked of its values.

use super::field::{Field, Holder};
use super::needle::Needle;
use super::operator::Operator;
use super::pattern::Pattern;
use super::value::{Literal, Value};

/// Something that a filter is asked about: a row, or what stands for one.
pub trait Record {
    /// Whether `holds` says yes to a value of the field. It is no where the record has none; of several, one is enough.
    fn any(&self, field: Field, holds: &mut dyn FnMut(Value<'_>) -> bool) -> bool;
}

/// A field, and what is asked of its values.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub(super) field: Field,
    pub(super) test: Test,
}

#[derive(Clone, Debug)]
pub(super) enum Test {
    /// There is a value.
    Present,
    Equal(Literal),
    /// There are values, and all of them differ: what `!=` means in Wireshark since version 4.
    Different(Literal),
    /// One of the four operators that order.
    Ordered(Operator, u64),
    Contains(Literal, Box<Needle>),
    Matches(Box<str>, Pattern),
    In(Vec<Member>),
}

/// One member of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Member {
    One(Literal),
    /// Both ends belong to it.
    Range(u64, u64),
}

/// What a comparison found in one record. Those of several records can be joined, as if the records were one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The field had a value.
    pub value: bool,
    /// A value was the one that is asked for, or avoided.
    pub hit: bool,
}

impl Comparison {
    /// The field that it asks for.
    pub fn field(&self) -> Field {
        self.field
    }

    /// Whether it holds for this record.
    pub fn holds(&self, record: &(impl Record + ?Sized)) -> bool {
        self.judge(self.find(record))
    }

    /// What it finds in a record.
    pub fn find(&self, record: &(impl Record + ?Sized)) -> Found {
        if let Test::Different(_) = self.test {
            let mut found = Found::default();
            found.hit = record.any(self.field, &mut |value| {
                found.value = true;
                self.accepts(value)
            });
            return found;
        }
        let hit = record.any(self.field, &mut |value| self.accepts(value));
        Found { value: hit, hit }
    }

    /// Whether it holds, after what was found.
    pub fn judge(&self, found: Found) -> bool {
        match self.test {
            Test::Different(_) => found.value && !found.hit,
            _ => found.hit,
        }
    }

    /// Cheap ones are tried first.
    pub(super) fn cost(&self) -> u8 {
        match (self.field.entry().holder, &self.test) {
            (Holder::Payload, Test::Matches(..)) => 3,
            (Holder::Payload, _) => 2,
            (_, Test::Matches(..) | Test::Contains(..)) => 1,
            _ => 0,
        }
    }

    fn accepts(&self, value: Value<'_>) -> bool {
        match &self.test {
            Test::Present => true,
            Test::Equal(literal) | Test::Different(literal) => value.equals(literal),
            Test::Ordered(operator, limit) => value.number().is_some_and(|number| match operator {
                Operator::Less => number < *limit,
                Operator::AtMost => number <= *limit,
                Operator::Greater => number > *limit,
                _ => number >= *limit,
            }),
            Test::Contains(_, needle) => value.searched(|bytes| needle.is_in(bytes)),
            Test::Matches(_, pattern) => value.searched(|bytes| pattern.is_match(bytes)),
            Test::In(members) => members.iter().any(|member| match member {
                Member::One(literal) => value.equals(literal),
                Member::Range(from, to) => {
                    value.number().is_some_and(|number| (from..=to).contains(&&number))
                }
            }),
        }
    }
}
