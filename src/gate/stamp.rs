//! Stamps: instants in a word, in the order of time, leap seconds included.

use chrono::{DateTime, Utc};

/// An instant from 1970 to 2242 as a word: seconds in the upper bits, nanoseconds in the lower 31, which
/// hold those of a leap second too. Two stamps compare as their instants do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp(u64);

const NANO_BITS: u32 = 31;
/// Seconds begin at 1, so that a stamp before all others is left for the instants before 1970.
const BEGIN: i64 = 1;

impl Stamp {
    /// After every instant that has a stamp: an end that never comes.
    pub(super) const NEVER: Self = Self(u64::MAX);

    /// The stamp of an instant; `None` outside 1970 to 2242.
    pub(super) fn exact(at: DateTime<Utc>) -> Option<Self> {
        let stamp = Self::clamped(at);
        (stamp.0 != 0 && stamp != Self::NEVER).then_some(stamp)
    }

    /// The stamp of an instant to compare exact ones with: one before or after all of them where there is none.
    #[inline]
    pub(super) fn clamped(at: DateTime<Utc>) -> Self {
        let seconds = at.timestamp() + BEGIN;
        if seconds < BEGIN {
            Self(0)
        } else if seconds >> (63 - NANO_BITS) != 0 {
            Self::NEVER
        } else {
            Self((seconds as u64) << NANO_BITS | u64::from(at.timestamp_subsec_nanos()))
        }
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
        let seconds = (self.0 >> NANO_BITS) as i64 - BEGIN;
        let nanos = (self.0 & ((1 << NANO_BITS) - 1)) as u32;
        DateTime::from_timestamp(seconds, nanos).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instant() -> impl Strategy<Value = DateTime<Utc>> {
        (-5_000_000_000i64..300_000_000_000, 0u32..2_000_000_000).prop_filter_map("no leap second", |(s, n)| {
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
            ("2242-03-16T12:56:30Z", true),
            ("2242-03-16T12:56:31Z", false),
            ("9999-12-31T23:59:59Z", false),
        ] {
            assert_eq!(Stamp::exact(at.parse().unwrap()).is_some(), exact, "{at}");
        }
        assert_eq!(Stamp::exact(DateTime::<Utc>::MIN_UTC), None);
        assert_eq!(Stamp::exact(DateTime::<Utc>::MAX_UTC), None);
    }
}
