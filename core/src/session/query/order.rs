//! Messages in an order: sorted runs that are never merged, since a page of all of them is found by bisecting each. So nothing
//! is sorted twice while a capture is read, and what lies in a file is not written again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use crate::session::index::{LongLog, Spill};

/// Messages of one run.
pub const RUN: usize = 1 << 17;

/// A key, and the place of the message that has it: equal keys stay in the order of the index.
pub type Keyed = (u64, u32);

/// Messages in an order.
#[derive(Debug)]
pub struct Order {
    /// Runs of `run` each, one behind the other.
    runs: LongLog<Keyed>,
    run: usize,
    /// The last run, which is not full.
    last: Vec<Keyed>,
}

impl Order {
    /// No messages yet. Runs have so many.
    pub fn new(run: usize, spill: &Spill) -> Self {
        Self { runs: LongLog::new(spill), run, last: Vec::new() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.runs.len() + self.last.len()
    }

    /// How many can be added at once.
    pub fn room(&self) -> usize {
        self.run - self.last.len()
    }

    /// Adds some, no more than there is [`room`](Self::room) for.
    pub fn add(&mut self, keyed: impl Iterator<Item = Keyed>) {
        self.last.extend(keyed);
        // It makes use of what is in order already.
        self.last.sort();
        if self.last.len() >= self.run {
            self.last.drain(..).for_each(|keyed| self.runs.push(keyed));
        }
    }

    /// The messages from row `start` on, at most so many.
    pub fn rows(&self, start: usize, length: usize) -> Vec<u32> {
        let mut places = self.split(start.min(self.len()));
        let mut heads: BinaryHeap<Reverse<(Keyed, usize)>> = (0..places.len())
            .filter_map(|run| Some(Reverse((self.item(run, *places.get(run)?)?, run))))
            .collect();
        let mut rows = Vec::new();
        while rows.len() < length
            && let Some(Reverse(((_, id), run))) = heads.pop()
        {
            rows.push(id);
            if let Some(place) = places.get_mut(run) {
                *place += 1;
                heads.extend(self.item(run, *place).map(|keyed| Reverse((keyed, run))));
            }
        }
        rows
    }

    /// The row of a message that is in it.
    pub fn row_of(&self, keyed: Keyed) -> usize {
        (0..self.count()).map(|run| self.bisect(run, 0..self.length(run), keyed)).sum()
    }

    /// Where row `rank` divides each of the runs.
    fn split(&self, rank: usize) -> Vec<usize> {
        let mut ranges: Vec<Range<usize>> = (0..self.count()).map(|run| 0..self.length(run)).collect();
        while let Some((pivot, of)) = self.pivot(&ranges) {
            let places: Vec<usize> = ranges
                .iter()
                .enumerate()
                .map(|(run, range)| self.bisect(run, range.clone(), pivot))
                .collect();
            let before: usize = places.iter().sum();
            for (run, (range, place)) in ranges.iter_mut().zip(places).enumerate() {
                if before > rank {
                    range.end = place;
                } else {
                    // The pivot itself stands before the row, unless it is the row.
                    range.start = place + usize::from(run == of && before < rank);
                    if before == rank {
                        range.end = range.start;
                    }
                }
            }
        }
        ranges.into_iter().map(|range| range.start).collect()
    }

    /// One in the middle of all that is in these ranges of the runs, and whose it is: a quarter of them at least is on either
    /// side. `None`: they are empty.
    fn pivot(&self, ranges: &[Range<usize>]) -> Option<(Keyed, usize)> {
        let mut middles: Vec<(Keyed, usize, usize)> = ranges
            .iter()
            .enumerate()
            .filter(|(_, range)| !range.is_empty())
            .filter_map(|(run, range)| {
                let middle = range.start + range.len() / 2;
                Some((self.item(run, middle)?, run, range.len()))
            })
            .collect();
        middles.sort_unstable();
        let half = middles.iter().map(|(_, _, weight)| weight).sum::<usize>() / 2;
        let mut weighed = 0;
        let (pivot, run, _) = middles.into_iter().find(|(_, _, weight)| {
            weighed += weight;
            weighed > half
        })?;
        Some((pivot, run))
    }

    /// The first place of a range of a run that is not before this one.
    fn bisect(&self, run: usize, range: Range<usize>, keyed: Keyed) -> usize {
        let Range { mut start, mut end } = range;
        while start < end {
            let middle = start + (end - start) / 2;
            if self.item(run, middle).is_some_and(|item| item < keyed) {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        start
    }

    /// How many runs, the last one too.
    fn count(&self) -> usize {
        self.runs.len() / self.run + 1
    }

    fn length(&self, run: usize) -> usize {
        if run < self.runs.len() / self.run { self.run } else { self.last.len() }
    }

    fn item(&self, run: usize, place: usize) -> Option<Keyed> {
        if run < self.runs.len() / self.run {
            if place < self.run { self.runs.get(run * self.run + place) } else { None }
        } else {
            self.last.get(place).copied()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::source::{Memory, Spool};

    proptest! {
        #[test]
        fn rows_are_those_of_a_sorted_list(
            keys in prop::collection::vec(0_u64..50, 0..400),
            pieces in prop::collection::vec(1_usize..40, 1..20),
            run in 1_usize..60,
            spills in any::<bool>(),
        ) {
            let make = Arc::new(|| Box::new(Memory::new(u64::MAX)) as Box<dyn Spool + Send>);
            let spill = if spills { Spill::new(0, Some(make)) } else { Spill::default() };
            let mut order = Order::new(run, &spill);
            let all: Vec<Keyed> = keys.iter().copied().zip(0..).collect();
            let (mut left, mut pieces) = (all.as_slice(), pieces.iter().cycle());
            while !left.is_empty() {
                let count = order.room().min(*pieces.next().unwrap()).min(left.len());
                order.add(left[..count].iter().copied());
                left = &left[count..];
            }
            let mut sorted = all;
            sorted.sort();
            prop_assert_eq!(order.len(), sorted.len());
            for (row, keyed) in sorted.iter().enumerate() {
                prop_assert_eq!(order.row_of(*keyed), row);
                let expected: Vec<u32> = sorted[row..].iter().take(7).map(|(_, id)| *id).collect();
                prop_assert_eq!(order.rows(row, 7), expected);
            }
            prop_assert_eq!(order.rows(sorted.len(), 5), Vec::<u32>::new());
        }
    }
}
