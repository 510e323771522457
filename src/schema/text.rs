//! Schemas as text for people: the keywords in the order in which one reads them, and short things on one line.

use serde_json::{Map, Value};

/// Lines are broken before they get longer than this, where there is a place to break them.
const WIDTH: usize = 110;

/// The keywords that come first, in their order, and those that come last; all others stand between, by the alphabet.
const FIRST: [&str; 19] = [
    "openapi",
    "info",
    "paths",
    "$schema",
    "$id",
    "title",
    "description",
    "type",
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "required",
    "properties",
];
const LAST: [&str; 4] = ["examples", "components", "$defs", "definitions"];

/// The schema with a line break at its end.
pub(super) fn pretty(schema: &Value) -> String {
    let mut text = String::new();
    write(schema, 0, 0, true, &mut text);
    text.push('\n');
    text
}

/// Writes a value whose first line already has `used` characters; `is_schema` tells keywords from other names.
fn write(value: &Value, indent: usize, used: usize, is_schema: bool, text: &mut String) {
    let short = spaced(value, is_schema);
    if used + short.len() < WIDTH {
        text.push_str(&short);
        return;
    }
    match value {
        Value::Object(fields) => {
            let inner = indent + 2;
            for (nth, (name, value)) in ordered(fields, is_schema).into_iter().enumerate() {
                text.push_str(if nth == 0 { "{\n" } else { ",\n" });
                let label = format!("{:inner$}{}: ", "", Value::from(name.as_str()));
                text.push_str(&label);
                write(value, inner, label.len(), holds_schemas(name, is_schema), text);
            }
            text.push_str(&format!("\n{:indent$}}}", ""));
        }
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            fill(items, indent, text);
        }
        Value::Array(items) => {
            let inner = indent + 2;
            for (nth, item) in items.iter().enumerate() {
                text.push_str(if nth == 0 { "[\n" } else { ",\n" });
                text.push_str(&format!("{:inner$}", ""));
                write(item, inner, inner, is_schema, text);
            }
            text.push_str(&format!("\n{:indent$}]", ""));
        }
        _ => text.push_str(&short),
    }
}

/// Many short values: as many on a line as fit.
fn fill(items: &[Value], indent: usize, text: &mut String) {
    let inner = indent + 2;
    let mut used = WIDTH;
    text.push('[');
    for (nth, item) in items.iter().enumerate() {
        let item = item.to_string();
        let comma = if nth == 0 { "" } else { "," };
        if used + item.len() + 2 > WIDTH {
            text.push_str(&format!("{comma}\n{:inner$}{item}", ""));
            used = inner + item.len();
        } else {
            text.push_str(&format!("{comma} {item}"));
            used += item.len() + 2;
        }
    }
    text.push_str(&format!("\n{:indent$}]", ""));
}

/// The value on one line.
fn spaced(value: &Value, is_schema: bool) -> String {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let field = |(name, value): (&String, &Value)| {
                format!("{}: {}", Value::from(name.as_str()), spaced(value, holds_schemas(name, is_schema)))
            };
            format!(
                "{{ {} }}",
                ordered(fields, is_schema).into_iter().map(field).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(|item| spaced(item, is_schema)).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether the names in what stands under a name are keywords: properties and definitions have names of their own, and
/// so have examples.
fn holds_schemas(name: &str, is_schema: bool) -> bool {
    !is_schema || !["properties", "$defs", "definitions", "schemas", "examples", "mapping"].contains(&name)
}

fn ordered(fields: &Map<String, Value>, is_schema: bool) -> Vec<(&String, &Value)> {
    let mut ordered: Vec<_> = fields.iter().collect();
    if is_schema {
        let place = |name: &str| {
            let first = FIRST.iter().position(|keyword| *keyword == name);
            let last = LAST.iter().position(|keyword| *keyword == name).map(|at| FIRST.len() + 1 + at);
            first.or(last).unwrap_or(FIRST.len())
        };
        ordered.sort_by_key(|(name, _)| place(name));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_the_schema() {
        for (_, schema) in crate::schema::all() {
            assert_eq!(serde_json::from_str::<Value>(&pretty(&schema)).unwrap(), schema);
        }
        let odd =
            json!({ "title": "a", "properties": { "type": { "type": "string" }, "enum": {} }, "x": [] });
        assert_eq!(serde_json::from_str::<Value>(&pretty(&odd)).unwrap(), odd);
        assert!(pretty(&odd).starts_with(r#"{ "title": "a", "properties": { "enum": {}, "type""#));
    }
}
