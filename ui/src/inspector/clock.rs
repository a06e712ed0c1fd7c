//! Times of the capture as the inspector says them.

use sockscope_core::session::api::Timestamp;

use crate::words;

/// `06:44:54.000007`: the time of day in UTC, to the microsecond.
pub fn clock(time: Timestamp) -> String {
    time.to_string().get(11..26).unwrap_or_default().to_owned()
}

/// `+7.64 ms`, `-69 µs`: from an earlier row's time to this one's.
pub fn delta(from: Timestamp, to: Timestamp) -> String {
    match to >= from {
        true => format!("+{}", words::duration(to.since(from))),
        false => format!("-{}", words::duration(from.since(to))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        let time = Timestamp(1_795_329_894_000_007_000);
        assert_eq!(clock(time), "06:44:54.000007");
        assert_eq!(delta(time, Timestamp(time.0 + 7_640_000)), "+7.64 ms");
        assert_eq!(delta(time, Timestamp(time.0 - 69_000)), "-69 µs");
    }
}
