//! Consent events: what subjects chose and declared, as it is kept and sent.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Scope;
use crate::vocabulary::{
    Country, FormError, NotHyphenatedUuid, PolicyVersion, SubjectId,
    form::{self, Misfit},
    hyphenated, instant,
    quiet::Quiet,
    words::words,
};

/// Something that a subject chose or declared, at an instant.
///
/// Events are facts: they are added and never changed, in any order and any number of times. An id stands
/// for one event for ever. `Debug` shows the kind alone.
///
/// ```
/// use dynamoi_privacy::consent::{Event, Scope};
/// use dynamoi_privacy::vocabulary::{ProcessorId, Purpose, SubjectId};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let accepted = Event::accept(subject, "1.0.0", now);
/// let granted = Event::grant(subject, Purpose::Promotion, "1.0.0", now);
/// let refused = Event::deny(subject, Scope::from(Purpose::Promotion).processor(ProcessorId::FEATURE_FM), now);
///
/// let json = serde_json::to_string(&granted)?;
/// assert_eq!(Event::from_json(&json)?, granted);
/// assert_eq!(format!("{refused:?}"), "Event(consent_denied)");
/// # let _ = accepted;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "Wire")]
#[expect(clippy::exhaustive_structs, reason = "every event has these four")]
pub struct Event {
    /// The event's own id, unique across subjects.
    pub id: Uuid,
    /// Whose event it is.
    pub subject: SubjectId,
    /// When it happened, to the nanosecond.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// The subject accepted a version of the policy (section 8).
    PolicyAccepted {
        /// The version.
        policy_version: PolicyVersion,
        /// How it was accepted; both ways bind alike.
        manner: Manner,
    },
    /// The subject consented to a scope.
    ConsentGranted {
        /// What was consented to.
        scope: Scope,
        /// The version that was shown.
        policy_version: PolicyVersion,
        /// The instant from which the grant is worth nothing; it must be after the event.
        expires_at: Option<DateTime<Utc>>,
    },
    /// The subject refused when asked.
    ConsentDenied {
        /// What was refused.
        scope: Scope,
    },
    /// The subject took a consent back, or objected.
    ConsentWithdrawn {
        /// What was withdrawn.
        scope: Scope,
    },
    /// The subject said how old they are (section 7).
    AgeDeclared {
        /// The date, in UTC, on which the subject reaches the minimum age; `None` is of age.
        minor_until: Option<NaiveDate>,
    },
    /// The subject said where they live (section 6).
    HomeDeclared {
        /// The country.
        country: Country,
    },
    /// The subject, an account, is the person who was seen as a visitor before: the account is judged on what both chose
    /// and declared. See [`Event::link`] for what that means.
    Linked {
        /// The visitor.
        visitor: SubjectId,
    },
    /// The subject was erased: nothing else is held of them, whatever comes.
    Erased,
}

words! {
    /// How a version of the policy was accepted (section 8); both ways bind alike.
    Manner, "a manner of acceptance" {
        /// By saying so.
        Explicit = "explicit",
        /// By going on using the platform.
        ContinuedUse = "continued_use",
    }
}

words! {
    /// The type of an event on the wire.
    EventType, "a type of event" {
        /// A version was accepted.
        PolicyAccepted = "policy_accepted",
        /// A scope was consented to.
        ConsentGranted = "consent_granted",
        /// A scope was refused.
        ConsentDenied = "consent_denied",
        /// A consent was taken back.
        ConsentWithdrawn = "consent_withdrawn",
        /// An age was declared.
        AgeDeclared = "age_declared",
        /// A home was declared.
        HomeDeclared = "home_declared",
        /// An account was linked to a visitor.
        Linked = "linked",
        /// The subject was erased.
        Erased = "erased",
    }
}

impl Event {
    /// An event with a new random id.
    pub fn new(subject: SubjectId, at: DateTime<Utc>, kind: EventKind) -> Self {
        Self { id: Uuid::new_v4(), subject, at, kind }
    }

    /// The subject accepted a version explicitly.
    pub fn accept(subject: SubjectId, version: &str, at: DateTime<Utc>) -> Self {
        let kind = EventKind::PolicyAccepted { policy_version: version.into(), manner: Manner::Explicit };
        Self::new(subject, at, kind)
    }

    /// The subject accepted a version by going on using the platform.
    pub fn continue_using(subject: SubjectId, version: &str, at: DateTime<Utc>) -> Self {
        let kind = EventKind::PolicyAccepted { policy_version: version.into(), manner: Manner::ContinuedUse };
        Self::new(subject, at, kind)
    }

    /// The subject, shown a version, consented to a scope, with no end.
    pub fn grant(subject: SubjectId, scope: impl Into<Scope>, version: &str, at: DateTime<Utc>) -> Self {
        let (scope, policy_version) = (scope.into(), version.into());
        Self::new(subject, at, EventKind::ConsentGranted { scope, policy_version, expires_at: None })
    }

    /// The subject, shown a version, consented to a scope until an instant.
    pub fn grant_until(
        subject: SubjectId,
        scope: impl Into<Scope>,
        version: &str,
        at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Self {
        let (scope, policy_version) = (scope.into(), version.into());
        let expires_at = Some(expires_at);
        Self::new(subject, at, EventKind::ConsentGranted { scope, policy_version, expires_at })
    }

    /// The subject refused a scope.
    pub fn deny(subject: SubjectId, scope: impl Into<Scope>, at: DateTime<Utc>) -> Self {
        Self::new(subject, at, EventKind::ConsentDenied { scope: scope.into() })
    }

    /// The subject took back a consent, or objected to what needs none.
    pub fn withdraw(subject: SubjectId, scope: impl Into<Scope>, at: DateTime<Utc>) -> Self {
        Self::new(subject, at, EventKind::ConsentWithdrawn { scope: scope.into() })
    }

    /// The subject is of age.
    pub fn of_age(subject: SubjectId, at: DateTime<Utc>) -> Self {
        Self::new(subject, at, EventKind::AgeDeclared { minor_until: None })
    }

    /// The subject reaches the minimum age on a date.
    pub fn minor_until(subject: SubjectId, date: NaiveDate, at: DateTime<Utc>) -> Self {
        Self::new(subject, at, EventKind::AgeDeclared { minor_until: Some(date) })
    }

    /// The subject lives in a country.
    pub fn home(subject: SubjectId, country: Country, at: DateTime<Utc>) -> Self {
        Self::new(subject, at, EventKind::HomeDeclared { country })
    }

    /// The subject, an account, is the person who was seen as a visitor before.
    ///
    /// Since an event is a fact, it does not matter when it arrives or what its instant is: once it is known, the
    /// account is judged on what both chose and declared, before and after.
    ///
    /// - **Choices**: for each scope the more restrictive of the two standing choices counts, also when the other is
    ///   later. A refusal of the visitor's is lifted by a later grant of the visitor's and not by one of the account's;
    ///   a host that asks again after the sign-in records the answer for both.
    /// - **Age**: a minor on either side is a minor, until the later of two dates (section 7).
    /// - **Acceptances** unite (section 8).
    /// - **Home**: the account's own goes before the visitor's, also when it contradicts itself (section 6).
    /// - **Erasure** of either erases both, for ever, at the earlier of two instants.
    ///
    /// The visitor is judged on its own events as before, and one without any stays unknown: a refusal of the account's
    /// says nothing about what is held under the visitor's id, unless it is recorded for the visitor too. Only erasure
    /// goes both ways.
    ///
    /// An account can have several visitors, a visitor can be an account with visitors of its own, and links can lead
    /// round in a circle: an account is judged on everybody whom links lead to, with the homes of the nearer before
    /// those of the farther, and all who are linked in whichever direction are erased together. So the device of a
    /// family or of a shop is no visitor to link: its users would be one person. A link cannot be taken back, and one of
    /// a subject to itself says nothing.
    ///
    /// ```
    /// use dynamoi_privacy::gate::{Action, Flow, Gate, Request};
    /// use dynamoi_privacy::vocabulary::{DataCategory, Purpose, SubjectId};
    /// use dynamoi_privacy::{Event, History};
    ///
    /// let [account, visitor] = [SubjectId::random(), SubjectId::random()];
    /// let (monday, tuesday) = ("2026-01-05T09:00:00Z".parse()?, "2026-01-06T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// let promotion = Flow::new(DataCategory::Streaming, Purpose::Promotion, Action::Use);
    /// let request = Request::new(account, promotion, tuesday);
    ///
    /// // Somebody unknown refuses on Monday. On Tuesday they sign up, accept and consent.
    /// gate.record(Event::deny(visitor, Purpose::Promotion, monday))?;
    /// gate.record(Event::accept(account, "1.0.0", tuesday))?;
    /// gate.record(Event::grant(account, Purpose::Promotion, "1.0.0", tuesday))?;
    /// assert!(gate.decide(&request)?.is_permitted());
    ///
    /// // The browser is known to be theirs: what they refused in it counts.
    /// gate.record(Event::link(account, visitor, tuesday))?;
    /// assert_eq!(gate.decide(&request)?.reasons().to_string(), "consent_denied");
    ///
    /// // Asked again, they agree, and that is recorded for both.
    /// gate.record(Event::grant(visitor, Purpose::Promotion, "1.0.0", tuesday))?;
    /// assert!(gate.decide(&request)?.is_permitted());
    ///
    /// // Erased as one, erased as both.
    /// gate.record(Event::erase(account, tuesday))?;
    /// assert!(gate.record_of(visitor).is_some_and(|record| record.is_erased()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn link(subject: SubjectId, visitor: SubjectId, at: DateTime<Utc>) -> Self {
        Self::new(subject, at, EventKind::Linked { visitor })
    }

    /// The subject is erased, for ever.
    pub fn erase(subject: SubjectId, at: DateTime<Utc>) -> Self {
        Self::new(subject, at, EventKind::Erased)
    }

    /// Reads an event from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }

    /// The type of the event.
    pub fn event_type(&self) -> EventType {
        match self.kind {
            EventKind::PolicyAccepted { .. } => EventType::PolicyAccepted,
            EventKind::ConsentGranted { .. } => EventType::ConsentGranted,
            EventKind::ConsentDenied { .. } => EventType::ConsentDenied,
            EventKind::ConsentWithdrawn { .. } => EventType::ConsentWithdrawn,
            EventKind::AgeDeclared { .. } => EventType::AgeDeclared,
            EventKind::HomeDeclared { .. } => EventType::HomeDeclared,
            EventKind::Linked { .. } => EventType::Linked,
            EventKind::Erased => EventType::Erased,
        }
    }

    /// Whether it is a grant that expires before or when it is given.
    pub(crate) fn expires_before_granted(&self) -> bool {
        matches!(self.kind, EventKind::ConsentGranted { expires_at: Some(until), .. } if until <= self.at)
    }

    /// Whether JSON can say all of it, so that what is written is read again.
    pub(crate) fn is_writable(&self) -> bool {
        instant::is_writable(&self.at)
            && match &self.kind {
                EventKind::ConsentGranted { expires_at: Some(until), .. } => instant::is_writable(until),
                EventKind::AgeDeclared { minor_until: Some(date) } => instant::is_writable_date(*date),
                _ => true,
            }
    }

    /// The version that the event names, if its type names one.
    pub(crate) fn policy_version(&self) -> Option<&PolicyVersion> {
        match &self.kind {
            EventKind::PolicyAccepted { policy_version, .. }
            | EventKind::ConsentGranted { policy_version, .. } => Some(policy_version),
            _ => None,
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({})", self.event_type())
    }
}

impl fmt::Debug for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventKind")
    }
}

/// An event as JSON has it: the fields of every type side by side, so that errors keep their place.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Wire {
    id: WireId,
    subject: SubjectId,
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
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
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
