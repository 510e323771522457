//! Stamps: instants in a word, in the order of time, leap seconds included.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};

/// An instant from 1970 to 2097 as a word: the year in 7 bits, its day in 9, the day's second in 17, and
/// nanoseconds in 31, which hold those of a leap second too. Two stamps compare as their instants do, and one
/// is made of chrono's own fields in a few shifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp(u64);

/// When a grant ends, in the form in which it was found: most permits are never asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    Never,
    Stamp(Stamp),
    Instant(DateTime<Utc>),
}

impl Until {
    pub(super) fn instant(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Never => None,
            Self::Stamp(stamp) => Some(stamp.instant()),
            Self::Instant(at) => Some(at),
        }
    }
}

impl From<Option<DateTime<Utc>>> for Until {
    fn from(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::Never, Self::Instant)
    }
}

impl From<Option<Stamp>> for Until {
    #[inline]
    fn from(stamp: Option<Stamp>) -> Self {
        stamp.map_or(Self::Never, Self::Stamp)
    }
}

const YEARS: std::ops::Range<i32> = 1970..2098;
const DAY: u32 = 17 + 31;
const SECOND: u32 = 31;
const YEAR: u32 = 9 + DAY;

impl Stamp {
    /// The stamp of an instant; `None` outside 1970 to 2097.
    pub(super) fn exact(at: DateTime<Utc>) -> Option<Self> {
        YEARS.contains(&at.year()).then(|| Self::clamped(at))
    }

    /// The stamp of an instant to compare exact ones with: one before or after all of them where there is none.
    #[inline(always)]
    pub(super) fn clamped(at: DateTime<Utc>) -> Self {
        // Without this chrono adds the offset of UTC for each field.
        let at = at.naive_utc();
        let year = at.year() - YEARS.start;
        if year < 0 {
            // Days begin at 1, so no instant's stamp is as small.
            return Self(0);
        }
        if year >= YEARS.end - YEARS.start {
            return Self(u64::MAX);
        }
        // A time knows its second; a date with a time would count it from the hours.
        let time = at.time();
        let second = u64::from(time.num_seconds_from_midnight()) << SECOND | u64::from(time.nanosecond());
        Self((year as u64) << YEAR | u64::from(at.ordinal()) << DAY | second)
    }

    #[inline]
    pub(super) fn word(self) -> u64 {
        self.0
    }

    #[inline]
    pub(super) fn from_word(word: u64) -> Self {
        Self(word)
    }

    /// The instant of an exact stamp; one before all others for what is none, which expires a grant.
    pub(super) fn instant(self) -> DateTime<Utc> {
        let field = |from: u32, bits: u32| (self.0 >> from & ((1 << bits) - 1)) as u32;
        let date = NaiveDate::from_yo_opt(field(YEAR, 7) as i32 + YEARS.start, field(DAY, 9));
        let time = NaiveTime::from_num_seconds_from_midnight_opt(field(SECOND, 17), field(0, 31));
        let instant = date.zip(time).map(|(date, time)| date.and_time(time).and_utc());
        instant.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instant() -> impl Strategy<Value = DateTime<Utc>> {
        (-1_000_000_000i64..5_000_000_000, 0u32..2_000_000_000).prop_filter_map("no leap second", |(s, n)| {
            let s = if n >= 1_000_000_000 { s - s.rem_euclid(60) + 59 } else { s };
            DateTime::from_timestamp(s, n)
        })
    }

    proptest! {
        #[test]
        fn stamps_are_in_the_order_of_their_instants(a in instant(), b in instant()) {
            if let Some(stamp) = Stamp::exact(a) {
                prop_assert_eq!(stamp.instant(), a);
                prop_assert_eq!(stamp.cmp(&Stamp::clamped(b)), a.cmp(&b));
            }
        }
    }

    #[test]
    fn the_ends_have_no_stamp() {
        for (at, exact) in [
            ("1969-12-31T23:59:59.999999999Z", false),
            ("1970-01-01T00:00:00Z", true),
            ("2016-12-31T23:59:60.999999999Z", true),
            ("2097-12-31T23:59:60.999999999Z", true),
            ("2098-01-01T00:00:00Z", false),
            ("9999-12-31T23:59:59Z", false),
        ] {
            assert_eq!(Stamp::exact(at.parse().unwrap()).is_some(), exact, "{at}");
        }
        assert_eq!(Stamp::exact(DateTime::<Utc>::MIN_UTC), None);
        assert_eq!(Stamp::exact(DateTime::<Utc>::MAX_UTC), None);
    }
}
