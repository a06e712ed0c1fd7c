//! How a count becomes a height, and which times the axis names.

use sockscope_core::session::api::Slice;

/// What of the messages is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// How many there are.
    #[default]
    Messages,
    /// Their payload bytes.
    Bytes,
}

impl Measure {
    /// The client's and the server's.
    pub fn of(self, slice: &Slice) -> [u64; 2] {
        match self {
            Self::Messages => slice.messages,
            Self::Bytes => slice.bytes,
        }
    }
}

/// How heights grow with what they stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// A count twice as large is twice as high.
    Linear,
    /// Four times as large is twice as high.
    Root,
    /// Ten times as large is one step higher.
    Log,
}

impl Growth {
    /// The plainest one in which what is usual can still be seen beside the greatest.
    pub fn fitting(counts: impl Iterator<Item = u64>) -> Self {
        let mut counts: Vec<u64> = counts.filter(|&count| count > 0).collect();
        let middle = counts.len() / 2;
        let Some(greatest) = counts.iter().copied().max() else { return Self::Linear };
        let (_, &mut usual, _) = counts.select_nth_unstable(middle);
        match greatest / usual {
            0..16 => Self::Linear,
            16..256 => Self::Root,
            _ => Self::Log,
        }
    }

    /// In words; nothing of the usual one.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Linear => None,
            Self::Root => Some("root scale"),
            Self::Log => Some("log scale"),
        }
    }

    /// Whole pixels for a count, of `room` for the greatest. What is there can be seen.
    pub fn height(self, count: u64, greatest: u64, room: f64) -> f64 {
        if count == 0 {
            return 0.0;
        }
        let (count, greatest) = (count as f64, greatest.max(count) as f64);
        let part = match self {
            Self::Linear => count / greatest,
            Self::Root => (count / greatest).sqrt(),
            Self::Log => count.ln_1p() / greatest.ln_1p(),
        };
        (part * room).round().max(1.0)
    }
}

/// A time that the axis names.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Nanoseconds since the capture's start.
    pub at: i64,
    /// As it is written.
    pub label: String,
}

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Steps above a second that people count in.
const STEPS: [i64; 17] = [
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
];

/// Round times from `start` up to `end`, in nanoseconds since the capture's start; at most `most` of them.
pub fn ticks(start: i64, end: i64, most: u32) -> Vec<Tick> {
    let length = end.saturating_sub(start).max(1);
    let step = step(length / i64::from(most.max(1)) + 1);
    let first = start.div_euclid(step).saturating_add(i64::from(start.rem_euclid(step) != 0));
    let times = (first..).map_while(|number| number.checked_mul(step)).take_while(|&at| at < end);
    times.take(most as usize + 1).map(|at| Tick { at, label: label(at, step) }).collect()
}

/// The least round step that is no shorter.
fn step(least: i64) -> i64 {
    if let Some(&step) = STEPS.iter().find(|&&step| step >= least && least > SECOND / 2) {
        return step;
    }
    let mut step: i64 = if least > DAY { DAY } else { 1 };
    loop {
        for factor in [1, 2, 5] {
            if step.saturating_mul(factor) >= least {
                return step.saturating_mul(factor);
            }
        }
        step = step.saturating_mul(10);
    }
}

/// A time, with no more digits than tell it from its neighbours.
fn label(at: i64, step: i64) -> String {
    let sign = if at < 0 { "−" } else { "" };
    let nanos = at.unsigned_abs();
    let seconds = nanos / SECOND.unsigned_abs();
    if step < SECOND {
        let digits = (1..9).find(|&digits| step % 10_i64.pow(9 - digits) == 0).unwrap_or(9) as usize;
        let fraction = format!("{:09}", nanos % SECOND.unsigned_abs());
        return format!("{sign}{seconds}.{} s", fraction.get(..digits).unwrap_or_default());
    }
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{sign}{seconds} s"),
        (0, 0, minutes) => format!("{sign}{minutes}:{:02}", seconds % 60),
        (0, hours, minutes) => format!("{sign}{hours}:{minutes:02}:{:02}", seconds % 60),
        (days, hours, minutes) => format!("{sign}{days} d {hours:02}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_fits_the_spread() {
        let check = |counts: &[u64], expected| assert_eq!(Growth::fitting(counts.iter().copied()), expected);
        check(&[], Growth::Linear);
        check(&[0, 0, 7], Growth::Linear);
        check(&[3, 4, 5, 40], Growth::Linear);
        check(&[3, 4, 5, 400], Growth::Root);
        check(&[1, 1, 1, 0, 0, 0, 1_000_000], Growth::Log);
        check(&[1, u64::MAX], Growth::Linear);
    }

    #[test]
    fn what_is_there_can_be_seen() {
        for growth in [Growth::Linear, Growth::Root, Growth::Log] {
            assert_eq!(growth.height(0, 10, 32.0), 0.0);
            assert!((1.0..=2.0).contains(&growth.height(1, 1_000_000_000, 32.0)));
            assert_eq!(growth.height(10, 10, 32.0), 32.0);
            assert_eq!(growth.height(1, 0, 32.0), 32.0);
        }
        assert_eq!(Growth::Root.height(25, 100, 32.0), 16.0);
        assert_eq!(Growth::Log.height(9, 99, 32.0), 16.0);
    }

    #[track_caller]
    fn check(start: i64, end: i64, most: u32, expected: &[&str]) {
        let ticks = ticks(start, end, most);
        assert_eq!(ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>(), expected);
        assert!(ticks.iter().all(|tick| (start..end).contains(&tick.at)));
    }

    #[test]
    fn the_axis_names_round_times() {
        check(0, 1, 8, &["0.000000000 s"]);
        check(0, 10 * SECOND, 5, &["0 s", "5 s"]);
        check(0, 10 * SECOND, 6, &["0 s", "2 s", "4 s", "6 s", "8 s"]);
        check(12_004_000_000, 12_009_000_000, 5, &["12.004 s", "12.006 s", "12.008 s"]);
        check(50 * SECOND, 130 * SECOND, 4, &["1:00", "1:30", "2:00"]);
        check(0, 3 * HOUR, 4, &["0 s", "1:00:00", "2:00:00"]);
        check(0, 3 * DAY, 3, &["0 s", "2 d 00:00"]);
        check(-SECOND, SECOND, 3, &["−1 s", "0 s"]);
    }

    #[test]
    fn no_span_has_too_many_ticks() {
        for length in (0..60).map(|shift| 1_i64 << shift) {
            for most in [1, 3, 10, 100] {
                assert!(ticks(length / 3, length, most).len() <= most as usize + 1, "{length}");
            }
        }
        assert!(ticks(0, i64::MAX, 10).len() <= 11);
    }
}
