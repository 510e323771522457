//! Events in JSON: as the wire has them, and as a store does, which keeps id and subject apart.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};
use uuid::Uuid;

use super::{Event, EventKind, EventType, Manner, Scope};
use crate::vocabulary::{
    Country, NotHyphenatedUuid, PolicyVersion, SubjectId, form::Misfit, hyphenated, instant, quiet::Quiet,
};

/// Declares an event as JSON has it: the fields of every type side by side, so that errors keep their place.
macro_rules! wire {
    ($(#[$about:meta])* $vis:vis struct $name:ident { $($key:ident: $type:ty,)* }) => {
        $(#[$about])*
        $vis struct $name {
            $($key: $type,)*
            #[serde(with = "instant::required")]
            at: DateTime<Utc>,
            #[serde(rename = "type")]
            event_type: EventType,
            #[serde(skip_serializing_if = "Option::is_none")]
            scope: Option<Scope>,
            #[serde(skip_serializing_if = "Option::is_none")]
            policy_version: Option<PolicyVersion>,
            #[serde(skip_serializing_if = "Option::is_none")]
            manner: Option<Manner>,
            #[serde(default, with = "instant::optional", skip_serializing_if = "Option::is_none")]
            expires_at: Option<DateTime<Utc>>,
            #[serde(default, with = "instant::optional_date", skip_serializing_if = "Option::is_none")]
            minor_until: Option<NaiveDate>,
            #[serde(skip_serializing_if = "Option::is_none")]
            country: Option<Country>,
            #[serde(skip_serializing_if = "Option::is_none")]
            visitor: Option<SubjectId>,
        }
    };
}

wire! {
    /// An event of the wire.
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields, expecting = "an object")]
    pub(super) struct Wire { id: WireId, subject: SubjectId, }
}

wire! {
    /// What a store keeps beside id and subject.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, expecting = "an object")]
    struct Body {}
}

impl Event {
    /// The event that a store keeps: the body is what [`StoredBody`] writes, read as strictly as the wire.
    pub(crate) fn from_stored(id: Uuid, subject: SubjectId, body: &str) -> Result<Self, serde_json::Error> {
        let mut from = serde_json::Deserializer::from_str(body);
        let Body { at, event_type, scope, policy_version, manner, expires_at, minor_until, country, visitor } =
            Body::deserialize(Quiet(&mut from))?;
        from.end()?;
        let wire = Wire {
            id: WireId(id),
            subject,
            at,
            event_type,
            scope,
            policy_version,
            manner,
            expires_at,
            minor_until,
            country,
            visitor,
        };
        wire.try_into().map_err(serde::de::Error::custom)
    }
}

/// The body of an event in a store: its JSON without id and subject, with the names of its fields in alphabetical order
/// at every depth, so that it has one form: digests are taken of it.
pub(crate) struct StoredBody<'a>(pub(crate) &'a Event);

impl Serialize for StoredBody<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Event { at, kind, .. } = self.0;
        let (mut scope, mut policy_version, mut manner, mut expires_at) = (None, None, None, None);
        let (mut minor_until, mut country, mut visitor) = (None, None, None);
        match kind {
            EventKind::PolicyAccepted { policy_version: version, manner: how } => {
                (policy_version, manner) = (Some(version), Some(how));
            }
            EventKind::ConsentGranted { scope: of, policy_version: version, expires_at: until } => {
                (scope, policy_version, expires_at) = (Some(SortedScope(of)), Some(version), until.as_ref());
            }
            EventKind::ConsentDenied { scope: of } | EventKind::ConsentWithdrawn { scope: of } => {
                scope = Some(SortedScope(of));
            }
            EventKind::AgeDeclared { minor_until: date } => minor_until = date.as_ref(),
            EventKind::HomeDeclared { country: home } => country = Some(home),
            EventKind::Linked { visitor: other } => visitor = Some(other),
            EventKind::Erased => {}
        }
        let mut body = to.serialize_struct("Body", 9)?;
        body.serialize_field("at", &Written(at))?;
        field(&mut body, "country", country)?;
        field(&mut body, "expires_at", expires_at.map(Written).as_ref())?;
        field(&mut body, "manner", manner)?;
        field(&mut body, "minor_until", minor_until.map(WrittenDate).as_ref())?;
        field(&mut body, "policy_version", policy_version)?;
        field(&mut body, "scope", scope.as_ref())?;
        body.serialize_field("type", &self.0.event_type())?;
        field(&mut body, "visitor", visitor)?;
        body.end()
    }
}

fn field<S: SerializeStruct>(
    to: &mut S,
    name: &'static str,
    value: Option<&impl Serialize>,
) -> Result<(), S::Error> {
    value.map_or(Ok(()), |value| to.serialize_field(name, value))
}

struct SortedScope<'a>(&'a Scope);

impl Serialize for SortedScope<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (purpose, category, processor) = self.0.parts();
        let mut scope = to.serialize_struct("Scope", 3)?;
        field(&mut scope, "category", category.as_ref())?;
        field(&mut scope, "processor", processor)?;
        scope.serialize_field("purpose", &purpose)?;
        scope.end()
    }
}

struct Written<'a>(&'a DateTime<Utc>);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        instant::required::serialize(self.0, to)
    }
}

struct WrittenDate<'a>(&'a NaiveDate);

impl Serialize for WrittenDate<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        instant::date::serialize(self.0, to)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Wire::deserialize(Quiet(from))?.try_into().map_err(serde::de::Error::custom)
    }
}

/// The id of an event: a hyphenated UUID and no other way to write one.
struct WireId(Uuid);

impl std::str::FromStr for WireId {
    type Err = NotHyphenatedUuid;

    fn from_str(text: &str) -> Result<Self, NotHyphenatedUuid> {
        hyphenated(text).map(Self)
    }
}

impl Serialize for WireId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0.as_hyphenated())
    }
}

impl<'de> Deserialize<'de> for WireId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::vocabulary::text::parse(from, "a hyphenated UUID")
    }
}

impl TryFrom<Wire> for Event {
    type Error = Misfit;

    fn try_from(wire: Wire) -> Result<Self, Misfit> {
        let event_type = wire.event_type;
        let of = event_type.as_str();
        let missing = |field| Misfit::Missing { field, of };
        let Wire { id, subject, at, mut scope, mut policy_version, mut manner, .. } = wire;
        let Wire { mut expires_at, mut minor_until, mut country, mut visitor, .. } = wire;
        let kind = match event_type {
            EventType::PolicyAccepted => EventKind::PolicyAccepted {
                policy_version: policy_version.take().ok_or_else(|| missing("policy_version"))?,
                manner: manner.take().ok_or_else(|| missing("manner"))?,
            },
            EventType::ConsentGranted => EventKind::ConsentGranted {
                scope: scope.take().ok_or_else(|| missing("scope"))?,
                policy_version: policy_version.take().ok_or_else(|| missing("policy_version"))?,
                expires_at: expires_at.take(),
            },
            EventType::ConsentDenied => {
                EventKind::ConsentDenied { scope: scope.take().ok_or_else(|| missing("scope"))? }
            }
            EventType::ConsentWithdrawn => {
                EventKind::ConsentWithdrawn { scope: scope.take().ok_or_else(|| missing("scope"))? }
            }
            EventType::AgeDeclared => EventKind::AgeDeclared { minor_until: minor_until.take() },
            EventType::HomeDeclared => {
                EventKind::HomeDeclared { country: country.take().ok_or_else(|| missing("country"))? }
            }
            EventType::Linked => {
                EventKind::Linked { visitor: visitor.take().ok_or_else(|| missing("visitor"))? }
            }
            EventType::Erased => EventKind::Erased,
        };
        // What is left belongs to another type.
        Misfit::stray(
            of,
            &[
                ("scope", scope.is_some()),
                ("policy_version", policy_version.is_some()),
                ("manner", manner.is_some()),
                ("expires_at", expires_at.is_some()),
                ("minor_until", minor_until.is_some()),
                ("country", country.is_some()),
                ("visitor", visitor.is_some()),
            ],
        )?;
        Ok(Self { id: id.0, subject, at, kind })
    }
}

impl From<Event> for Wire {
    fn from(event: Event) -> Self {
        let event_type = event.event_type();
        let mut wire = Self {
            id: WireId(event.id),
            subject: event.subject,
            at: event.at,
            event_type,
            scope: None,
            policy_version: None,
            manner: None,
            expires_at: None,
            minor_until: None,
            country: None,
            visitor: None,
        };
        match event.kind {
            EventKind::PolicyAccepted { policy_version, manner } => {
                (wire.policy_version, wire.manner) = (Some(policy_version), Some(manner));
            }
            EventKind::ConsentGranted { scope, policy_version, expires_at } => {
                (wire.scope, wire.policy_version) = (Some(scope), Some(policy_version));
                wire.expires_at = expires_at;
            }
            EventKind::ConsentDenied { scope } | EventKind::ConsentWithdrawn { scope } => {
                wire.scope = Some(scope);
            }
            EventKind::AgeDeclared { minor_until } => wire.minor_until = minor_until,
            EventKind::HomeDeclared { country } => wire.country = Some(country),
            EventKind::Linked { visitor } => wire.visitor = Some(visitor),
            EventKind::Erased => {}
        }
        wire
    }
}
