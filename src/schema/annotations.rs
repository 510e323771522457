//! What the words of the closed lists are called in other vocabularies, written beside the lists (`x-terms`).
//!
//! In the OpenAPI rendering alone, where `x-` has a meaning: Ajv in its strict mode refuses a JSON Schema with a keyword
//! that it does not know.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    terms::Term,
    vocabulary::{DataCategory, LegalBasis, ProcessorKind, Purpose},
};

const TERMS: &str = "x-terms";

/// Writes them beside each list that has terms.
pub(super) fn add(definitions: &mut BTreeMap<String, Value>) {
    let lists = [
        ("DataCategory", beside(DataCategory::ALL.iter().map(|word| (word.as_str(), word.terms())))),
        ("Purpose", beside(Purpose::ALL.iter().map(|word| (word.as_str(), word.terms())))),
        ("ProcessorKind", beside(ProcessorKind::ALL.iter().map(|word| (word.as_str(), word.terms())))),
        ("LegalBasis", beside(LegalBasis::ALL.iter().map(|word| (word.as_str(), word.terms())))),
    ];
    for (name, terms) in lists {
        if let Some(list) = definitions.get_mut(name).and_then(Value::as_object_mut) {
            list.insert(TERMS.to_owned(), terms);
        }
    }
}

fn beside<'a>(words: impl Iterator<Item = (&'a str, &'static [Term])>) -> Value {
    let written = |terms: &[Term]| terms.iter().copied().map(written).collect::<Value>();
    words.map(|(word, terms)| (word.to_owned(), written(terms))).collect()
}

fn written(term: Term) -> Value {
    let mut fields = Map::new();
    fields.insert("vocabulary".to_owned(), json!(term.vocabulary()));
    fields.insert("id".to_owned(), json!(term.id()));
    if let Some(iri) = term.iri() {
        fields.insert("iri".to_owned(), json!(iri));
    }
    fields.insert("relation".to_owned(), json!(term.relation()));
    fields.into()
}
