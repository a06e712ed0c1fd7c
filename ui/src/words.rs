//! Numbers, lengths of time and sizes as people read them.

/// `48,211`
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `999`, `1.2k`, `48k`, `1.4M`: a count where there is little room.
pub fn short_count(number: u64) -> String {
    if number < 1000 {
        return number.to_string();
    }
    // The same digits as of a size, with the letters that counts have.
    let size = size(number);
    let (digits, unit) = size.split_once(' ').unwrap_or((&size, ""));
    format!("{digits}{}", unit.trim_end_matches('B'))
}

/// `1 message`, `2 messages`
pub fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", count(number))
}

/// `34 B`, `1.2 kB`, `1.2 GB`: thousands, as file managers count.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64;
    let mut unit = "";
    for name in UNITS {
        (value, unit) = (value / 1000.0, name);
        // What would be rounded to 1000 is 1 of the next unit.
        if value < 999.5 {
            break;
        }
    }
    let decimals = usize::from(value < 9.95);
    format!("{value:.decimals$} {unit}")
}

/// `241 µs`, `7.64 ms`, `31 ms`, `48.2 s`, `2 min 14 s`, `3 h 5 min`, of nanoseconds.
pub fn duration(nanos: u64) -> String {
    let value = nanos as f64;
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..999_500 => format!("{:.0} µs", value / 1e3),
        999_500..9_995_000 => format!("{:.2} ms", value / 1e6),
        9_995_000..999_500_000 => format!("{:.0} ms", value / 1e6),
        999_500_000..59_950_000_000 => format!("{:.1} s", value / 1e9),
        _ => {
            let seconds = (nanos + 500_000_000) / 1_000_000_000;
            let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
            match (days, hours) {
                (0, 0) => format!("{minutes} min {} s", seconds % 60),
                (0, hours) => format!("{hours} h {minutes} min"),
                (days, hours) => format!("{days} d {hours} h"),
            }
        }
    }
}

/// `12.004210`: seconds since the capture's start, to the microsecond.
pub fn seconds(nanos: u64) -> String {
    let micros = nanos / 1_000;
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(
            ["0", "999", "1,000", "48,211", "1,000,000"],
            [0, 999, 1_000, 48_211, 1_000_000].map(count).each_ref().map(String::as_str)
        );
        assert_eq!(
            ["999", "1.0k", "48k", "1.4M"],
            [999, 1_000, 48_211, 1_372_000].map(short_count).each_ref().map(String::as_str)
        );
        assert_eq!((counted(1, "error"), counted(0, "error")), ("1 error".into(), "0 errors".into()));
    }

    #[test]
    fn sizes_have_two_or_three_digits() {
        let sizes = [0, 999, 1_000, 1_249, 9_949, 9_950, 999_499, 999_500, 1_200_000_000, u64::MAX].map(size);
        assert_eq!(
            sizes.each_ref().map(String::as_str),
            ["0 B", "999 B", "1.0 kB", "1.2 kB", "9.9 kB", "10 kB", "999 kB", "1.0 MB", "1.2 GB", "18447 PB"]
        );
    }

    #[test]
    fn durations_have_a_fitting_unit() {
        let nanos = [
            0,
            69_000,
            999_499,
            999_500,
            7_640_000,
            31_000_000,
            999_600_000,
            48_200_000_000,
            134_000_000_000,
            11_100_000_000_000,
            90_000_000_000_000,
        ];
        assert_eq!(
            nanos.map(duration).each_ref().map(String::as_str),
            [
                "0 ns",
                "69 µs",
                "999 µs",
                "1.00 ms",
                "7.64 ms",
                "31 ms",
                "1.0 s",
                "48.2 s",
                "2 min 14 s",
                "3 h 5 min",
                "1 d 1 h"
            ]
        );
        assert_eq!(seconds(12_004_210_999), "12.004210");
    }
}
