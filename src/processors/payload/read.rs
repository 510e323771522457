//! From bytes to a tree, exactly: the order of fields and the text of numbers are kept.

use std::{cell::Cell, collections::HashSet};

use serde_json::value::RawValue;

use super::{JsonPath, Misfit, Node, Value};

/// How deep arrays and objects may stand in each other.
const DEEPEST: usize = 128;

/// Reads one JSON value (RFC 8259) with nothing after it, in time that grows with its length alone.
///
/// A repeated field is an error, because readers differ in which one they take, and so is nesting deeper than
/// 128. serde_json says whether the whole is JSON, as raw text, so that no number passes through a float; what
/// is left to do here is to cut it.
pub(super) fn read(payload: &[u8]) -> Result<Node, Misfit> {
    let at = JsonPath::root();
    let text = std::str::from_utf8(payload).map_err(|error| {
        let found = format!("a byte that is not UTF-8 after {} bytes", error.valid_up_to());
        Misfit::new(at.clone(), found, "one JSON value in UTF-8")
    })?;
    // RFC 8259 section 8.1: a byte order mark may be ignored.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let raw: &RawValue = serde_json::from_str(text)
        .map_err(|error| Misfit::new(at.clone(), not_one_value(text, &error), "one JSON value"))?;
    Cutter { rest: raw.get() }.value(at, 1)
}

/// What a text is that is not one JSON value: nothing, a part of one, several, a page for people, something else.
fn not_one_value(text: &str, error: &serde_json::Error) -> String {
    let place = format!("at line {}, column {}", error.line(), error.column());
    let first = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>().next();
    match first {
        None => "an empty text".to_owned(),
        Some(Ok(_)) => format!("more text after a JSON value, {place}"),
        Some(Err(_)) if error.is_eof() => format!("JSON that breaks off, {place}"),
        Some(Err(_)) if text.trim_start().starts_with('<') => {
            format!("text that is not JSON but begins like HTML or XML, {place}")
        }
        Some(Err(_)) => format!("text that is not JSON, {place}"),
    }
}

/// Cuts a text that is known to be JSON.
struct Cutter<'a> {
    rest: &'a str,
}

impl<'a> Cutter<'a> {
    fn value(&mut self, path: JsonPath, depth: usize) -> Result<Node, Misfit> {
        let value = match self.peek() {
            Some(b'{' | b'[') if depth > DEEPEST => {
                let expected = format!("arrays and objects nested at most {DEEPEST} deep");
                return Err(Misfit::new(path, "a deeper one", expected));
            }
            Some(b'{') => Value::Object(self.members(&path, depth)?),
            Some(b'[') => Value::Array(self.elements(&path, depth)?),
            Some(b'"') => Value::Text(self.text(&path)?),
            _ => match self.take(self.rest.find([',', ']', '}', ' ', '\t', '\n', '\r'])) {
                "null" => Value::Null,
                "true" | "false" => Value::Bool,
                number => Value::Number(number.to_owned()),
            },
        };
        Ok(Node { path, value, kept: Cell::new(false) })
    }

    fn members(&mut self, path: &JsonPath, depth: usize) -> Result<Vec<Node>, Misfit> {
        let (mut members, mut names) = (Vec::new(), HashSet::new());
        while self.more(b'}') {
            let name = self.text(path)?;
            self.take(Some(self.rest.find(':').map_or(0, |colon| colon + 1)));
            let member = path.member(&name, members.len());
            if !names.insert(name) {
                return Err(Misfit::new(member, "the field twice", "each field once"));
            }
            members.push(self.value(member, depth + 1)?);
        }
        Ok(members)
    }

    fn elements(&mut self, path: &JsonPath, depth: usize) -> Result<Vec<Node>, Misfit> {
        let mut elements = Vec::new();
        while self.more(b']') {
            elements.push(self.value(path.element(elements.len()), depth + 1)?);
        }
        Ok(elements)
    }

    /// Steps over the bracket or the comma that is next; whether a value follows, and not the closing bracket.
    fn more(&mut self, closing: u8) -> bool {
        if self.peek() != Some(closing) {
            self.take(Some(1));
        }
        let more = self.peek().is_some_and(|next| next != closing);
        if !more {
            self.take(Some(1));
        }
        more
    }

    /// A text without its quotes and escapes.
    fn text(&mut self, path: &JsonPath) -> Result<String, Misfit> {
        self.peek();
        let mut escaped = false;
        let end = self.rest.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        // The one thing that can still be wrong with it is an escape of half a character.
        serde_json::from_str(self.take(end.map(|end| end + 2))).map_err(|_| {
            Misfit::new(
                path.clone(),
                "an escape that is no Unicode character",
                "a text of Unicode characters",
            )
        })
    }

    /// The first byte after white space.
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.bytes().next()
    }

    /// Takes that many bytes, or all.
    fn take(&mut self, length: Option<usize>) -> &'a str {
        let at = length.unwrap_or(self.rest.len());
        // INVARIANT: lengths end after or before an ASCII character, so the text can be cut there.
        let (taken, rest) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::*;

    /// The tree as serde_json has it.
    fn json(node: &Node) -> Json {
        match &node.value {
            Value::Null => Json::Null,
            Value::Bool => Json::Bool(true),
            Value::Number(number) => serde_json::from_str(number).unwrap(),
            Value::Text(text) => Json::String(text.clone()),
            Value::Array(elements) => elements.iter().map(json).collect(),
            Value::Object(members) => members.iter().map(|m| (m.name().to_owned(), json(m))).collect(),
        }
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            Just(Json::Bool(true)),
            any::<i64>().prop_map(Json::from),
            (-1e9..1e9).prop_map(Json::from),
            any::<String>().prop_map(Json::from),
            r#"[\\"{}\[\],: \n]{0,8}"#.prop_map(Json::from),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
                prop::collection::hash_map(r#"[a-z$"\\:,{}]{0,4}"#, inner, 0..6)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_tree_is_what_serde_json_reads(value in any_json()) {
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            for text in [value.to_string(), pretty.replace('\n', " \r\n\t")] {
                // Line breaks inside texts are escaped, so the second has them between values alone.
                let read_whole: Json = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(json(&read(text.as_bytes()).unwrap()), read_whole);
            }
        }
    }
}
