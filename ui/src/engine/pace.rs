//! How fast a capture is read, and how long it took.

use std::collections::VecDeque;

/// The time that a speed is taken over, in milliseconds.
const OVER: f64 = 1000.0;
/// A speed is told again after this time, in milliseconds: digits that change sixty times a second cannot be read.
const CALM: f64 = 250.0;

/// How fast a capture is read. Points in time are in milliseconds, of any clock that never goes back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    begun: Option<f64>,
    ended: Option<f64>,
    /// Times, and the bytes that were read by then; the first is at most one entry older than [`OVER`].
    read: VecDeque<(f64, u64)>,
    /// When the speed was told last, and what was told.
    told: Option<(f64, f64)>,
}

impl Pace {
    /// Reading begins.
    pub fn begin(&mut self, now: f64) {
        *self = Self { begun: Some(now), ..Self::default() };
        self.read.push_back((now, 0));
    }

    /// So many bytes are read by now.
    pub fn read(&mut self, now: f64, bytes: u64) {
        if self.ended.is_some() {
            return;
        }
        self.read.push_back((now, bytes));
        while self.read.get(1).is_some_and(|(time, _)| *time <= now - OVER) {
            self.read.pop_front();
        }
        let is_calm = self.told.is_none_or(|(time, _)| now - time >= CALM);
        if let (true, Some((time, before))) = (is_calm, self.read.front())
            && now - time >= CALM
        {
            self.told = Some((now, bytes.saturating_sub(*before) as f64 / (now - time) * 1000.0));
        }
    }

    /// Nothing more is read.
    pub fn end(&mut self, now: f64) {
        self.ended.get_or_insert(now);
    }

    /// Bytes a second, of the last second.
    pub fn speed(&self) -> Option<f64> {
        self.told.map(|(_, speed)| speed)
    }

    /// How long reading took, in milliseconds, once it has ended.
    pub fn took(&self) -> Option<f64> {
        Some(self.ended? - self.begun?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_is_that_of_the_last_second() {
        let mut pace = Pace::default();
        pace.begin(0.0);
        for tenth in 1..=20 {
            pace.read(f64::from(tenth) * 100.0, tenth as u64 * 10_000);
        }
        assert_eq!(pace.speed(), Some(100_000.0));
        // Then nothing comes for a while.
        pace.read(3000.0, 200_000);
        pace.read(4000.0, 200_000);
        assert_eq!(pace.speed(), Some(0.0));
        assert!(pace.read.len() <= 12, "old entries are let go of");
    }

    #[test]
    fn a_speed_needs_some_time() {
        let mut pace = Pace::default();
        pace.begin(0.0);
        pace.read(10.0, 1_000_000);
        assert_eq!((pace.speed(), pace.took()), (None, None));
        pace.end(20.0);
        pace.end(50.0);
        pace.read(60.0, 2_000_000);
        assert_eq!((pace.speed(), pace.took()), (None, Some(20.0)));
    }
}
