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
    processors::ConsentMode,
    terms::{self, Relation, Term, Vocabulary},
    vocabulary::{Country, DataCategory, LegalBasis, ProcessorKind, Purpose},
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

/// Every text that stands where linked data names a term: `dpv:Marketing`.
fn named(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            named(value, found);
        }),
        Value::Array(items) => items.iter().for_each(|value| named(value, found)),
        Value::String(text) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

#[test]
fn every_term_of_the_context_and_the_vocabulary_is_published() {
    let published = published();
    let mut found = BTreeSet::new();
    named(&terms::context(), &mut found);
    named(&terms::vocabulary(), &mut found);
    let mut terms = 0;
    for text in &found {
        let Some((prefix, id)) = text.split_once(':') else { continue };
        let vocabulary = match prefix {
            "dpv" => "dpv",
            "pd" => "dpv_pd",
            "eu-gdpr" => "dpv_eu_gdpr",
            _ => continue,
        };
        assert!(published[vocabulary].contains(id), "{text} is not published");
        terms += 1;
    }
    assert!(terms > 50, "{terms}");
}

#[test]
fn the_vocabulary_has_each_word_with_its_terms() {
    let vocabulary = terms::vocabulary();
    let nodes = vocabulary["@graph"].as_array().unwrap();
    let context = vocabulary["@context"].as_object().unwrap();
    let full = |compact: &str| {
        let (prefix, id) = compact.split_once(':').unwrap();
        let namespace = &context[prefix];
        format!("{}{id}", namespace.as_str().or(namespace["@id"].as_str()).unwrap())
    };
    let iris = DataCategory::ALL.map(DataCategory::iri).into_iter().chain(Purpose::ALL.map(Purpose::iri));
    let iris =
        iris.chain(ProcessorKind::ALL.map(ProcessorKind::iri)).chain(LegalBasis::ALL.map(LegalBasis::iri));
    let mut distinct = HashSet::new();
    for ((list, word, terms, _), iri) in words().into_iter().zip(iris) {
        assert_eq!(iri, format!("{}{list}:{word}", terms::NAMESPACE));
        let node = nodes.iter().find(|node| full(node["@id"].as_str().unwrap()) == iri);
        let node = node.unwrap_or_else(|| panic!("{iri} is not there"));
        assert!(!node["skos:definition"]["@value"].as_str().unwrap().is_empty());
        for (relation, property) in [
            (Relation::Exact, "skos:exactMatch"),
            (Relation::Broader, "skos:broadMatch"),
            (Relation::Narrower, "skos:narrowMatch"),
            (Relation::Overlapping, "skos:relatedMatch"),
        ] {
            let mapped = node[property].as_array().into_iter().flatten();
            let mapped: Vec<String> = mapped.map(|term| full(term["@id"].as_str().unwrap())).collect();
            let of_table = terms.iter().filter(|term| term.relation() == relation);
            assert_eq!(
                mapped,
                of_table.filter_map(|term| term.iri()).collect::<Vec<_>>(),
                "{iri} {property}"
            );
        }
        distinct.insert(iri);
    }
    assert_eq!(distinct.len(), nodes.len() - 1, "the words, and the scheme that they are in");
}

#[test]
fn every_country_is_a_location_of_dpv() {
    let extract = json("tests/vocabularies/dpv.json");
    let locations: HashSet<&str> =
        extract["locations"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    for code in Country::all().map(Country::as_str).chain(["EU", "EEA"]) {
        assert!(locations.contains(code), "{code}");
    }
    assert_eq!(locations.len(), Country::all().count() + 2);
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
