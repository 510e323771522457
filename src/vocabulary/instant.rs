//! Instants and dates as the wire writes them: RFC 3339, strictly.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Timelike, Utc};
use serde::{Deserializer, Serializer};

/// Text that is not an instant or a date of RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("found a text of {characters} characters, expected {expected}")]
pub(crate) struct NotRfc3339 {
    characters: usize,
    expected: &'static str,
}

impl NotRfc3339 {
    fn new(text: &str, expected: &'static str) -> Self {
        Self { characters: text.chars().count(), expected }
    }
}

/// An instant of RFC 3339 with an offset, in UTC.
///
/// Strict where chrono is lenient: `T` separates date and time, the digits are ASCII and as many as the
/// grammar says, and second 60 stands only where a leap second can, at the end of a month in UTC (section
/// 5.7). Digits beyond nanoseconds are cut off.
pub(crate) struct Rfc3339(pub(crate) DateTime<Utc>);

const INSTANT: &str = "an instant of RFC 3339 with an offset, such as 2026-01-05T09:00:00Z";
const DATE: &str = "a date of RFC 3339, such as 2026-01-05";

impl FromStr for Rfc3339 {
    type Err = NotRfc3339;

    fn from_str(text: &str) -> Result<Self, NotRfc3339> {
        let refused = || NotRfc3339::new(text, INSTANT);
        if !shaped(text.as_bytes()) {
            return Err(refused());
        }
        let instant = DateTime::parse_from_rfc3339(text).map_err(|_| refused())?.to_utc();
        let leap = instant.timestamp_subsec_nanos() >= 1_000_000_000;
        let next = instant.checked_add_signed(TimeDelta::seconds(1));
        if leap && next.is_none_or(|next| (next.day(), next.num_seconds_from_midnight()) != (1, 0)) {
            return Err(refused());
        }
        Ok(Self(instant))
    }
}

/// The grammar of RFC 3339 section 5.6 (`date-time`), digits and signs only; chrono checks the ranges.
fn shaped(text: &[u8]) -> bool {
    let (Some(date), Some(separator), Some(time), Some(rest)) =
        (text.get(..10), text.get(10), text.get(11..19), text.get(19..))
    else {
        return false;
    };
    let offset = match rest {
        [b'.', rest @ ..] => {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            rest.get(digits..).unwrap_or_default()
        }
        rest => rest,
    };
    let offset = matches!(offset, [b'Z' | b'z'])
        || matches!(offset, [b'+' | b'-', rest @ ..] if pattern(rest, b"00:00"));
    is_date(date) && matches!(separator, b'T' | b't') && pattern(time, b"00:00:00") && offset
}

fn is_date(text: &[u8]) -> bool {
    pattern(text, b"0000-00-00")
}

/// Whether the text has a digit for each `0` of the pattern and the pattern's own byte elsewhere.
fn pattern(text: &[u8], pattern: &[u8]) -> bool {
    text.len() == pattern.len()
        && text.iter().zip(pattern).all(|(t, p)| if *p == b'0' { t.is_ascii_digit() } else { t == p })
}

/// A date of RFC 3339 (`full-date`).
pub(crate) struct FullDate(pub(crate) NaiveDate);

impl FromStr for FullDate {
    type Err = NotRfc3339;

    fn from_str(text: &str) -> Result<Self, NotRfc3339> {
        let date = is_date(text.as_bytes()).then(|| text.parse().ok()).flatten();
        date.map(Self).ok_or_else(|| NotRfc3339::new(text, DATE))
    }
}

/// For `#[serde(with)]`: a required instant.
pub(crate) mod required {
    use super::{DateTime, Deserializer, INSTANT, Rfc3339, Serializer, Utc, write};

    pub(crate) fn serialize<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&write(at))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
        crate::vocabulary::text::parse::<D, Rfc3339>(from, INSTANT).map(|at| at.0)
    }
}

/// For `#[serde(with)]` with `default` and `skip_serializing_if`: an instant that may be absent, but not null.
pub(crate) mod optional {
    use super::{DateTime, Deserializer, Serializer, Utc, required, write};

    pub(crate) fn serialize<S: Serializer>(at: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => to.collect_str(&write(at)),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        required::deserialize(from).map(Some)
    }
}

/// For `#[serde(with)]`: a required date.
pub(crate) mod date {
    use super::{DATE, Deserializer, FullDate, NaiveDate, Serializer};

    pub(crate) fn serialize<S: Serializer>(date: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&date.format("%Y-%m-%d"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
        crate::vocabulary::text::parse::<D, FullDate>(from, DATE).map(|date| date.0)
    }
}

/// For `#[serde(with)]` with `default` and `skip_serializing_if`: a date that may be absent, but not null.
pub(crate) mod optional_date {
    use super::{Deserializer, NaiveDate, Serializer, date};

    pub(crate) fn serialize<S: Serializer>(day: &Option<NaiveDate>, to: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => date::serialize(day, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
        date::deserialize(from).map(Some)
    }
}

/// The instant, with as many digits of a second as it needs: in UTC, but for those that RFC 3339 can write only
/// with an offset, because in UTC their year is none of 0 to 9999.
pub(crate) fn write(at: &DateTime<Utc>) -> impl fmt::Display {
    let furthest = match at.year() {
        ..=-1 => FixedOffset::east_opt(FURTHEST),
        0..=9999 => None,
        _ => FixedOffset::west_opt(FURTHEST),
    };
    let (seconds, z) = (chrono::SecondsFormat::AutoSi, true);
    match furthest {
        None => at.to_rfc3339_opts(seconds, z),
        Some(offset) => at.with_timezone(&offset).to_rfc3339_opts(seconds, z),
    }
}

/// Whether what [`write`] writes of an instant is read again. Rust knows more instants than RFC 3339: other years, and
/// leap seconds in any minute.
pub(crate) fn is_writable(at: &DateTime<Utc>) -> bool {
    let plain = (1..9999).contains(&at.year()) && at.nanosecond() < 1_000_000_000;
    plain || write(at).to_string().parse::<Rfc3339>().is_ok_and(|read| read.0 == *at)
}

/// The same where an instant is written in UTC alone.
pub(crate) fn is_written_in_utc(at: &DateTime<Utc>) -> bool {
    (0..=9999).contains(&at.year()) && is_writable(at)
}

/// The same for a date.
pub(crate) fn is_writable_date(date: NaiveDate) -> bool {
    (0..=9999).contains(&date.year())
}

/// The largest offset that RFC 3339 can write, 23:59, in seconds.
const FURTHEST: i32 = (24 * 60 - 1) * 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Option<DateTime<Utc>> {
        text.parse::<Rfc3339>().ok().map(|at| at.0)
    }

    #[test]
    fn any_offset_means_its_instant_and_nanoseconds_count() {
        let noon = instant("2026-01-05T12:00:00Z");
        assert!(noon.is_some());
        for same in ["2026-01-05t12:00:00z", "2026-01-05T13:30:00+01:30", "2026-01-05T12:00:00.000-00:00"] {
            assert_eq!(instant(same), noon, "{same}");
        }
        assert!(instant("2026-01-05T12:00:00.000000001Z") > noon);
        assert_eq!(instant("2026-01-05T12:00:00.0000000009Z"), noon);
    }

    #[test]
    fn whatever_is_read_can_be_written_and_read_again() {
        for text in [
            "2026-01-05T12:00:00.000000001Z",
            "2016-12-31T23:59:60.5Z",
            "0000-01-01T00:00:00Z",
            "0000-01-01T00:00:00+00:01",
            "0000-01-01T00:00:00.25+23:59",
            "9999-12-31T23:59:59.999999999Z",
            "9999-12-31T23:59:59-00:01",
            "9999-12-31T23:59:59.999999999-23:59",
        ] {
            let at = instant(text).unwrap();
            let written = write(&at).to_string();
            assert_eq!(instant(&written), Some(at), "{text} is written {written}");
        }
        assert_eq!(write(&instant("2026-01-05T13:30:00+01:30").unwrap()).to_string(), "2026-01-05T12:00:00Z");
    }

    #[test]
    fn a_leap_second_stands_where_one_can() {
        assert!(instant("2016-12-31T23:59:60Z") > instant("2016-12-31T23:59:59.999999999Z"));
        assert!(instant("2016-12-31T23:59:60.5Z") < instant("2017-01-01T00:00:00Z"));
        assert!(instant("2017-01-01T00:59:60+01:00").is_some());
        assert!(instant("2016-06-30T23:59:60.999Z").is_some());
        for never in ["2016-12-31T22:59:60Z", "2016-12-30T23:59:60Z", "2016-12-31T23:59:60+01:00"] {
            assert_eq!(instant(never), None, "{never}");
        }
    }

    #[test]
    fn what_cannot_be_read_again_is_known() {
        for text in
            ["0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999999-23:59", "2016-12-31T23:59:60Z"]
        {
            assert!(is_writable(&instant(text).unwrap()), "{text}");
        }
        let (first, last) =
            (instant("0000-01-01T00:00:00+23:59").unwrap(), instant("9999-12-31T23:59:59-23:59").unwrap());
        let noon_and_leap = instant("2026-01-05T11:59:59Z").unwrap().with_nanosecond(1_500_000_000).unwrap();
        let second = TimeDelta::seconds(1);
        for at in
            [first - second, last + second, DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, noon_and_leap]
        {
            assert!(!is_writable(&at), "{at}");
        }
        let date = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        for (year, writable) in [(-1, false), (0, true), (9999, true), (10_000, false)] {
            assert_eq!(is_writable_date(date(year)), writable, "{year}");
            let written = date(year).format("%Y-%m-%d").to_string();
            assert_eq!(written.parse::<FullDate>().is_ok(), writable, "{year}");
        }
    }

    #[test]
    fn what_rfc_3339_does_not_write_is_refused() {
        for bad in [
            "",
            "2026-01-05",
            "2026-01-05T12:00:00",
            "2026-01-05 12:00:00Z",
            "2026-01-05T12:00Z",
            "2026-1-05T12:00:00Z",
            "2026-01-05T12:00:00.Z",
            "2026-01-05T12:00:00,5Z",
            "2026-01-05T12:00:00+0100",
            "2026-01-05T12:00:00+01",
            "2026-01-05T12:00:00+24:00",
            "2026-01-05T24:00:00Z",
            "2026-02-29T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-01-05T12:00:61Z",
            "+2026-01-05T12:00:00Z",
            "2026-01-05T12:00:00Z ",
            " 2026-01-05T12:00:00Z",
            "２026-01-05T12:00:00Z",
            "12026-01-05T12:00:00Z",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_are_written_in_full() {
        assert!("2026-01-05".parse::<FullDate>().is_ok());
        for bad in ["2026-1-5", "2026-02-30", "20260105", "2026-01-05T00:00:00Z", "+2026-01-05", ""] {
            assert!(bad.parse::<FullDate>().is_err(), "{bad}");
        }
    }
}
