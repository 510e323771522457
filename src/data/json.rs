//! What the types of this room share on their way to and from JSON, and in `Debug`.
//!
//! The macros hold what is word for word alike in every type, so that none can forget to stay silent.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use schemars::{Schema, SchemaGenerator};
use serde::{Deserializer, Serializer, ser::Error};
use serde_json::Value;

/// Declares a struct with public fields: written, read and described as every record of the wire, and with a
/// `Debug` that prints the name only.
macro_rules! record {
    ($(#[$about:meta])* pub struct $record:ident $fields:tt) => {
        $crate::vocabulary::quiet::record! {
            $(#[$about])*
            #[derive(schemars::JsonSchema)]
            #[schemars(transform = $crate::data::json::tidy)]
            pub struct $record $fields
        }

        $crate::data::json::opaque!($record);
    };
}
pub(super) use record;

/// `Debug` that prints the type's name only, because `Debug` ends in logs.
macro_rules! opaque {
    ($opaque:ident) => {
        impl std::fmt::Debug for $opaque {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($opaque))
            }
        }
    };
}
pub(super) use opaque;

/// Finishes a leaf that JSON writes as a string: `$check` says what is wrong with a text, if anything.
macro_rules! text_leaf {
    ($leaf:ident, $expected:expr, $check:expr, $schema:tt) => {
        impl $leaf {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $leaf {
            type Err = $crate::data::InvalidData;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match $check(text) {
                    Ok(()) => Ok(Self(text.into())),
                    Err(found) => Err($crate::data::InvalidData::new(found, $expected)),
                }
            }
        }

        impl serde::Serialize for $leaf {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        $crate::data::json::read_from_text!($leaf, $expected);
        $crate::data::json::schema!($leaf, $schema);
        $crate::data::json::opaque!($leaf);
    };
}
pub(super) use text_leaf;

/// Reads a leaf from a JSON string through its `FromStr`.
macro_rules! read_from_text {
    ($leaf:ident, $expected:expr) => {
        impl<'de> serde::Deserialize<'de> for $leaf {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::vocabulary::text::parse(from, $expected)
            }
        }
    };
}
pub(super) use read_from_text;

/// The JSON Schema of a leaf.
macro_rules! schema {
    ($leaf:ident, $schema:tt) => {
        impl schemars::JsonSchema for $leaf {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($leaf).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(super) use schema;

/// For `#[serde(with)]` beside `default`: an instant that may be absent. A type, because schemars takes what
/// stands under `with` for one.
pub(super) enum Instant {}

impl Instant {
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        crate::vocabulary::instant::optional::deserialize(from)
    }

    #[expect(clippy::ref_option, reason = "serde passes the field")]
    pub(super) fn serialize<S: Serializer>(at: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
        match at {
            None => to.serialize_none(),
            Some(at) if crate::vocabulary::instant::is_writable(at) => {
                crate::vocabulary::instant::required::serialize(at, to)
            }
            Some(_) => Err(S::Error::custom("found an instant that RFC 3339 cannot write")),
        }
    }
}

impl schemars::JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// For `#[schemars(transform)]`: a field that may be absent is not thereby allowed to be null, and a description
/// is for readers of other languages, to whom the example in Rust says nothing.
pub(super) fn tidy(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        description.truncate(description.find("\n\n```").unwrap_or(description.len()));
    }
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for field in properties.into_iter().flatten().filter_map(|(_, field)| field.as_object_mut()) {
        if let Some(Value::Array(types)) = field.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                field.insert("type".into(), only);
            }
        }
        if let Some(Value::Array(forms)) = field.get_mut("anyOf") {
            forms.retain(|form| form.get("type").is_none_or(|name| name != "null"));
            if let [Value::Object(only)] = forms.as_slice() {
                let only = only.clone();
                field.remove("anyOf");
                field.extend(only);
            }
        }
    }
}
