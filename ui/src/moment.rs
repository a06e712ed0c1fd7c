//! Moments as people read them: the time of day, in the zone that they chose.

use sockscope_core::session::api::Timestamp;

use crate::settings::Zone;
use crate::words;

/// `06:44:54.000007`: the time of day, to the microsecond.
pub fn clock(time: Timestamp, zone: Zone) -> String {
    clock_ahead(time.0, zone.offset(time.0))
}

/// `2026-11-22 06:44:54.000007 +01:00`: all that there is to say.
pub fn whole(time: Timestamp, zone: Zone) -> String {
    whole_ahead(time.0, zone.offset(time.0))
}

/// `+7.64 ms`, `−69 µs`: from an earlier row's time to this one's, without a space where a line could break.
pub fn delta(from: Timestamp, to: Timestamp) -> String {
    let (sign, nanos) = if to < from { ('−', from.since(to)) } else { ('+', to.since(from)) };
    format!("{sign}{}", words::duration(nanos).replace(' ', "\u{202f}"))
}

/// On a clock that is so many seconds ahead of UTC.
fn clock_ahead(nanos: u64, offset: i64) -> String {
    let (_, second, micros) = parts(nanos, offset);
    format!("{:02}:{:02}:{:02}.{micros:06}", second / 3_600, second / 60 % 60, second % 60)
}

fn whole_ahead(nanos: u64, offset: i64) -> String {
    let (days, ..) = parts(nanos, offset);
    let (year, month, day) = date(days);
    let zone = match offset {
        0 => "UTC".to_owned(),
        offset => {
            let minutes = offset.abs() / 60;
            format!("{}{:02}:{:02}", if offset < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
        }
    };
    format!("{year:04}-{month:02}-{day:02} {} {zone}", clock_ahead(nanos, offset))
}

/// Days since 1970, the second of the day, and the rest in microseconds.
fn parts(nanos: u64, offset: i64) -> (i64, i64, u64) {
    // 2^64 nanoseconds are 584 years: their seconds fit.
    let seconds = (nanos / 1_000_000_000) as i64 + offset;
    (seconds.div_euclid(86_400), seconds.rem_euclid(86_400), nanos / 1_000 % 1_000_000)
}

/// Days since 1970 to a date, in eras of 400 years, after Howard Hinnant's `civil_from_days`.
fn date(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, day) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_by_the_clock_of_the_zone() {
        let nanos = 1_763_793_894_000_007_999;
        assert_eq!(clock_ahead(nanos, 0), "06:44:54.000007");
        assert_eq!(whole_ahead(nanos, 0), "2025-11-22 06:44:54.000007 UTC");
        assert_eq!(whole_ahead(nanos, 5 * 3_600 + 1_800), "2025-11-22 12:14:54.000007 +05:30");
        assert_eq!(whole_ahead(nanos, -8 * 3_600), "2025-11-21 22:44:54.000007 -08:00");
        assert_eq!(whole_ahead(0, -3_600), "1969-12-31 23:00:00.000000 -01:00");
        assert_eq!(whole_ahead(951_782_400_000_000_000, 0), "2000-02-29 00:00:00.000000 UTC");
    }

    #[test]
    fn a_later_row_comes_after_and_an_earlier_one_before() {
        let time = Timestamp(1_795_329_894_000_007_000);
        assert_eq!(delta(time, Timestamp(time.0 + 7_640_000)), "+7.64\u{202f}ms");
        assert_eq!(delta(time, Timestamp(time.0 - 69_000)), "−69\u{202f}µs");
        assert_eq!(clock(time, Zone::Utc), "06:44:54.000007");
    }
}
