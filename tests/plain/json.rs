//! JSON as written text rather than as a value: fields keep their order and may repeat, and a scalar is any text.

use serde_json::Value;

use super::rng::Rng;
use super::time::{instant, write_instant};

#[derive(Clone)]
pub enum Node {
    Object(Vec<(String, Node)>),
    List(Vec<Node>),
    /// A string, number, boolean or null as it stands in the text; after a mutation, anything.
    Scalar(String),
}

impl Node {
    pub fn new(value: &Value) -> Self {
        match value {
            Value::Object(map) => Self::Object(map.iter().map(|(k, v)| (quote(k), Self::new(v))).collect()),
            Value::Array(items) => Self::List(items.iter().map(Self::new).collect()),
            scalar => Self::Scalar(scalar.to_string()),
        }
    }

    pub fn write(&self) -> String {
        match self {
            Self::Object(fields) => {
                let fields: Vec<String> = fields.iter().map(|(k, v)| format!("{k}:{}", v.write())).collect();
                format!("{{{}}}", fields.join(","))
            }
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::write).collect();
                format!("[{}]", items.join(","))
            }
            Self::Scalar(text) => text.clone(),
        }
    }

    /// The node and all below it, the node first.
    pub fn count(&self) -> usize {
        1 + match self {
            Self::Object(fields) => fields.iter().map(|(_, child)| child.count()).sum(),
            Self::List(items) => items.iter().map(Self::count).sum(),
            Self::Scalar(_) => 0,
        }
    }

    /// The `index`th node in the order of `count`, with the field that holds it.
    pub fn nth(&mut self, index: usize) -> Option<(String, &mut Self)> {
        fn walk<'a>(node: &'a mut Node, key: &str, left: &mut usize) -> Option<(String, &'a mut Node)> {
            if *left == 0 {
                return Some((key.to_owned(), node));
            }
            *left -= 1;
            match node {
                Node::Object(fields) => fields.iter_mut().find_map(|(key, child)| walk(child, key, left)),
                Node::List(items) => items.iter_mut().find_map(|child| walk(child, key, left)),
                Node::Scalar(_) => None,
            }
        }
        let mut left = index;
        walk(self, "", &mut left)
    }
}

pub fn quote(text: &str) -> String {
    Value::from(text).to_string()
}

/// Writes a value plainly.
pub fn plain(value: &Value) -> String {
    value.to_string()
}

/// Writes the same meaning in another way: fields in another order, white space, escaped letters, instants with another
/// offset, UUIDs in upper case.
pub fn differently(rng: &mut Rng, value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut fields: Vec<String> = map
                .iter()
                .map(|(key, value)| {
                    let key = if rng.chance(4) { escape(rng, key) } else { quote(key) };
                    let space = if rng.chance(10) { " " } else { "" };
                    format!("{space}{key}{space}:{space}{}", differently(rng, value))
                })
                .collect();
            rng.shuffle(&mut fields);
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| differently(rng, item)).collect();
            format!("[{}]", items.join(if rng.chance(10) { " ,\t" } else { "," }))
        }
        Value::String(text) => {
            let text = match instant(text) {
                Some(at) => {
                    let offset = 60 * (rng.below(2 * 1439 + 1) as i64 - 1439);
                    let offset = if rng.chance(30) { 0 } else { offset };
                    let mut text = write_instant(at, offset).unwrap_or_else(|| text.clone());
                    if rng.chance(15) {
                        text = text.to_lowercase();
                    }
                    if rng.chance(10) {
                        text = text.replace(['Z', 'z'], rng.pick(&["+00:00", "-00:00"]));
                    }
                    text
                }
                None if text.len() == 36 && text.matches('-').count() == 4 && rng.chance(50) => {
                    text.to_uppercase()
                }
                None => text.clone(),
            };
            if rng.chance(4) { escape(rng, &text) } else { quote(&text) }
        }
        scalar => scalar.to_string(),
    }
}

/// A JSON string with some of its letters as `\u` escapes.
fn escape(rng: &mut Rng, text: &str) -> String {
    let letters: String = text
        .chars()
        .map(|c| {
            let quoted = quote(&c.to_string());
            let plain = quoted[1..quoted.len() - 1].to_owned();
            if c.is_ascii() && rng.chance(50) { format!("\\u{:04x}", u32::from(c)) } else { plain }
        })
        .collect();
    format!("\"{letters}\"")
}
