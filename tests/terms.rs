//! The terms of other vocabularies are there, mean one thing, and stand in the JSON-LD context.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    path::{Path, PathBuf},
};

use dynamoi_privacy::{
    consent::{Receipt, Statement},
    processors::ConsentMode,
    terms::{self, Relation, Term, Vocabulary},
    vocabulary::{DataCategory, LegalBasis, ProcessorKind, Purpose},
};
use serde_json::Value;

fn path(under: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(under)
}

fn json(under: &str) -> Value {
    serde_json::from_slice(&fs::read(path(under)).unwrap()).unwrap()
}

/// Every word of every list, with its terms and the one that stands for it.
fn words() -> Vec<(&'static str, &'static str, &'static [Term], Term)> {
    let categories = DataCategory::ALL.map(|word| ("category", word.as_str(), word.terms(), word.dpv()));
    let purposes = Purpose::ALL.map(|word| ("purpose", word.as_str(), word.terms(), word.dpv()));
    let kinds = ProcessorKind::ALL.map(|word| ("kind", word.as_str(), word.terms(), word.dpv()));
    let bases = LegalBasis::ALL.map(|word| ("basis", word.as_str(), word.terms(), word.dpv()));
    categories.into_iter().chain(purposes).chain(kinds).chain(bases).collect()
}

/// The identifiers that the extracts of the published vocabularies have.
fn published() -> BTreeMap<String, HashSet<String>> {
    let mut published = BTreeMap::new();
    for entry in fs::read_dir(path("tests/vocabularies")).unwrap() {
        let extract: Value = serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        for field in ["vocabulary", "version", "source", "published", "taken", "extract"] {
            assert!(extract[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {extract:.80}");
        }
        for (vocabulary, ids) in extract["terms"].as_object().unwrap() {
            let ids = ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
            assert!(published.insert(vocabulary.clone(), ids).is_none(), "{vocabulary} twice");
        }
    }
    published
}

#[test]
fn every_term_is_published() {
    let published = published();
    assert_eq!(published.keys().map(String::as_str).collect::<BTreeSet<_>>(), {
        Vocabulary::ALL.map(Vocabulary::as_str).into_iter().collect()
    });
    let mut used = BTreeSet::new();
    for (list, word, terms, _) in words() {
        for term in terms {
            let ids = &published[term.vocabulary().as_str()];
            assert!(ids.contains(term.id()), "{list} {word}: {term:?} is not there");
            used.insert(term.vocabulary());
        }
    }
    assert_eq!(used.len(), Vocabulary::ALL.len(), "a vocabulary is for nothing");
}

#[test]
fn each_word_has_a_term_that_stands_for_it_and_none_twice() {
    for (list, word, terms, stands) in words() {
        assert!(terms.contains(&stands), "{list} {word} has no term of DPV that holds for it");
        assert!(matches!(stands.relation(), Relation::Exact | Relation::Broader), "{list} {word}");
        let distinct: HashSet<_> = terms.iter().map(|term| (term.vocabulary(), term.id())).collect();
        assert_eq!(distinct.len(), terms.len(), "{list} {word} has a term twice");
        for vocabulary in Vocabulary::ALL {
            let exact = terms
                .iter()
                .filter(|term| term.vocabulary() == vocabulary && term.relation() == Relation::Exact);
            assert!(exact.count() <= 1, "{list} {word} means two things in {vocabulary}");
        }
    }
}

#[test]
fn no_two_words_of_a_list_mean_exactly_the_same_elsewhere() {
    let mut exact = HashSet::new();
    for (list, word, terms, _) in words() {
        for term in terms.iter().filter(|term| term.relation() == Relation::Exact) {
            assert!(exact.insert((list, term.vocabulary(), term.id())), "{list} {word}: {term:?}");
        }
    }
    assert_eq!(exact.len(), 8);
}

#[test]
fn what_google_is_told_is_what_the_table_says() {
    let told = serde_json::to_value(ConsentMode::default()).unwrap();
    let told: BTreeSet<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    let types = |purpose: Purpose| {
        let narrower =
            purpose.terms_of(Vocabulary::GoogleConsentMode).filter(|t| t.relation() == Relation::Narrower);
        narrower.map(|term| term.id()).collect::<Vec<_>>()
    };
    assert_eq!(Purpose::ALL.into_iter().flat_map(types).collect::<BTreeSet<_>>(), told);
    assert_eq!(types(Purpose::EngagementAnalysis), ["analytics_storage"]);
}

/// Every text that stands where a context names a term: `dpv:Marketing`.
fn named(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| named(value, found)),
        Value::String(text) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

#[test]
fn every_term_of_the_context_is_published_and_every_word_is_in_it() {
    let (context, published) = (terms::context(), published());
    let mut found = BTreeSet::new();
    named(&context, &mut found);
    let vocabularies = [("dpv", "dpv"), ("pd", "dpv_pd"), ("eu-gdpr", "dpv_eu_gdpr")];
    // Dublin Core and XML Schema are not DPV's; their terms here are few enough to read.
    let others = [
        "dct:conformsTo",
        "dct:created",
        "dct:hasPart",
        "dct:identifier",
        "dct:language",
        "dct:valid",
        "xsd:dateTime",
    ];
    for text in &found {
        let Some((prefix, id)) = text.split_once(':').filter(|(_, id)| !id.starts_with("//")) else {
            continue;
        };
        match vocabularies.iter().find(|(known, _)| *known == prefix) {
            Some((_, vocabulary)) => assert!(published[*vocabulary].contains(id), "{text} is not published"),
            None => assert!(others.contains(&text.as_str()), "{text} is of no known vocabulary"),
        }
    }
    let of =
        |place: &str| context.pointer(&format!("/@context/{place}")).unwrap_or_else(|| panic!("no {place}"));
    for (list, word, _, stands) in words() {
        let places: &[&str] = match list {
            "category" => &[
                "purposes/@context/pii_type/@context",
                "choices/@context/category/@context",
                "event/@context/category/@context",
            ],
            "purpose" => &[
                "purposes/@context/purpose/@context",
                "choices/@context/purpose/@context",
                "event/@context/purpose/@context",
            ],
            "kind" => &["party_identification/@context"],
            _ => &["purposes/@context/lawful_basis/@context"],
        };
        for place in places {
            let compact = of(place)[word].as_str().unwrap_or_else(|| panic!("{place} lacks {word}"));
            let (prefix, id) = compact.split_once(':').unwrap();
            let namespace = context["@context"][prefix].as_str().unwrap();
            assert_eq!(Some(format!("{namespace}{id}")), stands.iri(), "{place}: {word}");
        }
    }
}

#[test]
fn the_documents_that_are_expanded_are_what_this_version_writes() {
    let receipt = fs::read_to_string(path("tests/receipts/promotion.json")).unwrap();
    assert!(Receipt::from_json(&receipt).is_ok());
    let record = fs::read_to_string(path("tests/jsonld/record.json")).unwrap();
    let Ok(Statement::Standing(standing)) = Statement::from_json(&record) else { panic!("no record") };
    assert_eq!(standing.choices.len(), 3);
    // What they expand to is checked by a JSON-LD processor, in `.ci/jsonld`.
    for expanded in ["tests/jsonld/receipt.expanded.json", "tests/jsonld/record.expanded.json"] {
        assert!(json(expanded).as_array().is_some_and(|nodes| nodes.len() == 1), "{expanded}");
    }
}

#[test]
fn the_open_api_document_has_every_term_beside_its_word() {
    let document = json("schemas/openapi-3.1.json");
    let lists = [
        ("category", "DataCategory"),
        ("purpose", "Purpose"),
        ("kind", "ProcessorKind"),
        ("basis", "LegalBasis"),
    ];
    for (list, word, terms, _) in words() {
        let (_, name) = lists.iter().find(|(known, _)| *known == list).unwrap();
        let annotated = &document["components"]["schemas"][*name]["x-terms"][word];
        let annotated: Vec<_> = annotated
            .as_array()
            .unwrap()
            .iter()
            .map(|term| {
                (
                    term["vocabulary"].as_str().unwrap(),
                    term["id"].as_str().unwrap(),
                    term["relation"].as_str().unwrap(),
                    term["iri"].as_str().map(str::to_owned),
                )
            })
            .collect();
        let expected: Vec<_> =
            terms.iter().map(|t| (t.vocabulary().as_str(), t.id(), t.relation().as_str(), t.iri())).collect();
        assert_eq!(annotated, expected, "{word}");
    }
}
