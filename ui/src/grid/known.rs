//! The rows of a list that are known: a run of rows without holes around those on the screen, as Rust's own ranges see it.

use std::collections::VecDeque;
use std::ops::{Deref, Range};
use std::rc::Rc;

/// A row that is shared; two are equal if they are the same one, so that what is drawn of it is drawn once.
#[derive(Debug)]
pub struct Held<T>(Rc<T>);

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Held<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Rows that are known.
#[derive(Debug)]
pub struct Known<T> {
    start: u64,
    rows: VecDeque<Held<T>>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { start: 0, rows: VecDeque::new() }
    }
}

impl<T> Known<T> {
    /// The places of the rows that are known.
    pub fn range(&self) -> Range<u64> {
        self.start..self.start + self.rows.len() as u64
    }

    /// The row at that place.
    pub fn get(&self, row: u64) -> Option<&Held<T>> {
        self.rows.get(usize::try_from(row.checked_sub(self.start)?).ok()?)
    }

    /// All rows and their places.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &Held<T>)> {
        (self.start..).zip(&self.rows)
    }

    /// What must be asked for so that all of `wanted` is known: only what is missing, if it lies at one end.
    pub fn missing(&self, wanted: Range<u64>) -> Range<u64> {
        let known = self.range();
        let overlaps = known.start < wanted.end && wanted.start < known.end;
        match (overlaps, wanted.start < known.start, known.end < wanted.end) {
            (true, false, false) => wanted.end..wanted.end,
            (true, true, false) => wanted.start..known.start,
            (true, false, true) => known.end..wanted.end,
            _ => wanted,
        }
    }

    /// Takes rows in. Those that do not touch the known ones take their place. What is outside of `kept` is forgotten.
    pub fn add(&mut self, start: u64, rows: impl IntoIterator<Item = T>, kept: Range<u64>) {
        let rows: VecDeque<Held<T>> = rows.into_iter().map(|row| Held(Rc::new(row))).collect();
        if rows.is_empty() {
            return;
        }
        let known = self.range();
        if start == known.end {
            self.rows.extend(rows);
        } else if start + rows.len() as u64 == known.start {
            let behind = std::mem::replace(&mut self.rows, rows);
            self.rows.extend(behind);
            self.start = start;
        } else {
            (self.start, self.rows) = (start, rows);
        }
        while self.start < kept.start && self.rows.pop_front().is_some() {
            self.start += 1;
        }
        let most = usize::try_from(kept.end.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.rows.truncate(most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(range: Range<u64>) -> Known<u64> {
        let mut known = Known::default();
        known.add(range.start, range, 0..u64::MAX);
        known
    }

    fn rows(known: &Known<u64>) -> Vec<u64> {
        assert!(known.iter().all(|(place, row)| place == **row));
        known.iter().map(|(_, row)| **row).collect()
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        let known = known(10..20);
        assert!(known.missing(12..20).is_empty());
        assert_eq!(known.missing(15..30), 20..30);
        assert_eq!(known.missing(5..12), 5..10);
        assert_eq!(known.missing(40..50), 40..50);
        assert_eq!(known.missing(20..30), 20..30);
        assert_eq!(known.missing(5..25), 5..25, "a hole at both ends");
    }

    #[test]
    fn rows_are_joined_at_either_end() {
        let mut known = known(10..13);
        known.add(13, 13..15, 0..100);
        known.add(8, 8..10, 0..100);
        assert_eq!(rows(&known), (8..15).collect::<Vec<_>>());
        known.add(15, 15..17, 12..16);
        assert_eq!(rows(&known), (12..16).collect::<Vec<_>>(), "what is far away is forgotten");
        known.add(50, 50..52, 40..60);
        assert_eq!(rows(&known), [50, 51]);
        assert_eq!((known.get(49).is_none(), known.get(51).map(|row| **row)), (true, Some(51)));
        known.add(70, [], 40..60);
        assert_eq!(rows(&known), [50, 51], "nothing came");
    }
}
