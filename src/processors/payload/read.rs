//! From bytes to a tree, exactly: the order of fields and the text of numbers are kept.

use std::{cell::Cell, collections::HashSet, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{JsonPath, Misfit, Node, Value};

/// How deep arrays and objects may stand in each other.
const DEEPEST: usize = 128;

/// Reads one JSON value (RFC 8259) with nothing after it.
///
/// A repeated field is an error, because readers differ in which one they take, and so is nesting deeper than
/// 128. Each level is cut out by serde_json as raw text, so that no number passes through a float.
pub(super) fn read(payload: &[u8]) -> Result<Node, Misfit> {
    let at = JsonPath::root();
    let text = std::str::from_utf8(payload).map_err(|error| {
        let found = format!("a byte that is not UTF-8 after {} bytes", error.valid_up_to());
        Misfit::new(at.clone(), found, "one JSON value in UTF-8")
    })?;
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        let found = format!("text that is not JSON, at line {}, column {}", error.line(), error.column());
        Misfit::new(at.clone(), found, "one JSON value")
    })?;
    node(raw, at, 1)
}

fn node(raw: &RawValue, path: JsonPath, depth: usize) -> Result<Node, Misfit> {
    // INVARIANT: the text is one whole JSON value, so its first byte tells its kind.
    let text = raw.get();
    let value = match text.as_bytes().first() {
        Some(b'{' | b'[') if depth > DEEPEST => {
            let expected = format!("arrays and objects nested at most {DEEPEST} deep");
            return Err(Misfit::new(path, "a deeper one", expected));
        }
        Some(b'{') => {
            let Members(members) = cut(text, &path)?;
            let mut names = HashSet::with_capacity(members.len());
            if let Some((name, _)) = members.iter().find(|(name, _)| !names.insert(name.as_str())) {
                return Err(Misfit::new(path.member(name), "the field twice", "each field once"));
            }
            let nodes = members.iter().map(|(name, raw)| node(raw, path.member(name), depth + 1));
            Value::Object(nodes.collect::<Result<_, _>>()?)
        }
        Some(b'[') => {
            let elements: Vec<&RawValue> = cut(text, &path)?;
            let nodes =
                elements.into_iter().enumerate().map(|(i, raw)| node(raw, path.element(i), depth + 1));
            Value::Array(nodes.collect::<Result<_, _>>()?)
        }
        Some(b'"') => Value::Text(cut(text, &path)?),
        Some(b'n') => Value::Null,
        Some(b't' | b'f') => Value::Bool,
        _ => Value::Number(text.to_owned()),
    };
    Ok(Node { path, value, kept: Cell::new(false) })
}

/// Cuts one level. The whole was read once already: what can still be wrong is an escape in a text.
fn cut<'a, T: Deserialize<'a>>(text: &'a str, path: &JsonPath) -> Result<T, Misfit> {
    serde_json::from_str(text).map_err(|_| {
        Misfit::new(path.clone(), "an escape that is no Unicode character", "a text of Unicode characters")
    })
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(InOrder)
    }
}
