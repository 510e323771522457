//! The documents that are made of the definitions: a form alone, and all together in a dialect.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Dialect, Name, WIRE_VERSION, annotations, normal};

type Definitions = BTreeMap<String, Value>;

const DRAFT_2020_12: &str = "https://json-schema.org/draft/2020-12/schema";
const DRAFT_07: &str = "http://json-schema.org/draft-07/schema#";
const OPEN_API: &str = "3.1.0";
const LICENSE: &str = env!("CARGO_PKG_LICENSE");

/// What all together are called.
const WIRE: &str = "Wire";
const ABOUT: &str = "The forms of the wire, each under its name.\n\nThe forms are strict: an unknown field, a repeated field, an \
    unknown word and null where it is not allowed are refused, because what a reader only half understands must never widen \
    what is permitted. Sections are those of Dynamoi's privacy policy.";

/// The `$id` of a document: a tag URI (RFC 4151), which is a name and promises nothing at an address.
fn id(name: &str) -> String {
    format!("tag:dynamoi.com,2026:privacy:{WIRE_VERSION}:{name}")
}

/// The schema of one form, with the definitions that it needs.
pub(super) fn alone(name: Name, definitions: &Definitions) -> Value {
    let definition = name.definition();
    let mut schema = definitions.get(&definition).cloned().unwrap_or_default();
    let needed = reached(&schema, definitions);
    let needed = definitions.iter().filter(|(name, _)| needed.contains(name.as_str()));
    let needed: Map<String, Value> = needed.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".to_owned(), DRAFT_2020_12.into());
        schema.insert("$id".to_owned(), id(name.as_str()).into());
        if !needed.is_empty() {
            schema.insert("$defs".to_owned(), needed.into());
        }
    }
    schema
}

/// The definitions that a schema leads to.
fn reached<'a>(schema: &Value, definitions: &'a Definitions) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut left = references(schema);
    while let Some(name) = left.pop() {
        if let Some((name, schema)) = definitions.get_key_value(&name)
            && reached.insert(name.as_str())
        {
            left.extend(references(schema));
        }
    }
    reached
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/$defs/"));
            fields.values().flat_map(references).chain(own.map(str::to_owned)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// All definitions in one document.
pub(super) fn together(dialect: Dialect, mut definitions: Definitions) -> Value {
    let forms = Name::ALL.map(|name| (name.as_str(), name.definition()));
    let forms: Map<String, Value> = forms
        .into_iter()
        .map(|(name, to)| (name.to_owned(), json!({ "$ref": format!("#/$defs/{to}") })))
        .collect();
    let forms = |definitions: Definitions| {
        json!({
            "$schema": DRAFT_2020_12,
            "$id": id("bundle"),
            "title": WIRE,
            "description": ABOUT,
            "type": "object",
            "properties": forms,
            "additionalProperties": false,
            "$defs": definitions,
        })
    };
    match dialect {
        Dialect::Draft202012 => forms(definitions),
        Dialect::Draft07 => {
            let mut document = forms(definitions);
            redirect(&mut document, "#/definitions/");
            if let Some(fields) = document.as_object_mut()
                && let Some(definitions) = fields.remove("$defs")
            {
                fields.insert("definitions".to_owned(), definitions);
                fields.insert("$schema".to_owned(), DRAFT_07.into());
                fields.insert("$id".to_owned(), id("bundle.draft-07").into());
            }
            document
        }
        Dialect::OpenApi31 => {
            discriminate(&mut definitions);
            annotations::add(&mut definitions);
            let mut document = json!({
                "openapi": OPEN_API,
                "info": {
                    "title": WIRE, "version": WIRE_VERSION, "description": ABOUT,
                    "license": { "name": LICENSE, "identifier": LICENSE },
                },
                // Linters ask for one; there is no server, only forms.
                "servers": [{ "url": "/" }],
                "paths": {},
                "components": { "schemas": definitions },
            });
            redirect(&mut document, "#/components/schemas/");
            document
        }
    }
}

/// Points every reference to where a dialect keeps definitions.
fn redirect(schema: &mut Value, to: &str) {
    match schema {
        Value::Object(fields) => {
            for (keyword, value) in fields {
                match value {
                    Value::String(reference) if keyword == "$ref" => {
                        *reference = reference.replace("#/$defs/", to);
                    }
                    Value::Object(mapping) if keyword == "mapping" => {
                        for reference in mapping.values_mut() {
                            *reference =
                                reference.as_str().unwrap_or_default().replace("#/$defs/", to).into();
                        }
                    }
                    value => redirect(value, to),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, to)),
        _ => {}
    }
}

/// Names the tag of each tagged union, as OpenAPI has it.
fn discriminate(definitions: &mut Definitions) {
    let tag = |alternative: &Value| {
        let reference = alternative.get("$ref")?.as_str()?;
        let (field, value) = normal::tagging(definitions.get(reference.strip_prefix("#/$defs/")?)?)?;
        Some((field, value, reference.to_owned()))
    };
    let tags = |schema: &Value| {
        let tags: Option<Vec<_>> = schema.get("oneOf")?.as_array()?.iter().map(tag).collect();
        let tags =
            tags.filter(|tags| tags.windows(2).all(|pair| matches!(pair, [one, other] if one.0 == other.0)))?;
        let field = tags.first()?.0.clone();
        let mapping: Map<String, Value> =
            tags.into_iter().map(|(_, value, reference)| (value, reference.into())).collect();
        Some(json!({ "propertyName": field, "mapping": mapping }))
    };
    let found = definitions.iter().filter_map(|(name, schema)| Some((name.clone(), tags(schema)?)));
    for (name, discriminator) in found.collect::<Vec<_>>() {
        if let Some(schema) = definitions.get_mut(&name).and_then(Value::as_object_mut) {
            schema.insert("discriminator".to_owned(), discriminator);
        }
    }
}
