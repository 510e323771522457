//! Dynamoi's own policy: the crate's reading of the document is the document's, row by row.

use dynamoi_privacy::{
    policy::{Document, History},
    vocabulary::{DataCategory, ProcessorId, ProcessorKind, Purpose, Source},
};
use serde_json::Value;

use super::forms::dynamoi;

/// Whether a list of the document has a word.
fn has(list: &Value, word: &str) -> bool {
    list.as_array().unwrap().iter().any(|item| item == word)
}

/// Whether a table of the document has a row for which all of this holds.
fn row(table: &Value, holds: impl Fn(&Value) -> bool) -> bool {
    table.as_array().unwrap().iter().any(holds)
}

#[test]
fn the_built_in_document_is_the_file() {
    assert_eq!(serde_json::to_value(Document::dynamoi()).unwrap(), dynamoi());
    let read = Document::from_json(&dynamoi().to_string()).unwrap();
    assert_eq!(read, Document::dynamoi());
}

#[test]
fn what_is_obeyed_is_what_the_file_says() {
    let history = History::dynamoi();
    let file = dynamoi();
    let policy = history.version("1.0.0").unwrap();
    assert_eq!(history.versions().count(), 1);
    assert_eq!(policy.effective_from().to_rfc3339(), "2025-01-01T00:00:00+00:00");
    assert_eq!(policy.unknown_age().as_str(), file["unknown_age"]);
    for purpose in Purpose::ALL {
        let name = purpose.as_str();
        let basis = policy.basis(purpose);
        assert!(row(&file["purposes"], |row| row["id"] == name && row["basis"] == basis.as_str()), "{name}");
        for category in DataCategory::ALL {
            let category_name = category.as_str();
            let of = |row: &Value| row["purpose"] == name && has(&row["categories"], category_name);
            assert_eq!(policy.uses(purpose, category), row(&file["uses"], of), "{name} {category_name}");
            for kind in ProcessorKind::ALL {
                let shared = row(&file["sharing"], |row| of(row) && has(&row["recipients"], kind.as_str()));
                assert_eq!(policy.shares(purpose, category, kind), shared, "{name} {category_name} {kind}");
            }
        }
    }
    for category in DataCategory::ALL {
        let from = |source: &str| {
            row(&file["collection"], |row| {
                row["category"] == category.as_str() && has(&row["sources"], source)
            })
        };
        assert_eq!(policy.collects_from_subject(category), from("subject"), "{category}");
        for kind in ProcessorKind::ALL {
            assert_eq!(policy.collects_from(category, kind), from(kind.as_str()), "{category} {kind}");
        }
        let encrypted = has(&file["storage"]["encrypted"], category.as_str());
        assert_eq!(policy.stores_encrypted(category), encrypted, "{category}");
    }
    let safeguard = policy.storage_safeguard().map(|safeguard| safeguard.as_str());
    assert_eq!(safeguard, file["storage"]["safeguard"].as_str());
}

#[test]
fn the_twelve_processors_are_registered_as_the_file_says() {
    let (history, file) = (History::dynamoi(), dynamoi());
    let policy = history.version("1.0.0").unwrap();
    let rows = file["processors"].as_array().unwrap();
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ProcessorId::NAMED.each_ref().map(ProcessorId::as_str));
    for row in rows {
        let id: ProcessorId = row["id"].as_str().unwrap().parse().unwrap();
        let processor = policy.processor(&id).unwrap();
        assert_eq!(processor.kind().as_str(), row["kind"]);
        assert_eq!(processor.safeguard().map(|safeguard| safeguard.as_str()), row["safeguard"].as_str());
        for kind in ProcessorKind::ALL {
            let barred = row.get("no_onward_to").is_some_and(|kinds| has(kinds, kind.as_str()));
            assert_eq!(processor.forbids_onward_to(kind), barred, "{id} {kind}");
        }
        assert_eq!(row["id"].as_str().unwrap().parse(), Ok(Source::Processor(id)));
    }
    assert!(policy.processor(&ProcessorId::from_static("adform")).is_none());
}
