//! How a filter's comparisons are joined.

use crate::order;

/// A tree whose leaves are numbers of comparisons. Its depth is bounded by the parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    Comparison(usize),
    Not(Box<Expression>),
    /// Holds if all do; none of them is an `And` itself.
    And(Vec<Expression>),
    /// Holds if one does; none of them is an `Or` itself.
    Or(Vec<Expression>),
}

impl Expression {
    /// All of these together.
    pub fn all(parts: Vec<Self>) -> Self {
        Self::join(parts, Self::And, |part| match part {
            Self::And(parts) => Ok(parts),
            other => Err(other),
        })
    }

    /// Any of these.
    pub fn any(parts: Vec<Self>) -> Self {
        Self::join(parts, Self::Or, |part| match part {
            Self::Or(parts) => Ok(parts),
            other => Err(other),
        })
    }

    fn join(
        parts: Vec<Self>,
        joined: impl Fn(Vec<Self>) -> Self,
        open: impl Fn(Self) -> Result<Vec<Self>, Self>,
    ) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match open(part) {
                Ok(parts) => flat.extend(parts),
                Err(part) => flat.push(part),
            }
        }
        match flat.pop() {
            Some(only) if flat.is_empty() => only,
            last => {
                flat.extend(last);
                joined(flat)
            }
        }
    }

    /// Puts cheap parts before dear ones, and else leaves the order as it was written. The answer is the dearest cost.
    pub fn sort(&mut self, cost: &impl Fn(usize) -> u8) -> u8 {
        match self {
            Self::Comparison(number) => cost(*number),
            Self::Not(part) => part.sort(cost),
            Self::And(parts) | Self::Or(parts) => {
                let mut priced: Vec<(u8, Self)> =
                    parts.drain(..).map(|mut part| (part.sort(cost), part)).collect();
                order::by_key(&mut priced, |&(cost, _)| u64::from(cost));
                let dearest = priced.last().map_or(0, |&(cost, _)| cost);
                parts.extend(priced.into_iter().map(|(_, part)| part));
                dearest
            }
        }
    }

    /// Whether it holds; `None` where that depends on an answer that is not known.
    pub fn decide(&self, answer: &mut impl FnMut(usize) -> Option<bool>) -> Option<bool> {
        match self {
            Self::Comparison(number) => answer(*number),
            Self::Not(part) => part.decide(answer).map(|holds| !holds),
            Self::And(parts) => first(parts, false, answer),
            Self::Or(parts) => first(parts, true, answer),
        }
    }
}

/// `wanted` if a part is that; else not, if all are known.
fn first(parts: &[Expression], wanted: bool, answer: &mut impl FnMut(usize) -> Option<bool>) -> Option<bool> {
    let mut all_known = true;
    for part in parts {
        match part.decide(answer) {
            Some(holds) if holds == wanted => return Some(wanted),
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(!wanted)
}
