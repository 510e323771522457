//! The form that schemas have here: what schemars makes of the types, changed until the generators of other languages
//! make of it what people would write.
//!
//! Each rule is there because of a tool that does something else without it; none changes which documents are valid,
//! but for null, which no field takes that may be absent.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::leaves;
use crate::vocabulary::describe;

type Definitions = BTreeMap<String, Value>;

/// The definitions in the form of this room.
pub(super) fn normalised(described: Map<String, Value>) -> Definitions {
    let mut definitions = Definitions::new();
    for (name, mut schema) in described {
        spell_out(&mut schema);
        tidy(&mut schema);
        hoist(&name, &mut schema, &mut definitions);
        definitions.insert(name, schema);
    }
    for name in ["Instant", "CalendarDate", "Uuid"] {
        if let Some(mut schema) = leaves::definition(name) {
            spell_out(&mut schema);
            definitions.insert(name.to_owned(), schema);
        }
    }
    for (name, schema) in &mut definitions {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("title".to_owned(), title(name).into());
        }
    }
    definitions
}

/// `consent_granted` and `script-line` as a name of a type: `ConsentGranted`, `ScriptLine`.
pub(super) fn pascal(id: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    id.split(['_', '-']).map(capital).collect()
}

/// The name of a type in words. Generators that name types after titles get the same name from it.
fn title(name: &str) -> String {
    let mut words = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            words.push(' ');
            words.push(letter.to_ascii_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

/// Says of a definition with a format what the format means.
fn spell_out(schema: &mut Value) {
    let spelt_out = schema.get("format").and_then(Value::as_str).and_then(leaves::spelt_out);
    if let (Some(schema), Some(Value::Object(spelt_out))) = (schema.as_object_mut(), spelt_out)
        && !schema.contains_key("pattern")
    {
        schema.extend(spelt_out);
    }
}

/// Changes a schema and every one inside it.
fn tidy(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    // Defaults are written out by readers that fill them in, and then the document is another one.
    fields.remove("default");
    if let Some(Value::String(description)) = fields.get_mut("description") {
        *description = without_links(&describe::text(description));
    }
    bound(fields);
    // typify takes a text with `const` for any text.
    if let Some(constant) = fields.remove("const") {
        if constant.is_string() {
            fields.insert("type".to_owned(), "string".into());
        }
        fields.insert("enum".to_owned(), json!([constant]));
    }
    let required = fields.get("required").cloned().unwrap_or_default();
    let required = |name: &str| required.as_array().is_some_and(|names| names.iter().any(|one| one == name));
    for (name, property) in fields.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
    {
        if !required(name) {
            without_null(property);
        }
        refer(property);
        tidy(property);
        wrap(property);
    }
    for keyword in ["items", "additionalProperties", "not"] {
        if let Some(inner) = fields.get_mut(keyword) {
            refer(inner);
            tidy(inner);
        }
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        for inner in fields.get_mut(keyword).and_then(Value::as_array_mut).into_iter().flatten() {
            refer(inner);
            tidy(inner);
        }
    }
}

/// Replaces Rust's formats of numbers, which other tools do not know, by their bounds.
fn bound(fields: &mut Map<String, Value>) {
    let bounds = match fields.get("format").and_then(Value::as_str) {
        Some("uint8") => (json!(0), json!(u8::MAX)),
        Some("uint16") => (json!(0), json!(u16::MAX)),
        Some("uint32") => (json!(0), json!(u32::MAX)),
        Some("uint64") => (json!(0), json!(u64::MAX)),
        Some("int64") => (json!(i64::MIN), json!(i64::MAX)),
        _ => return,
    };
    fields.remove("format");
    fields.entry("minimum").or_insert(bounds.0);
    fields.entry("maximum").or_insert(bounds.1);
}

/// A field that may be absent is not thereby allowed to be null.
fn without_null(property: &mut Value) {
    let Some(fields) = property.as_object_mut() else { return };
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            fields.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(forms)) = fields.get_mut("anyOf") {
        forms.retain(|form| form.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = forms.as_slice() {
            let only = only.clone();
            fields.remove("anyOf");
            fields.extend(only);
        }
    }
}

/// Replaces an instant, a date or an id by a reference to its definition.
fn refer(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    let plain = fields.get("type").is_some_and(|name| name == "string") && !fields.contains_key("pattern");
    let definition = fields.get("format").and_then(Value::as_str).and_then(leaves::name_of);
    if let (true, Some(name)) = (plain, definition) {
        fields.remove("type");
        fields.remove("format");
        fields.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
    }
}

/// A reference with a description beside it: json-schema-to-typescript makes another type of it (`Country1`), and draft
/// 07 overlooks what stands beside a reference.
fn wrap(property: &mut Value) {
    let Some(fields) = property.as_object_mut() else { return };
    if fields.len() > 1
        && let Some(reference) = fields.remove("$ref")
    {
        fields.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

/// Gives each alternative of a union its own name: a generator would number them.
fn hoist(name: &str, schema: &mut Value, definitions: &mut Definitions) {
    let Some(fields) = schema.as_object_mut() else { return };
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = fields.get_mut(keyword) else { continue };
        for alternative in alternatives {
            if let Some(tag) = tag(alternative) {
                let own = format!("{}{name}", pascal(&tag));
                definitions.insert(own.clone(), alternative.take());
                *alternative = json!({ "$ref": format!("#/$defs/{own}") });
            }
        }
    }
    // The alternatives are closed objects of which no two take one document, so exactly one of them holds.
    let all_named = |alternatives: &Value| {
        alternatives.as_array().is_some_and(|all| all.iter().all(|one| one.get("$ref").is_some()))
    };
    if fields.get("anyOf").is_some_and(all_named)
        && let Some(alternatives) = fields.remove("anyOf")
    {
        fields.insert("oneOf".to_owned(), alternatives);
    }
}

/// What tells an object from the other alternatives: the one value that a field has, or its only field.
pub(super) fn tag(object: &Value) -> Option<String> {
    tagging(object).map(|(_, tag)| tag).or_else(|| {
        let mut fields = object.get("properties")?.as_object()?.keys();
        fields.next().filter(|_| fields.next().is_none()).cloned()
    })
}

/// The field that has one value, and the value.
pub(super) fn tagging(object: &Value) -> Option<(String, String)> {
    object.get("properties")?.as_object()?.iter().find_map(|(name, property)| {
        match property.get("enum")?.as_array()?.as_slice() {
            [only] => Some((name.clone(), only.as_str()?.to_owned())),
            _ => None,
        }
    })
}

/// The text with links to items of Rust as names alone: `` [`Text`](super::Text) `` as `` `Text` ``.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[`") {
        plain.push_str(before);
        let Some((shown, after)) = link.split_once("`]") else {
            plain.push_str("[`");
            rest = link;
            continue;
        };
        plain.push_str(&format!("`{shown}`"));
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_ids_and_titles_of_names() {
        assert_eq!(pascal("consent_granted"), "ConsentGranted");
        assert_eq!(pascal("script-line"), "ScriptLine");
        assert_eq!(title("ConsentGrantedEvent"), "Consent granted event");
        assert_eq!(title("Last4"), "Last4");
    }

    #[test]
    fn links_are_for_the_documentation_of_rust() {
        assert_eq!(without_links("As [`Text`](super::Text) and [`Id`] ask."), "As `Text` and `Id` ask.");
        assert_eq!(without_links("One of [`a"), "One of [`a");
    }
}
