//! The JSON Schema of an event: the types of events one by one, each with its own fields and no other's.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{Event, Manner, Scope};
use crate::vocabulary::{Country, PolicyVersion, SubjectId, uuid_form::UuidForm};

/// Something that a subject chose or declared, at an instant.
// It is never made: the reader is `event.rs`, and a test compares the two.
#[derive(JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
enum Form {
    PolicyAccepted {
        #[schemars(with = "UuidForm")]
        id: (),
        subject: SubjectId,
        at: DateTime<Utc>,
        policy_version: PolicyVersion,
        manner: Manner,
    },
    ConsentGranted {
        #[schemars(with = "UuidForm")]
        id: (),
        subject: SubjectId,
        at: DateTime<Utc>,
        scope: Scope,
        policy_version: PolicyVersion,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "DateTime<Utc>")]
        expires_at: Option<DateTime<Utc>>,
    },
    ConsentDenied {
        #[schemars(with = "UuidForm")]
        id: (),
        subject: SubjectId,
        at: DateTime<Utc>,
        scope: Scope,
    },
    ConsentWithdrawn {
        #[schemars(with = "UuidForm")]
        id: (),
        subject: SubjectId,
        at: DateTime<Utc>,
        scope: Scope,
    },
    AgeDeclared {
        #[schemars(with = "UuidForm")]
        id: (),
        subject: SubjectId,
        at: DateTime<Utc>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "NaiveDate")]
        minor_until: Option<NaiveDate>,
    },
    HomeDeclared {
        #[schemars(with = "UuidForm")]
        id: (),
        subject: SubjectId,
        at: DateTime<Utc>,
        country: Country,
    },
    Linked {
        #[schemars(with = "UuidForm")]
        id: (),
        subject: SubjectId,
        at: DateTime<Utc>,
        visitor: SubjectId,
    },
    Erased {
        #[schemars(with = "UuidForm")]
        id: (),
        subject: SubjectId,
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
