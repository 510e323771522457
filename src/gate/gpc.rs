//! `/.well-known/gpc.json`: what a site says of Global Privacy Control, written for our own and read of another.
//!
//! The W3C's draft calls it the GPC support resource (<https://w3c.github.io/gpc/>, section "GPC Support Resource")
//! \[P\]. It is a statement to people and crawlers and says nothing of the person who reads it; no check of the gate
//! looks at it. What a browser signals with a request is in [`Signals`](super::Signals).

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{
    Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::vocabulary::instant::{self, FullDate, Rfc3339};

/// What a site says of Global Privacy Control: the document at [`Self::PATH`].
///
/// Our own, to be served to everybody. The day is that of the statement, so it is a constant of the host's; nothing
/// here reads a clock.
///
/// ```
/// use dynamoi_privacy::gate::GpcSupport;
/// let ours = GpcSupport { abides: true, last_update: Some("2026-11-25".parse()?) };
/// assert_eq!((GpcSupport::PATH, GpcSupport::MEDIA_TYPE), ("/.well-known/gpc.json", "application/json"));
/// assert_eq!(ours.to_json(), r#"{"gpc":true,"lastUpdate":"2026-11-25"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Another site's:
///
/// ```
/// use dynamoi_privacy::gate::{GpcSupport, GpcUnknown};
/// let body = br#"{"gpc": true, "lastUpdate": "1997-03-10", "version": 1}"#;
/// let theirs = GpcSupport::read("application/json", body)?;
/// assert!(theirs.abides);
/// assert_eq!(theirs.last_update.map(|at| at.date().to_string()).as_deref(), Some("1997-03-10"));
///
/// assert_eq!(GpcSupport::read("application/json", br#"{"gpc": "true"}"#), Err(GpcUnknown::NoStatement));
/// # Ok::<(), GpcUnknown>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the members that the specification gives a meaning")]
pub struct GpcSupport {
    /// The member `gpc`: whether the site intends to abide by GPC requests, at least where the law obliges it to.
    pub abides: bool,
    /// The member `lastUpdate`: when the statement was made; `None` when that is unknown.
    pub last_update: Option<GpcUpdate>,
}

impl GpcSupport {
    /// Where the document is, from the root of the site.
    pub const PATH: &str = "/.well-known/gpc.json";

    /// The media type that it is served under; under another one a site's support is unknown.
    pub const MEDIA_TYPE: &str = "application/json";

    /// The document.
    pub fn to_json(&self) -> String {
        match self.last_update {
            Some(at) => format!(r#"{{"gpc":{},"lastUpdate":"{at}"}}"#, self.abides),
            None => format!(r#"{{"gpc":{}}}"#, self.abides),
        }
    }

    /// Reads the document of a site. `content_type` is the value of the answer's `Content-Type`, empty where there
    /// was none; the answer is the last of the redirects, if there were any, and a successful one.
    ///
    /// Members other than the two are ignored, whatever they hold. A `lastUpdate` that RFC 3339 does not write, or
    /// that stands there twice, makes the time of the statement unknown and not the statement.
    ///
    /// # Errors
    /// The site's support is unknown, and why: an answer of another media type, a document that is no JSON object, or
    /// one without a single `gpc` that is true or false. Unknown is the default of every site; it is no refusal.
    pub fn read(content_type: impl AsRef<[u8]>, body: &[u8]) -> Result<Self, GpcUnknown> {
        // Parameters of the media type have no meaning here (RFC 8259 section 11).
        let media_type = content_type.as_ref().split(|byte| *byte == b';').next().unwrap_or_default();
        if !media_type.trim_ascii().eq_ignore_ascii_case(Self::MEDIA_TYPE.as_bytes()) {
            return Err(GpcUnknown::MediaType);
        }
        let members = members(body).ok_or(GpcUnknown::NotAnObject)?;
        let abides = match members.gpc {
            Member::Once("true") => true,
            Member::Once("false") => false,
            _ => return Err(GpcUnknown::NoStatement),
        };
        let last_update = match members.last_update {
            Member::Once(json) => serde_json::from_str::<String>(json).ok().and_then(|at| at.parse().ok()),
            Member::Absent | Member::Repeated => None,
        };
        Ok(Self { abides, last_update })
    }
}

/// Why a site's support of Global Privacy Control is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GpcUnknown {
    /// The answer is not of the media type `application/json`.
    #[error("found another media type, expected {}", GpcSupport::MEDIA_TYPE)]
    MediaType,
    /// The document is no JSON object.
    #[error("found no JSON object, expected one")]
    NotAnObject,
    /// There is no member `gpc`, or more than one, or it is neither true nor false.
    #[error("at `gpc`: found no single boolean, expected one")]
    NoStatement,
}

/// When a statement of support was made: a day, or an instant.
///
/// Made from text as RFC 3339 writes it, a full-date or a date-time with any offset, and written so again; an instant
/// in UTC. The years are 0 to 9999, in UTC too.
///
/// ```
/// use dynamoi_privacy::gate::GpcUpdate;
/// let day: GpcUpdate = "2026-11-25".parse()?;
/// assert_eq!((day.date().to_string(), day.instant()), ("2026-11-25".to_owned(), None));
/// let instant: GpcUpdate = "2026-11-25T01:30:00+02:00".parse()?;
/// assert_eq!(instant.date().to_string(), "2026-11-24");
/// assert_eq!(instant.to_string(), "2026-11-24T23:30:00Z");
/// assert!("25.11.2026".parse::<GpcUpdate>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GpcUpdate(At);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum At {
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

impl GpcUpdate {
    /// The day; of an instant its day in UTC.
    pub fn date(&self) -> NaiveDate {
        match self.0 {
            At::Day(day) => day,
            At::Instant(at) => at.date_naive(),
        }
    }

    /// The instant, where more than the day is known.
    pub fn instant(&self) -> Option<DateTime<Utc>> {
        match self.0 {
            At::Day(_) => None,
            At::Instant(at) => Some(at),
        }
    }
}

/// Text that is neither a date nor an instant of RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "found a text of {characters} characters, expected a date or an instant of RFC 3339, such as 2026-11-25"
)]
pub struct NotAGpcUpdate {
    characters: usize,
}

impl FromStr for GpcUpdate {
    type Err = NotAGpcUpdate;

    fn from_str(text: &str) -> Result<Self, NotAGpcUpdate> {
        let day = || text.parse().ok().map(|FullDate(day)| At::Day(day));
        let instant = || text.parse().ok().map(|Rfc3339(at)| At::Instant(at));
        // An offset can move an instant out of the years that RFC 3339 writes.
        let update = day().or_else(instant).map(Self).filter(|at| (0..=9999).contains(&at.date().year()));
        update.ok_or_else(|| NotAGpcUpdate { characters: text.chars().count() })
    }
}

impl fmt::Display for GpcUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            At::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            At::Instant(at) => write!(f, "{}", instant::write(at)),
        }
    }
}

/// The two members as they stand in the document.
#[derive(Default)]
struct Members<'a> {
    gpc: Member<'a>,
    last_update: Member<'a>,
}

/// A member's JSON. One that stands there twice means two things, so it means neither.
#[derive(Default)]
enum Member<'a> {
    #[default]
    Absent,
    Once(&'a str),
    Repeated,
}

impl<'a> Member<'a> {
    fn found(&mut self, json: &'a RawValue) {
        *self = if let Self::Absent = self { Self::Once(json.get()) } else { Self::Repeated };
    }
}

/// The members of a JSON object; `None` for anything else. What is ignored has to be JSON and no more, so it is not
/// made into values: a number may be larger than any type holds.
fn members(body: &[u8]) -> Option<Members<'_>> {
    let mut from = serde_json::Deserializer::from_str(std::str::from_utf8(body).ok()?);
    let members = from.deserialize_map(Object).ok()?;
    from.end().ok()?;
    Some(members)
}

/// Derived code would read an array too.
struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Members<'de>, A::Error> {
        let mut members = Members::default();
        while let Some(name) = fields.next_key::<String>()? {
            match name.as_str() {
                "gpc" => members.gpc.found(fields.next_value()?),
                "lastUpdate" => members.last_update.found(fields.next_value()?),
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(members)
    }
}
