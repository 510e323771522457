//! The policy's words as a vocabulary in JSON-LD, each with its IRI, its class and its terms in DPV.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::{Relation, Term, context::prefixes};
use crate::vocabulary::{DataCategory, LegalBasis, ProcessorKind, Purpose};

/// The policy's words as a vocabulary in JSON-LD: what stands at their IRIs ([`Purpose::iri`] and its like).
///
/// A purpose is a `dpv:Purpose`, a category a `dpv:PersonalData`, a basis a `dpv:LegalBasis`, and a kind a class of
/// `dpv:ServiceProvider`. Terms that have IRIs stand as SKOS mappings (`skos:exactMatch`, `broadMatch`, `narrowMatch`,
/// `relatedMatch`); those of Fides, Google and the IAB have none and are in [`Purpose::terms`] alone.
///
/// The file `schemas/vocabulary.jsonld` is this; `cargo run --example schemas` writes it.
///
/// ```
/// let vocabulary = dynamoi_privacy::terms::vocabulary();
/// let nodes = vocabulary["@graph"].as_array().ok_or("a list")?;
/// let promotion = nodes.iter().find(|node| node["@id"] == "privacy:purpose:promotion").ok_or("it is there")?;
/// assert_eq!(promotion["@type"], serde_json::json!(["skos:Concept", "dpv:Purpose"]));
/// assert_eq!(promotion["skos:broadMatch"], serde_json::json!([{ "@id": "dpv:Marketing" }]));
/// # Ok::<(), &'static str>(())
/// ```
pub fn vocabulary() -> Value {
    let mut nodes = vec![json!({
        "@id": "privacy:vocabulary",
        "@type": "skos:ConceptScheme",
        "dct:title": english("The words of Dynamoi's privacy policy"),
    })];
    let mut add = |list: &str, class: Class, about: Vec<(String, String)>, terms: Vec<&'static [Term]>| {
        let words = about.into_iter().zip(terms);
        nodes.extend(words.map(|((word, definition), terms)| node(list, &word, class, &definition, terms)));
    };
    add(
        "category",
        Class::Concept("dpv:PersonalData"),
        about::<DataCategory>(),
        DataCategory::ALL.map(DataCategory::terms).to_vec(),
    );
    add(
        "purpose",
        Class::Concept("dpv:Purpose"),
        about::<Purpose>(),
        Purpose::ALL.map(Purpose::terms).to_vec(),
    );
    add(
        "kind",
        Class::Entity("dpv:ServiceProvider"),
        about::<ProcessorKind>(),
        ProcessorKind::ALL.map(ProcessorKind::terms).to_vec(),
    );
    add(
        "basis",
        Class::Concept("dpv:LegalBasis"),
        about::<LegalBasis>(),
        LegalBasis::ALL.map(LegalBasis::terms).to_vec(),
    );
    json!({ "@context": prefixes(), "@graph": nodes })
}

/// What the words of a list are.
#[derive(Clone, Copy)]
enum Class {
    /// Members of a class of DPV.
    Concept(&'static str),
    /// Classes of entities themselves, below one of DPV.
    Entity(&'static str),
}

fn node(list: &str, word: &str, class: Class, definition: &str, terms: &[Term]) -> Value {
    let mut node = Map::new();
    let mut set = |name: &str, value: Value| {
        node.insert(name.to_owned(), value);
    };
    set("@id", format!("privacy:{list}:{word}").into());
    match class {
        Class::Concept(class) => set("@type", json!(["skos:Concept", class])),
        Class::Entity(class) => {
            set("@type", json!(["skos:Concept", "rdfs:Class"]));
            set("rdfs:subClassOf", json!({ "@id": class }));
        }
    }
    set("skos:inScheme", json!({ "@id": "privacy:vocabulary" }));
    set("skos:notation", word.into());
    set("skos:prefLabel", english(&word.replace('_', " ")));
    set("skos:definition", english(definition));
    for (relation, property) in [
        (Relation::Exact, "skos:exactMatch"),
        (Relation::Broader, "skos:broadMatch"),
        (Relation::Narrower, "skos:narrowMatch"),
        (Relation::Overlapping, "skos:relatedMatch"),
    ] {
        let related = terms.iter().filter(|term| term.relation == relation);
        let related: Vec<Value> =
            related.filter_map(|term| term.compact()).map(|id| json!({ "@id": id })).collect();
        if !related.is_empty() {
            set(property, related.into());
        }
    }
    node.into()
}

fn english(text: &str) -> Value {
    json!({ "@value": text, "@language": "en" })
}

/// Each word of a list with what its documentation says, in the list's order; the schema of the list has both.
fn about<T: JsonSchema>() -> Vec<(String, String)> {
    let schema = schemars::SchemaGenerator::default().into_root_schema_for::<T>();
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let words = text.lines().filter_map(|line| line.strip_prefix("- `")?.split_once("`: "));
    words.map(|(word, about)| (word.to_owned(), about.to_owned())).collect()
}
