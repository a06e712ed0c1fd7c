//! What a filter found in several records that are asked about as one: the messages of a connection, while it is open.

use super::comparison::{Found, Record};
use super::{Comparison, Filter};

/// What was found so far: two bits for each comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    values: u128,
    hits: u128,
}

impl Seen {
    /// Looks into one more record.
    pub fn add(&mut self, filter: &Filter, record: &(impl Record + ?Sized)) {
        for (number, comparison) in filter.comparisons().iter().enumerate() {
            if !self.found(number).hit {
                self.note(number, comparison.find(record));
            }
        }
    }

    /// Notes what a comparison found.
    pub fn note(&mut self, number: usize, found: Found) {
        // There are no more comparisons than bits.
        let bit = 1_u128 << (number % super::COMPARISONS);
        self.values |= if found.value { bit } else { 0 };
        self.hits |= if found.hit { bit } else { 0 };
    }

    /// What a comparison found in all of them.
    pub fn found(&self, number: usize) -> Found {
        let bit = 1_u128 << (number % super::COMPARISONS);
        Found { value: self.values & bit != 0, hit: self.hits & bit != 0 }
    }

    /// Whether the filter holds for all of them and this record, taken as one.
    pub fn holds_with(&self, filter: &Filter, record: &(impl Record + ?Sized)) -> bool {
        let judge = |number: usize, comparison: &Comparison| {
            let (before, now) = (self.found(number), comparison.find(record));
            let joined = Found { value: before.value || now.value, hit: before.hit || now.hit };
            Some(comparison.judge(joined))
        };
        filter.decide(judge) == Some(true)
    }
}
