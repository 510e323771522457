//! Reading JSON so that an error names the place and the kind of what was found, never the value.
//!
//! The messages that serde makes by itself repeat the value ("invalid type: string \"Ada\""), and an
//! `Option` takes null for absence. Both are put right here, in one place, for whatever is derived.

use std::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, Expected, MapAccess, SeqAccess, Unexpected, Visitor},
    forward_to_deserialize_any,
};
use serde_json::Value;

/// Finishes a struct whose serde code is derived with itself as `remote`: JSON without values in errors and
/// without null, and a `Debug` that prints the name only.
macro_rules! record {
    ($record:ident) => {
        impl serde::Serialize for $record {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }

        impl<'de> serde::Deserialize<'de> for $record {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::data::json::Quiet::record(from))
            }
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
        $crate::data::json::schema!($leaf, $expected, $schema);
        $crate::data::json::opaque!($leaf);
    };
}
pub(super) use text_leaf;

/// Reads a leaf from a JSON string through its `FromStr`.
macro_rules! read_from_text {
    ($leaf:ident, $expected:expr) => {
        impl<'de> serde::Deserialize<'de> for $leaf {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::vocabulary::text::parse($crate::data::json::Quiet::value(from), $expected)
            }
        }
    };
}
pub(super) use read_from_text;

/// The JSON Schema of a leaf.
macro_rules! schema {
    ($leaf:ident, $expected:expr, $schema:tt) => {
        impl schemars::JsonSchema for $leaf {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($leaf).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut schema = schemars::json_schema!($schema);
                schema.insert("description".into(), $expected.into());
                schema
            }
        }
    };
}
pub(super) use schema;

/// A deserializer whose errors do not repeat what was read, and to which null is no value.
pub(super) struct Quiet<D> {
    inner: D,
    record: bool,
}

impl<D> Quiet<D> {
    /// For a struct: errors in its fields name the field.
    pub(super) fn record(inner: D) -> Self {
        Self { inner, record: true }
    }

    /// For anything else.
    pub(super) fn value(inner: D) -> Self {
        Self { inner, record: false }
    }
}

/// Passes a method on with a quiet visitor.
macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*);)+) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method($($argument,)* QuietVisitor { inner: visitor, record: self.record })
        })+
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Quiet<D> {
    type Error = D::Error;

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }

    forward! {
        deserialize_any(); deserialize_bool();
        deserialize_i8(); deserialize_i16(); deserialize_i32(); deserialize_i64(); deserialize_i128();
        deserialize_u8(); deserialize_u16(); deserialize_u32(); deserialize_u64(); deserialize_u128();
        deserialize_f32(); deserialize_f64(); deserialize_char(); deserialize_str(); deserialize_string();
        deserialize_bytes(); deserialize_byte_buf(); deserialize_unit(); deserialize_seq(); deserialize_map();
        deserialize_identifier(); deserialize_ignored_any();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }
}

struct QuietVisitor<V> {
    inner: V,
    record: bool,
}

/// Hands a scalar to the visitor under an error type that keeps no value.
macro_rules! scalars {
    ($($method:ident($type:ty);)+) => {
        $(fn $method<E: de::Error>(self, scalar: $type) -> Result<V::Value, E> {
            self.inner.$method::<Reason>(scalar).map_err(E::custom)
        })+
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for QuietVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    scalars! {
        visit_bool(bool);
        visit_i8(i8); visit_i16(i16); visit_i32(i32); visit_i64(i64); visit_i128(i128);
        visit_u8(u8); visit_u16(u16); visit_u32(u32); visit_u64(u64); visit_u128(u128);
        visit_f32(f32); visit_f64(f64); visit_char(char);
        visit_str(&str); visit_borrowed_str(&'de str); visit_string(String);
        visit_bytes(&[u8]); visit_borrowed_bytes(&'de [u8]); visit_byte_buf(Vec<u8>);
    }

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.visit_unit()
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit::<Reason>().map_err(E::custom)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Quiet { inner: from, record: self.record })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Quiet { inner: from, record: self.record })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(Items { inner: items, next: 0 })
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
        // A struct inside a struct is itself a record, which names its own fields.
        if self.record {
            self.inner.visit_map(Fields { inner: fields, name: String::new() })
        } else {
            self.inner.visit_map(fields)
        }
    }
}

struct Items<A> {
    inner: A,
    next: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        let place = format!("[{}]", self.next);
        self.next += 1;
        self.inner.next_element_seed(Seed(seed)).map_err(|error| at(&place, &error))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct Fields<A> {
    inner: A,
    name: String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.inner.next_key_seed(Key { inner: seed, name: &mut self.name })
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.inner.next_value_seed(Seed(seed)).map_err(|error| at(&format!(".{}", self.name), &error))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// Puts a place before a message, which may begin with the rest of the path.
fn at<E: de::Error>(place: &str, error: &E) -> E {
    let message = error.to_string();
    let colon = if message.starts_with(['.', '[']) { "" } else { ": " };
    E::custom(format_args!("{place}{colon}{message}"))
}

struct Seed<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Quiet::value(from))
    }
}

/// The name of a field: kept for the path once the struct has taken it, so a stranger's key is never kept.
struct Key<'a, T> {
    inner: T,
    name: &'a mut String,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Key<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Key { inner: from, name: self.name })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Key<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_identifier(Key { inner: visitor, name: self.name })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Key<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<V::Value, E> {
        let key = self.inner.visit_str::<Reason>(name).map_err(E::custom)?;
        name.clone_into(self.name);
        Ok(key)
    }
}

/// Why a value was refused, without the value.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Reason(String);

impl de::Error for Reason {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("found {}, expected {expected}", kind(&found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(format!("found an unknown word, expected one of {}", expected.join(", ")))
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        // A misspelt field should be named, but data that was put where a name belongs should not.
        let plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let name = if plain { format!("`{name}`") } else { "with a name of another form".into() };
        Self(format!("found an unknown field {name}, expected one of {}", expected.join(", ")))
    }
}

fn kind(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "another number",
        Unexpected::Char(_) | Unexpected::Str(_) => "a text",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "an array",
        Unexpected::Map => "an object",
        _ => "something else",
    }
}

/// For `#[serde(with)]` beside `default`: an instant that may be absent.
pub(super) mod instant {
    use chrono::{DateTime, Datelike, Utc};
    use serde::{Serializer, ser::Error};

    pub(in crate::data) use crate::vocabulary::instant::optional::deserialize;

    #[expect(clippy::ref_option, reason = "serde passes the field")]
    pub(in crate::data) fn serialize<S: Serializer>(
        at: &Option<DateTime<Utc>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            None => to.serialize_none(),
            Some(at) if (0..=9999).contains(&at.year()) => {
                crate::vocabulary::instant::required::serialize(at, to)
            }
            Some(_) => Err(S::Error::custom(
                "found an instant that RFC 3339 cannot write, expected a year from 0 to 9999",
            )),
        }
    }
}

/// For `#[schemars(transform)]`: a field that may be absent is not thereby allowed to be null.
pub(super) fn refuse_null(schema: &mut schemars::Schema) {
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
