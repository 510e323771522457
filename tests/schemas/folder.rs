//! The folder `schemas` is what the code makes, and what is in it reads well and compiles everywhere.

use std::{collections::BTreeMap, fs, path::Path};

use dynamoi_privacy::schema::{self, Dialect};
use serde_json::Value;

use super::forms::read;

#[test]
fn the_folder_is_what_the_code_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let made: BTreeMap<String, String> = schema::files().into_iter().collect();
    let mut kept = BTreeMap::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            kept.insert(
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                fs::read_to_string(path).unwrap(),
            );
        }
    }
    for name in made.keys().chain(kept.keys()) {
        let same = made.get(name) == kept.get(name);
        assert!(
            same,
            "schemas/{name} is not what the code makes: run `cargo run --example schemas` and read the difference"
        );
    }
}

#[test]
fn every_example_is_read_and_written_back() {
    for (name, schema) in schema::all() {
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        for example in schema["examples"].as_array().unwrap() {
            assert!(validator.is_valid(example), "{name}: {example}");
            assert_eq!(read(name, &example.to_string()).as_ref(), Ok(example), "{name}");
        }
    }
}

/// Every definition by its name.
fn definitions() -> serde_json::Map<String, Value> {
    schema::bundle(Dialect::Draft202012)["$defs"].as_object().unwrap().clone()
}

#[test]
fn every_example_of_a_definition_validates() {
    let bundle = schema::bundle(Dialect::Draft202012);
    for (name, definition) in definitions() {
        let mut alone = bundle.clone();
        let root = alone.as_object_mut().unwrap();
        for keyword in ["type", "properties", "additionalProperties"] {
            root.remove(keyword);
        }
        root.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
        let validator = jsonschema::options().should_validate_formats(true).build(&alone).unwrap();
        for example in definition["examples"].as_array().into_iter().flatten() {
            assert!(validator.is_valid(example), "{name}: {example}");
        }
    }
}

#[test]
fn definitions_have_names_and_words_that_people_would_choose() {
    for (name, definition) in definitions() {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric())
            && name.starts_with(|c: char| c.is_ascii_uppercase());
        // A number at the end is what generators add to a name that stands there twice; the last four digits are four.
        assert!(plain && (name == "Last4" || !name.ends_with(|c: char| c.is_ascii_digit())), "{name}");
        let description = definition["description"].as_str().unwrap_or_else(|| panic!("{name} says nothing"));
        reads_well(&name, description);
        for (field, property) in definition["properties"].as_object().into_iter().flatten() {
            let is_tag = property["enum"].as_array().is_some_and(|words| words.len() == 1);
            match property["description"].as_str() {
                Some(description) => reads_well(&format!("{name}.{field}"), description),
                None => assert!(is_tag || name.ends_with("ScriptLine"), "{name}.{field} says nothing"),
            }
        }
        for word in definition["enum"].as_array().into_iter().flatten() {
            let explained = description.contains(&format!("- `{}`: ", word.as_str().unwrap()));
            let is_code = ["Country", "Currency", "SourceKind"].contains(&name.as_str());
            assert!(explained || is_code, "{name} does not say what {word} is");
        }
    }
}

fn reads_well(place: &str, description: &str) {
    let begins = description.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let ends = description.ends_with(['.', '?']);
    let rust = ["::", "](", "```", "Option", "serde", "None`", "Self"];
    assert!(begins && (ends || description.contains("\n- `")), "{place}: {description}");
    assert!(!rust.iter().any(|word| description.contains(word)), "{place}: {description}");
}

#[test]
fn objects_are_closed_and_unions_have_named_alternatives() {
    for (name, definition) in definitions() {
        if definition["type"] == "object" {
            assert_eq!(definition["additionalProperties"], false, "{name}");
        }
        for alternative in definition["oneOf"].as_array().into_iter().flatten() {
            assert!(alternative["$ref"].is_string(), "{name} has an alternative without a name");
        }
        assert!(definition["anyOf"].is_null(), "{name} is a union of which several alternatives may hold");
    }
}

/// Keywords that Ajv knows in its strict mode without being told of any.
const KNOWN: &[&str] = &[
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "title",
    "description",
    "examples",
    "type",
    "enum",
    "format",
    "pattern",
    "not",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "required",
    "properties",
    "additionalProperties",
    "items",
    "oneOf",
    "anyOf",
    "allOf",
];

fn keywords_are_known(place: &str, schema: &Value) {
    for (keyword, value) in schema.as_object().unwrap() {
        assert!(KNOWN.contains(&keyword.as_str()), "{place}: {keyword}");
        match keyword.as_str() {
            "properties" | "$defs" => {
                for (name, schema) in value.as_object().unwrap() {
                    keywords_are_known(&format!("{place}/{name}"), schema);
                }
            }
            "items" | "not" => keywords_are_known(place, value),
            "oneOf" | "anyOf" | "allOf" => {
                value.as_array().unwrap().iter().for_each(|schema| keywords_are_known(place, schema));
            }
            _ => {}
        }
    }
}

#[test]
fn no_keyword_has_to_be_explained_to_a_validator() {
    for (name, schema) in schema::all() {
        keywords_are_known(name.as_str(), &schema);
        jsonschema::meta::validate(&schema).unwrap();
    }
    keywords_are_known("bundle", &schema::bundle(Dialect::Draft202012));
    jsonschema::meta::validate(&schema::bundle(Dialect::Draft07)).unwrap();
}

#[test]
fn the_dialects_say_the_same() {
    let text = |dialect| schema::bundle(dialect).to_string();
    let plain = text(Dialect::Draft202012);
    let draft_07 = text(Dialect::Draft07);
    assert!(!draft_07.contains("$defs") && !text(Dialect::OpenApi31).contains("$defs"));
    assert_eq!(plain.matches("\"$ref\"").count(), draft_07.matches("\"$ref\"").count());
    let open_api = schema::bundle(Dialect::OpenApi31);
    let event = &open_api["components"]["schemas"]["Event"]["discriminator"];
    assert_eq!(event["propertyName"], "type");
    assert_eq!(event["mapping"]["home_declared"], "#/components/schemas/HomeDeclaredEvent");
    assert!(open_api["components"]["schemas"]["Spend"]["discriminator"].is_null(), "it has no tag");
}

#[test]
fn what_receipts_and_exports_say_of_their_schema_is_so() {
    use dynamoi_privacy::{consent::Receipt, rights::Export, schema::Name};
    assert_eq!(schema::of(Name::RECEIPT)["$id"], Receipt::SCHEMA);
    assert_eq!(schema::of(Name::EXPORT)["$id"], Export::SCHEMA);
}
