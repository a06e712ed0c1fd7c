//! Numbers as people write them: counts in groups of three, sizes, spans of time, and nouns that agree with them.

use sockscope_core::capture::Timestamp;

/// `48,211`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 message`, `48,211 messages`.
pub fn counted(number: u64, noun: &str) -> String {
    let ending = match (number, noun.ends_with('s')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{} {noun}{ending}", count(number))
}

/// `312 B`, `1.2 kB`, `1.0 MB`: decimal units, three significant digits at most.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let (mut scaled, mut unit) = (bytes as f64 / 1000.0, 0);
    while scaled >= 999.5 && unit + 1 < UNITS.len() {
        scaled /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(scaled < 99.95);
    format!("{scaled:.decimals$} {}", UNITS[unit])
}

/// `850 µs`, `12.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
pub fn span(nanos: u64) -> String {
    let seconds = nanos / 1_000_000_000;
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => format!("{} µs", nanos / 1_000),
        1_000_000..1_000_000_000 => format!("{} ms", nanos / 1_000_000),
        1_000_000_000..60_000_000_000 => {
            format!("{}.{} s", seconds, nanos / 100_000_000 % 10)
        }
        _ if seconds < 3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ if seconds < 86_400 => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// Time since a start, to the microsecond: `0.000012`, `1:02.004210`, `26:00:02.004210`; `-` before what lies earlier.
pub fn since(start: Timestamp, time: Timestamp) -> String {
    let sign = if time < start { "-" } else { "" };
    let micros = time.0.abs_diff(start.0) / 1_000;
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    match seconds {
        0..60 => format!("{sign}{seconds}.{micros:06}"),
        60..3_600 => format!("{sign}{}:{:02}.{micros:06}", seconds / 60, seconds % 60),
        _ => format!("{sign}{}:{:02}:{:02}.{micros:06}", seconds / 3_600, seconds / 60 % 60, seconds % 60),
    }
}

/// `2026-11-22 06:44:54.000007 UTC`.
pub fn moment(time: Timestamp) -> String {
    let text = time.to_string();
    match text.get(..26) {
        Some(kept) => format!("{} UTC", kept.replace('T', " ")),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(48_211_000), "48,211,000");
        assert_eq!(counted(1, "message"), "1 message");
        assert_eq!(counted(0, "message"), "0 messages");
        assert_eq!(counted(2, "address"), "2 addresses");
    }

    #[test]
    fn sizes() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_249, "1.2 kB"),
            (99_960, "100 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn times() {
        assert_eq!(span(850_000), "850 µs");
        assert_eq!(span(12_490_000_000), "12.4 s");
        assert_eq!(span(200_000_000_000), "3 min 20 s");
        let at = |seconds: u64| Timestamp(seconds * 1_000_000_000 + 12_999);
        assert_eq!(since(Timestamp(0), at(0)), "0.000012");
        assert_eq!(since(Timestamp(0), at(62)), "1:02.000012");
        assert_eq!(since(Timestamp(0), at(93_600)), "26:00:00.000012");
        assert_eq!(since(Timestamp(2_000_000), Timestamp(0)), "-0.002000");
        assert_eq!(moment(Timestamp(1_795_329_894_000_007_000)), "2026-11-22 06:44:54.000007 UTC");
    }
}
