//! A UUID in JSON: hyphenated, and written in no other way.

use std::{borrow::Cow, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserializer, Serializer};
use uuid::Uuid;

use super::{NotHyphenatedUuid, hyphenated, text::parse};

/// A UUID as JSON has it, for `#[schemars(with)]`.
pub(crate) struct UuidForm(Uuid);

impl FromStr for UuidForm {
    type Err = NotHyphenatedUuid;

    fn from_str(text: &str) -> Result<Self, NotHyphenatedUuid> {
        hyphenated(text).map(Self)
    }
}

impl JsonSchema for UuidForm {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Uuid".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid" })
    }
}

/// For `#[serde(with)]`.
pub(crate) fn serialize<S: Serializer>(id: &Uuid, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&id.as_hyphenated())
}

/// For `#[serde(with)]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Uuid, D::Error> {
    parse::<D, UuidForm>(from, "a hyphenated UUID").map(|id| id.0)
}
