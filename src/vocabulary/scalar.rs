//! A value that is a scalar or wrong, as a [`Value`]: what numbers and what may be null are read by.
//!
//! `Value` reads itself otherwise than JSON says. With the feature `raw_value` an object with a certain name in it is
//! taken for the JSON in its text, so that `{"$serde_json::private::RawValue":"13"}` would be the number 13; with
//! `arbitrary_precision`, which any crate of a program may turn on, numbers come as such objects.

use std::{fmt, sync::OnceLock};

use serde::{
    Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Reads whatever is there. Of an array and an object the kind alone is kept.
pub(crate) fn scalar<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    from.deserialize_any(Scalar)
}

struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(whole(value).or_else(|| Number::from_f64(value)).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        while let Some(name) = fields.next_key::<Name>()? {
            if name.is_number && numbers_are_objects() {
                return number(&fields.next_value::<String>()?)
                    .map(Value::Number)
                    .ok_or_else(|| A::Error::custom("found a number that is none, expected a number"));
            }
            fields.next_value::<IgnoredAny>()?;
        }
        Ok(Value::Object(Map::new()))
    }
}

/// A whole number is one however it is written: `13.0` and `1.3e1` are 13, as JSON Schema has it, and to JavaScript
/// they are the same anyway. At the ends of 64 bits nobody can tell what was rounded to them, so they are none.
fn whole(float: f64) -> Option<Number> {
    const TWO_TO_63: f64 = (1u64 << 63) as f64;
    match float {
        _ if float.fract() != 0.0 => None,
        0.0.. if float < 2.0 * TWO_TO_63 => Some((float as u64).into()),
        ..0.0 if float > -TWO_TO_63 => Some((float as i64).into()),
        _ => None,
    }
}

/// The number that a text is, which has the digits of a number of JSON.
fn number(text: &str) -> Option<Number> {
    let whole_64 = text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from));
    whole_64.ok().or_else(|| {
        let float = text.parse::<f64>().ok().filter(|float| float.is_finite())?;
        whole(float).or_else(|| Number::from_f64(float))
    })
}

/// The name of a field, of which it matters whether it says that its value is a number.
struct Name {
    is_number: bool,
}

const NUMBER: &str = "$serde_json::private::Number";

impl<'de> serde::Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = smol_str::SmolStr::deserialize(from)?;
        Ok(Self { is_number: name == NUMBER })
    }
}

/// Whether `serde_json` hands numbers over as objects, which is settled when a program is built.
fn numbers_are_objects() -> bool {
    struct Probe;

    impl<'de> Visitor<'de> for Probe {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number")
        }

        fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
            Ok(false)
        }

        fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<bool, A::Error> {
            Ok(true)
        }
    }

    static ARE: OnceLock<bool> = OnceLock::new();
    *ARE.get_or_init(|| serde_json::Deserializer::from_str("1").deserialize_any(Probe).unwrap_or(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Value, serde_json::Error> {
        scalar(&mut serde_json::Deserializer::from_str(json))
    }

    #[test]
    fn an_object_is_one_whatever_its_names_are() {
        assert!(!numbers_are_objects(), "no crate here turns arbitrary_precision on");
        for name in [NUMBER, "$serde_json::private::RawValue", "a"] {
            for inner in ["13", "null", "\\\"1.0.0\\\""] {
                assert_eq!(read(&format!("{{\"{name}\":\"{inner}\"}}")).unwrap(), Value::Object(Map::new()));
            }
        }
        assert_eq!(read("[1,[2],{}]").unwrap(), Value::Array(Vec::new()));
        assert!(read("[1").is_err() && read("{\"a\"").is_err());
    }

    #[test]
    fn a_number_as_a_text_is_the_number() {
        for (text, found) in [("13", Some(13.into())), ("-0", Some(0.into())), ("1.3e1", Some(13_u64.into()))]
        {
            assert_eq!(number(text), found, "{text}");
        }
        assert_eq!(number("1e999"), None);
        assert_eq!(number("0.5"), Number::from_f64(0.5));
    }
}
