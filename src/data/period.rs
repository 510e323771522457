//! The days that a report is about.

use chrono::{Datelike, NaiveDate};

use super::{InvalidData, invalid::Found, json};
use crate::vocabulary::quiet::Quiet;

/// The days that a report is about, first and last included.
///
/// In JSON `{"first":"2026-01-01","last":"2026-01-31"}`, dates of RFC 3339. Whose days they are (UTC, or the time
/// zone of an ad account) the systems do not say in the same way, so it is not kept.
///
/// ```
/// use dynamoi_privacy::data::Period;
/// let january: Period = serde_json::from_str(r#"{"first":"2026-01-01","last":"2026-01-31"}"#)?;
/// assert_eq!(january.first().to_string(), "2026-01-01");
/// assert!(Period::new(january.last(), january.first()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, schemars::JsonSchema)]
#[schemars(deny_unknown_fields, transform = json::tidy)]
pub struct Period {
    /// The first day.
    #[schemars(with = "String", extend("format" = "date"))]
    first: NaiveDate,
    /// The last day, not before the first.
    #[schemars(with = "String", extend("format" = "date"))]
    last: NaiveDate,
}

impl Period {
    /// The period from one day to another, both included.
    ///
    /// # Errors
    /// When it ends before it starts, or leaves the years 0 to 9999, which RFC 3339 can write.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, InvalidData> {
        let refused = |found| Err(InvalidData::new(found, "two dates in order, of the years 0 to 9999"));
        if last < first {
            return refused(Found::Backwards);
        }
        if first.year() < 0 || last.year() > 9999 {
            return refused(Found::OutOfRange);
        }
        Ok(Self { first, last })
    }

    /// A single day.
    ///
    /// # Errors
    /// Outside the years 0 to 9999.
    pub fn day(day: NaiveDate) -> Result<Self, InvalidData> {
        Self::new(day, day)
    }

    /// The first day.
    pub const fn first(&self) -> NaiveDate {
        self.first
    }

    /// The last day.
    pub const fn last(&self) -> NaiveDate {
        self.last
    }
}

/// The fields as JSON has them.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `first` and `last`")]
struct Fields {
    first: Day,
    last: Day,
}

/// A date of RFC 3339.
struct Day(NaiveDate);

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::vocabulary::text::parse::<D, crate::vocabulary::instant::FullDate>(from, "a date of RFC 3339")
            .map(|date| Self(date.0))
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Fields { first: Day(self.first), last: Day(self.last) }.serialize(to)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(Quiet(from))?;
        Self::new(fields.first.0, fields.last.0).map_err(serde::de::Error::custom)
    }
}

json::opaque!(Period);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_periods_in_order_that_can_be_written_are_taken() {
        let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert!(Period::day(date(2026, 1, 5)).is_ok());
        assert!(Period::new(date(0, 1, 1), date(9999, 12, 31)).is_ok());
        assert!(Period::new(date(2026, 1, 5), date(2026, 1, 4)).is_err());
        assert!(Period::day(date(-1, 1, 1)).is_err());
        assert!(Period::day(date(10_000, 1, 1)).is_err());
    }

    #[test]
    fn json_has_dates_of_rfc_3339() {
        let read = |json: &str| serde_json::from_str::<Period>(json);
        let json = r#"{"first":"0000-01-01","last":"2026-01-31"}"#;
        assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        for bad in [
            r#"{"first":"2026-01-01"}"#,
            r#"{"first":"2026-01-02","last":"2026-01-01"}"#,
            r#"{"first":"20260101","last":"2026-01-01"}"#,
            r#"{"first":"2026-01-01T00:00:00Z","last":"2026-01-01"}"#,
            r#"{"first":20260101,"last":"2026-01-01"}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
