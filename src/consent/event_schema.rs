//! The JSON Schema of an event: the types of events one by one, each with its own fields and no other's.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{Event, Manner, Scope};
use crate::vocabulary::{Country, SubjectId, uuid_form::UuidForm};

/// Something that a subject chose or declared, at an instant; `type` says what.
///
/// Events are facts: they are added and never changed, and neither the order of their arrival nor repetition changes what
/// they come to. An id stands for one event for ever: the same event may come again, another event with its id is refused
/// (`conflicting_event`).
// It is never made: the reader is `event.rs`, and a test compares the two.
#[derive(JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
enum Form {
    /// The subject accepted a version of the policy (section 8).
    PolicyAccepted {
        /// The event's own id, unique across subjects.
        #[schemars(with = "UuidForm")]
        id: (),
        /// Whose event it is.
        subject: SubjectId,
        /// When the person did it. Among events about the same the latest counts, in whatever order they arrive.
        at: DateTime<Utc>,
        /// The name of the version that was accepted. One that the history lacks is refused when the event is
        /// recorded (`unknown_policy_version`).
        #[schemars(with = "String")]
        policy_version: (),
        /// How it was accepted; both ways bind alike.
        manner: Manner,
    },
    /// The subject consented to a scope. It is the choice for this scope until a later one.
    ConsentGranted {
        /// The event's own id, unique across subjects.
        #[schemars(with = "UuidForm")]
        id: (),
        /// Whose event it is.
        subject: SubjectId,
        /// When the person did it. Among events about the same the latest counts, in whatever order they arrive.
        at: DateTime<Utc>,
        /// What was consented to.
        scope: Scope,
        /// The name of the version that was shown. One that the history lacks is refused when the event is recorded
        /// (`unknown_policy_version`).
        #[schemars(with = "String")]
        policy_version: (),
        /// The instant from which the grant is worth nothing; absent: it has no end. It is after `at`, or the event is
        /// refused when it is recorded (`expires_before_granted`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "DateTime<Utc>")]
        expires_at: Option<DateTime<Utc>>,
    },
    /// The subject refused a scope when asked. A refusal stands, however many grants cover the same, until the subject
    /// grants this scope later.
    ConsentDenied {
        /// The event's own id, unique across subjects.
        #[schemars(with = "UuidForm")]
        id: (),
        /// Whose event it is.
        subject: SubjectId,
        /// When the person did it. Among events about the same the latest counts, in whatever order they arrive.
        at: DateTime<Utc>,
        /// What was refused.
        scope: Scope,
    },
    /// The subject took a consent back, or objected to what needs none. It stands until the subject grants this scope
    /// later.
    ConsentWithdrawn {
        /// The event's own id, unique across subjects.
        #[schemars(with = "UuidForm")]
        id: (),
        /// Whose event it is.
        subject: SubjectId,
        /// When the person did it. Among events about the same the latest counts, in whatever order they arrive.
        at: DateTime<Utc>,
        /// What was withdrawn.
        scope: Scope,
    },
    /// The subject said how old they are (section 7).
    AgeDeclared {
        /// The event's own id, unique across subjects.
        #[schemars(with = "UuidForm")]
        id: (),
        /// Whose event it is.
        subject: SubjectId,
        /// When the person did it. Among events about the same the latest counts, in whatever order they arrive.
        at: DateTime<Utc>,
        /// The date, in UTC, from which the subject is old enough, that day included: the birthday on which they reach
        /// the minimum age. Absent: they are old enough.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "NaiveDate")]
        minor_until: Option<NaiveDate>,
    },
    /// The subject said where they live (section 6).
    HomeDeclared {
        /// The event's own id, unique across subjects.
        #[schemars(with = "UuidForm")]
        id: (),
        /// Whose event it is.
        subject: SubjectId,
        /// When the person did it. Among events about the same the latest counts, in whatever order they arrive.
        at: DateTime<Utc>,
        /// Where they live.
        country: Country,
    },
    /// The subject, an account, and a visitor are one person. The account is judged on what both chose and declared, the
    /// more restrictive choice first; the visitor on its own events. An erasure of either erases both. It holds for every
    /// request, also for those dated before the link.
    Linked {
        /// The event's own id, unique across subjects.
        #[schemars(with = "UuidForm")]
        id: (),
        /// The account.
        subject: SubjectId,
        /// When it became known.
        at: DateTime<Utc>,
        /// The visitor.
        visitor: SubjectId,
    },
    /// The subject was erased, for ever: nothing else is held of them, whatever comes.
    Erased {
        /// The event's own id, unique across subjects.
        #[schemars(with = "UuidForm")]
        id: (),
        /// Whose event it is.
        subject: SubjectId,
        /// When they were erased.
        at: DateTime<Utc>,
    },
}

/// As the wire reads and writes it.
impl JsonSchema for Event {
    fn schema_name() -> Cow<'static, str> {
        "Event".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Form::json_schema(generator)
    }
}
