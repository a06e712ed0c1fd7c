//! Moments as people read them: the time of day, in the zone that they chose.

/// Which clock times are shown by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// That of whoever looks.
    #[default]
    Local,
    /// The same for everybody.
    Utc,
}

impl Zone {
    /// Seconds that its clock is ahead of UTC at a moment, in nanoseconds since 1970.
    pub fn offset(self, nanos: u64) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Local => {
                let date = js_sys::Date::new(&((nanos / 1_000_000) as f64).into());
                -(date.get_timezone_offset() as i64) * 60
            }
        }
    }
}

/// `06:44:54.000007`: the time of day, to the microsecond, on a clock that is so many seconds ahead of UTC.
pub fn clock(nanos: u64, offset: i64) -> String {
    let (_, second, micros) = parts(nanos, offset);
    format!("{:02}:{:02}:{:02}.{micros:06}", second / 3_600, second / 60 % 60, second % 60)
}

/// `2026-11-22 06:44:54.000007 +01:00`: all that there is to say.
pub fn whole(nanos: u64, offset: i64) -> String {
    let (days, ..) = parts(nanos, offset);
    let (year, month, day) = date(days);
    let zone = match offset {
        0 => "UTC".to_owned(),
        offset => {
            let minutes = offset.abs() / 60;
            format!("{}{:02}:{:02}", if offset < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
        }
    };
    format!("{year:04}-{month:02}-{day:02} {} {zone}", clock(nanos, offset))
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
        assert_eq!(clock(nanos, 0), "06:44:54.000007");
        assert_eq!(whole(nanos, 0), "2025-11-22 06:44:54.000007 UTC");
        assert_eq!(whole(nanos, 5 * 3_600 + 1_800), "2025-11-22 12:14:54.000007 +05:30");
        assert_eq!(whole(nanos, -8 * 3_600), "2025-11-21 22:44:54.000007 -08:00");
        assert_eq!(whole(0, -3_600), "1969-12-31 23:00:00.000000 -01:00");
        assert_eq!(whole(951_782_400_000_000_000, 0), "2000-02-29 00:00:00.000000 UTC");
    }
}
