//! The days that a report is about.

use chrono::{Datelike, NaiveDate};

use super::{InvalidData, invalid::Found, json};

/// The days that a report is about, first and last included.
///
/// In JSON `{"from":"2026-01-01","to":"2026-01-31"}`, dates of RFC 3339. Whose days they are (UTC, or the time
/// zone of an ad account) the systems do not say in the same way, so it is not kept.
///
/// ```
/// use dynamoi_privacy::data::Period;
/// let january: Period = serde_json::from_str(r#"{"from":"2026-01-01","to":"2026-01-31"}"#)?;
/// assert_eq!(january.from().to_string(), "2026-01-01");
/// assert!(Period::new(january.to(), january.from()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    #[schemars(with = "String", extend("format" = "date"))]
    from: NaiveDate,
    /// The last day, not before the first.
    #[schemars(with = "String", extend("format" = "date"))]
    to: NaiveDate,
}

impl Period {
    /// The period from one day to another, both included.
    ///
    /// # Errors
    /// When it ends before it starts, or leaves the years 0 to 9999, which RFC 3339 can write.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, InvalidData> {
        let refused = |found| Err(InvalidData::new(found, "two dates in order, of the years 0 to 9999"));
        if to < from {
            return refused(Found::Backwards);
        }
        if from.year() < 0 || to.year() > 9999 {
            return refused(Found::OutOfRange);
        }
        Ok(Self { from, to })
    }

    /// A single day.
    ///
    /// # Errors
    /// Outside the years 0 to 9999.
    pub fn day(day: NaiveDate) -> Result<Self, InvalidData> {
        Self::new(day, day)
    }

    /// The first day.
    pub const fn from(&self) -> NaiveDate {
        self.from
    }

    /// The last day.
    pub const fn to(&self) -> NaiveDate {
        self.to
    }
}

/// The fields as JSON has them.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    from: Day,
    to: Day,
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
        Fields { from: Day(self.from), to: Day(self.to) }.serialize(to)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(json::Quiet::record(from))?;
        Self::new(fields.from.0, fields.to.0).map_err(serde::de::Error::custom)
    }
}

json::opaque!(Period);
