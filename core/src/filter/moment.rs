//! Reads the moments and seconds that a person writes into a filter (RFC 3339 §5.6, and less of it).

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// Nanoseconds since 1970: `2026-11-22`, `2026-11-22T06:44`, `2026-11-22T06:44:54.5Z`, `2026-11-22 07:44:54+01:00`.
/// Without an offset it is UTC.
pub fn date(text: &str) -> Option<u64> {
    let (day, clock) = match text.split_once(['T', 't', ' ']) {
        Some((day, clock)) => (day, clock),
        None => (text, "00:00"),
    };
    let mut parts = day.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let days = days_since_1970(year, month, day).filter(|_| parts.next().is_none())?;
    let (clock, offset) = split_offset(clock)?;
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let nanos = match parts.next() {
        Some(text) if text.split('.').next().is_some_and(|whole| whole.len() == 2) => seconds(text)?,
        Some(_) => return None,
        None => 0,
    };
    // A leap second is the next one, as in every capture.
    if hour > 23 || minute > 59 || nanos >= 61 * SECOND {
        return None;
    }
    let minutes = i64::try_from(days * 1_440 + hour * 60 + minute).ok()? - offset;
    u64::try_from(minutes).ok()?.checked_mul(60 * SECOND)?.checked_add(nanos)
}

/// Nanoseconds from a decimal number of seconds.
pub fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nanos: u64 = format!("{fraction:0<9}").parse().ok()?;
    digits(whole, whole.len().max(1))?.checked_mul(SECOND)?.checked_add(nanos)
}

/// A decimal number of seconds, as short as it can be.
pub fn print_seconds(nanos: u64) -> String {
    let (whole, fraction) = (nanos / SECOND, nanos % SECOND);
    let text = format!("{whole}.{fraction:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The clock, and the minutes that its zone is ahead of UTC.
fn split_offset(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = clock.rfind(['+', '-']) else { return Some((clock, 0)) };
    let (clock, zone) = (clock.get(..at)?, clock.get(at..)?);
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let ahead = i64::try_from(hours * 60 + minutes).ok().filter(|_| hours < 24 && minutes < 60)?;
    Some((clock, if zone.starts_with('-') { -ahead } else { ahead }))
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u64> {
    let all_digits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| text.parse().ok())?
}

/// Days before this one, counted by years and months; `None` if there is no such day.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month).ok()?.checked_sub(1)?;
    if !(1..=*months.get(before)?).contains(&day) || year < 1970 {
        return None;
    }
    // Leap days before this year, of which 477 are before 1970.
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    let years = (year - 1970) * 365 + leap_days(year - 1) - 477;
    Some(years + months.get(..before)?.iter().sum::<u64>() + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(date(text), expected, "{text}");
    }

    #[test]
    fn reads_dates() {
        check("1970-01-01T00:00:00Z", Some(0));
        check("2000-02-29T00:00:00.000000001Z", Some(951_782_400_000_000_001));
        check("2026-11-22T06:44:54.000007Z", Some(1_795_329_894_000_007_000));
        check("2026-11-22 07:44:54.000007+01:00", Some(1_795_329_894_000_007_000));
        check("2026-11-22T06:44:54", Some(1_795_329_894 * SECOND));
        check("2026-11-22T06:44", Some(1_795_329_840 * SECOND));
        check("2026-11-22", Some(1_795_305_600 * SECOND));
        check("2554-07-21T23:34:33.709551615Z", Some(u64::MAX));
    }

    #[test]
    fn tells_what_is_none() {
        for wrong in [
            "",
            "2026",
            "2026-1-1",
            "2026-02-30",
            "2026-13-01",
            "2026-11-22T24:00",
            "2026-11-22T06:60",
            "1969-12-31",
            "2026-11-22T6:44",
            "2026-11-22T06:44:5",
            "2026-11-22T06:44:54.Z",
            "2026-11-22T06:44+1",
            "2600-01-01",
            "2026-11-22-01",
            "1970-01-01T00:00+01:00",
            "2026-11-22T06:44:54.0000000001Z",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn seconds_are_decimal() {
        assert_eq!(seconds("12.5"), Some(12_500_000_000));
        assert_eq!(seconds("0.000000001"), Some(1));
        assert_eq!(seconds("12"), Some(12 * SECOND));
        for wrong in ["", ".", "1.", ".5", "-1", "1e3", "99999999999999999999"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
        for nanos in [0, 1, 12_500_000_000, u64::MAX] {
            assert_eq!(seconds(&print_seconds(nanos)), Some(nanos));
        }
    }
}
