//! A deserializer whose errors name the place and the kind of what was found, never the value.
//!
//! The messages that serde makes by itself repeat the value ("invalid type: string \"Ada\""), a derived struct
//! is also read from an array, and an `Option` takes null for absence. All are put right here, in one place:
//! every type of the wire reads itself through [`Quiet`], so it does not matter who calls.

use std::fmt;

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error, Expected, IntoDeserializer, MapAccess, SeqAccess,
        Unexpected, Visitor,
    },
    forward_to_deserialize_any,
};
use serde_json::{Number, Value};
use smol_str::SmolStr;

use super::{scalar::scalar, words::Found};

/// A deserializer whose errors do not repeat what was read, and to which null is no value.
///
/// An error below the top begins with its place, such as ``at `processors[2].kind`: ``.
pub(crate) struct Quiet<D>(pub(crate) D);

/// Declares a struct that is written as serde derives it and read through [`Quiet`] from an object.
///
/// The reading is derived for a twin inside the function, because derived for the struct itself it could be
/// reached by others, who would then get serde's own errors.
macro_rules! record {
    (
        $(#[$about:meta])*
        pub struct $record:ident {
            $(
                $(#[doc = $doc:tt])*
                $(#[serde $serde:tt])*
                $(#[schemars $schemars:tt])*
                $vis:vis $field:ident: $type:ty,
            )+
        }
    ) => {
        $(#[$about])*
        #[derive(serde::Serialize)]
        #[serde(deny_unknown_fields)]
        pub struct $record {
            $(
                $(#[doc = $doc])*
                $(#[serde $serde])*
                $(#[schemars $schemars])*
                $vis $field: $type,
            )+
        }

        impl<'de> serde::Deserialize<'de> for $record {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields, expecting = "an object")]
                struct $record { $($(#[serde $serde])* $field: $type,)+ }

                let $record { $($field),+ } = $record::deserialize($crate::vocabulary::quiet::Quiet(from))?;
                Ok(Self { $($field),+ })
            }
        }
    };
}
pub(crate) use record;

/// `Debug` for types that hold what is a person's: it ends in logs, and shows the type alone.
macro_rules! silent {
    ($($type:ident)+) => {
        $(impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($type))
            }
        })+
    };
}
pub(crate) use silent;

/// Reads a number with what `take` makes of it; `None` is a number out of range.
pub(crate) fn number<'de, D: Deserializer<'de>, T>(
    from: D,
    expected: &str,
    take: impl FnOnce(Number) -> Option<T>,
) -> Result<T, D::Error> {
    let found = match scalar(from)? {
        Value::Number(number) => match take(number) {
            Some(taken) => return Ok(taken),
            None => "another number",
        },
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    Err(Error::custom(format_args!("found {found}, expected {expected}")))
}

/// For `#[serde(deserialize_with)]` without `default`: a scalar that may be null, but not absent.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Option<T>, D::Error> {
    match scalar(from)? {
        Value::Null => Ok(None),
        value => T::deserialize(value).map(Some).map_err(Error::custom),
    }
}

/// Scalars. Given their hint, `serde_json` refuses another type by itself, with the value in its message; asked
/// for anything, it lets the visitor refuse. A binary format needs the hint.
macro_rules! hinted {
    ($($method:ident;)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            let visitor = QuietVisitor { inner: visitor, shape: Shape::Scalar };
            if self.0.is_human_readable() { self.0.deserialize_any(visitor) } else { self.0.$method(visitor) }
        })+
    };
}

/// The numbers that the wire has.
macro_rules! numbers {
    ($($method:ident $expected:literal;)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            if self.0.is_human_readable() {
                number(self.0, $expected, |number| number.$method(visitor).ok())
            } else {
                self.0.$method(QuietVisitor { inner: visitor, shape: Shape::Scalar })
            }
        })+
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Quiet<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(QuietVisitor { inner: visitor, shape: Shape::Any })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(QuietVisitor { inner: visitor, shape: Shape::Array })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(QuietVisitor { inner: visitor, shape: Shape::Object })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        // What is absent is left out, and null is a value too many.
        visitor.visit_some(self)
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    hinted! { deserialize_bool; deserialize_str; deserialize_string; }

    numbers! {
        deserialize_i64 "a whole number of 64 bits";
        deserialize_u8 "a whole number from 0, of 8 bits";
        deserialize_u16 "a whole number from 0, of 16 bits";
        deserialize_u32 "a whole number from 0, of 32 bits";
        deserialize_u64 "a whole number from 0, of 64 bits";
    }

    forward_to_deserialize_any! {
        i8 i16 i32 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct map enum
        identifier ignored_any
    }
}

/// What a type asked for. A type wraps what it reads from, and what is around it did so before: places are
/// noted where an object or an array was asked for, which is once.
#[derive(Clone, Copy)]
enum Shape {
    Any,
    Scalar,
    Array,
    Object,
}

struct QuietVisitor<V> {
    inner: V,
    shape: Shape,
}

/// Hands a scalar to the visitor under an error type that keeps no value.
macro_rules! scalars {
    ($($method:ident($($scalar:ident: $type:ty)?);)+) => {
        $(fn $method<E: Error>(self, $($scalar: $type)?) -> Result<V::Value, E> {
            self.inner.$method::<Reason>($($scalar)?).map_err(E::custom)
        })+
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for QuietVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    scalars! {
        visit_bool(scalar: bool);
        visit_i64(scalar: i64);
        visit_i128(scalar: i128);
        visit_u64(scalar: u64);
        visit_u128(scalar: u128);
        visit_f64(scalar: f64);
        visit_str(scalar: &str);
        visit_string(scalar: String);
        visit_bytes(scalar: &[u8]);
        visit_unit();
        visit_none();
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        match self.shape {
            Shape::Any => self.inner.visit_seq(items),
            Shape::Array => self.inner.visit_seq(Items { inner: items, next: 0 }).map_err(Error::custom),
            // Derived code would fill a struct from an array, by the order of its fields.
            Shape::Scalar | Shape::Object => Err(Error::custom(Reason::invalid_type(Unexpected::Seq, &self))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
        match self.shape {
            Shape::Any => self.inner.visit_map(fields),
            Shape::Object => {
                let fields = Fields { inner: fields, name: SmolStr::default() };
                self.inner.visit_map(fields).map_err(Error::custom)
            }
            Shape::Scalar | Shape::Array => Err(Error::custom(Reason::invalid_type(Unexpected::Map, &self))),
        }
    }
}

struct Items<A> {
    inner: A,
    next: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<A> {
    type Error = Reason;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Reason> {
        let place = self.next;
        self.next += 1;
        self.inner.next_element_seed(Seed(seed)).map_err(|error| Reason::at(&format!("[{place}]"), &error))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct Fields<A> {
    inner: A,
    /// The field whose value comes next.
    name: SmolStr,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<A> {
    type Error = Reason;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Reason> {
        let name = Seed(std::marker::PhantomData::<SmolStr>);
        let Some(name) = self.inner.next_key_seed(name).map_err(Reason::custom)? else { return Ok(None) };
        self.name = name;
        let key: Result<_, Reason> = seed.deserialize(self.name.as_str().into_deserializer());
        key.map(Some).map_err(|reason| Reason::at(shown(&self.name).unwrap_or("?"), &reason))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Reason> {
        // A struct has taken the name for one of its own, so it is nobody's data.
        self.inner.next_value_seed(Seed(seed)).map_err(|error| Reason::at(&self.name, &error))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct Seed<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Quiet(from))
    }
}

/// Why something was refused, without the value.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Reason(String);

impl Reason {
    /// Puts a place before a reason, which may begin with the rest of the path.
    fn at(place: &str, reason: &impl fmt::Display) -> Self {
        let reason = reason.to_string();
        Self(match reason.strip_prefix("at `") {
            Some(rest) if rest.starts_with('[') => format!("at `{place}{rest}"),
            Some(rest) => format!("at `{place}.{rest}"),
            None => format!("at `{place}`: {reason}"),
        })
    }
}

/// The name of a stray field: a misspelt one should be named, but data that was put where a name belongs should
/// not.
fn shown(name: &str) -> Option<&str> {
    let plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (plain && !name.is_empty()).then_some(name)
}

impl Error for Reason {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("found {}, expected {expected}", kind(&found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self(format!("found no field `{field}`, expected one"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self(format!("found the field `{field}` twice, expected it once"))
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        let name = match shown(name) {
            Some(name) => format!("`{name}`"),
            None => Found::text(name).to_string(),
        };
        Self(format!("found an unknown field, {name}, expected one of {}", expected.join(", ")))
    }
}

fn kind(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) => "a text",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "an array",
        Unexpected::Map => "an object",
        _ => "something else",
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::vocabulary::{Country, SubjectId};

    /// A binary format that holds the same number whatever is asked for.
    struct Binary;

    impl<'de> Deserializer<'de> for Binary {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            visitor.visit_u64(5_550_123)
        }

        fn is_human_readable(&self) -> bool {
            false
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    #[test]
    fn other_formats_are_read_quietly_too() {
        let messages = [
            SubjectId::deserialize(Binary).unwrap_err(),
            Country::deserialize(Binary).unwrap_err(),
            Vec::<u8>::deserialize(Quiet(Binary)).unwrap_err(),
            u8::deserialize(Quiet(Binary)).unwrap_err(),
        ];
        for message in messages.map(|error| error.to_string()) {
            assert!(message.starts_with("found a number, expected "), "{message}");
        }
        assert_eq!(u64::deserialize(Quiet(Binary)), Ok(5_550_123));
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
            T::deserialize(Quiet(&mut serde_json::Deserializer::from_str(json))).ok()
        }
        for thirteen in ["13", "13.0", "1.3e1", "130e-1", "13.000"] {
            assert_eq!((read(thirteen), read(thirteen)), (Some(13_u8), Some(13_i64)), "{thirteen}");
        }
        assert_eq!((read("-0"), read("-0.0"), read("-13.0")), (Some(0_u64), Some(0_u16), Some(-13_i64)));
        assert_eq!(read("-9223372036854775808"), Some(i64::MIN));
        // They cannot be told from what was rounded to them.
        assert_eq!(
            (read::<i64>("-9223372036854775808.0"), read::<i64>("-9223372036854775809")),
            (None, None)
        );
        assert_eq!(read("1e19"), Some(10_000_000_000_000_000_000_u64));
        for other in ["13.5", "1e-1", "-1.0", "256.0", "1e300", "18446744073709551616", "1e999", "\"13\""] {
            assert_eq!(read::<u8>(other), None, "{other}");
        }
        assert_eq!(
            (read::<u64>("18446744073709551616"), read::<u64>("18446744073709551615.0")),
            (None, None)
        );
    }

    #[test]
    fn a_path_grows_from_the_inside_and_is_written_once() {
        let place = |place, reason: &str| Reason::at(place, &reason).to_string();
        assert_eq!(place("kind", "found null"), "at `kind`: found null");
        assert_eq!(place("[2]", "at `kind`: found null"), "at `[2].kind`: found null");
        assert_eq!(place("processors", "at `[2].kind`: found null"), "at `processors[2].kind`: found null");
    }
}
