//! Which bytes of a stream have come.

use std::collections::BTreeMap;

/// A set of byte ranges that begins at 0.
#[derive(Debug, Default)]
pub struct Received {
    upto: usize,
    /// Ranges behind a hole, by their starts.
    beyond: BTreeMap<usize, usize>,
}

impl Received {
    /// All bytes before this one have come.
    pub fn upto(&self) -> usize {
        self.upto
    }

    /// The bytes from `start` to before `end` come.
    pub fn add(&mut self, start: usize, end: usize) {
        let longest = self.beyond.entry(start).or_default();
        *longest = end.max(*longest);
        while let Some(first) = self.beyond.first_entry().filter(|first| *first.key() <= self.upto) {
            self.upto = self.upto.max(first.remove());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_whole() {
        let mut received = Received::default();
        for (start, end, upto) in [(0, 5, 5), (8, 9, 5), (12, 20, 5), (3, 8, 9), (8, 30, 30), (1, 2, 30)] {
            received.add(start, end);
            assert_eq!(received.upto(), upto);
        }
    }
}
