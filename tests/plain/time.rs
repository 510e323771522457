//! Instants and dates, read and written by hand so that no library's leniency slips in.

/// Whole seconds since 1970-01-01T00:00:00Z and the nanoseconds on top. A leap second is its minute's second 59 with a
/// thousand million nanoseconds or more, so that it sorts after that second and before the next minute.
pub type Instant = (i64, u32);

pub const DAY: i64 = 86_400;
const LEAP: u32 = 1_000_000_000;

/// Reads `date-time` of RFC 3339: `T` and `Z` in either case, any number of fraction digits (those beyond the
/// nanosecond are cut off), an offset of less than a day, second 60 only where UTC may have one.
pub fn instant(text: &str) -> Option<Instant> {
    if !text.is_ascii() || text.len() < 20 {
        return None;
    }
    let day = date(&text[..10])?;
    let clock = &text[10..19];
    let shape: Vec<char> = clock.chars().collect();
    if !matches!(shape[0], 'T' | 't') || shape[3] != ':' || shape[6] != ':' {
        return None;
    }
    let hour = digits(&clock[1..3])?;
    let minute = digits(&clock[4..6])?;
    let second = digits(&clock[7..9])?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut rest = &text[19..];
    let mut nanos = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction.find(|c: char| !c.is_ascii_digit())?;
        if end == 0 {
            return None;
        }
        let nine: String = fraction[..end].chars().chain("000000000".chars()).take(9).collect();
        nanos = u32::try_from(digits(&nine)?).ok()?;
        rest = &fraction[end..];
    }
    let offset = offset(rest)?;
    let local = day * DAY + hour * 3600 + minute * 60 + second.min(59);
    let utc = local - offset;
    if second == 60 {
        if !may_have_a_leap_second(utc) {
            return None;
        }
        nanos += LEAP;
    }
    Some((utc, nanos))
}

/// Reads `full-date` of RFC 3339 as days since 1970-01-01.
pub fn date(text: &str) -> Option<i64> {
    if !text.is_ascii() || text.len() != 10 || &text[4..5] != "-" || &text[7..8] != "-" {
        return None;
    }
    let (year, month, day) = (digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..])?);
    if !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
        return None;
    }
    Some(days_before_year(year) + (1..month).map(|m| month_length(year, m)).sum::<i64>() + day - 1)
}

/// The day in UTC on which the instant falls, as days since 1970-01-01.
pub fn utc_date(at: Instant) -> i64 {
    at.0.div_euclid(DAY)
}

/// Writes a day as `full-date`; the year must have four digits.
pub fn write_date(day: i64) -> Option<String> {
    let mut year = 1970 + day.div_euclid(366);
    while days_before_year(year + 1) <= day {
        year += 1;
    }
    while days_before_year(year) > day {
        year -= 1;
    }
    let mut left = day - days_before_year(year);
    let mut month = 1;
    while left >= month_length(year, month) {
        left -= month_length(year, month);
        month += 1;
    }
    (0..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{:02}", left + 1))
}

/// Writes an instant as people at `offset` seconds east of Greenwich would, if the year there has four digits.
pub fn write_instant(at: Instant, offset: i64) -> Option<String> {
    let local = at.0 + offset;
    let (hour, minute) = (local.rem_euclid(DAY) / 3600, local.rem_euclid(3600) / 60);
    let (second, nanos) = if at.1 >= LEAP { (60, at.1 - LEAP) } else { (local.rem_euclid(60), at.1) };
    let mut text = write_date(local.div_euclid(DAY))?;
    text += &format!("T{hour:02}:{minute:02}:{second:02}");
    if nanos > 0 {
        text += format!(".{nanos:09}").trim_end_matches('0');
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    text +=
        &if offset == 0 { "Z".to_owned() } else { format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60) };
    Some(text)
}

fn offset(text: &str) -> Option<i64> {
    if text == "Z" || text == "z" {
        return Some(0);
    }
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    if text.len() != 6 || &text[3..4] != ":" {
        return None;
    }
    let (hours, minutes) = (digits(&text[1..3])?, digits(&text[4..])?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

/// RFC 3339, section 5.7: second 60 exists only at the end of a month, in UTC. Which months had one is not checked.
fn may_have_a_leap_second(second_59: i64) -> bool {
    let next = second_59 + 1;
    // The calendar repeats itself after 400 years, and only years of four digits are written.
    let alike = (next / DAY).rem_euclid(146_097);
    next.rem_euclid(DAY) == 0 && write_date(alike).is_some_and(|date| date.ends_with("-01"))
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first of January of `year`.
fn days_before_year(year: i64) -> i64 {
    let leap_days_before = |y: i64| (y - 1).div_euclid(4) - (y - 1).div_euclid(100) + (y - 1).div_euclid(400);
    365 * (year - 1970) + leap_days_before(year) - leap_days_before(1970)
}
