//! What is kept, dropped and refused.

use std::collections::HashSet;

use dynamoi_privacy::{
    processors::{PayloadError, System, facebook_ads, stripe},
    vocabulary::{ProcessorId, SubjectId},
};
use serde_json::{Value, json};

use crate::payloads::{self, SYSTEMS};

#[test]
fn every_payload_is_read_as_expected() {
    for payload in payloads::all() {
        let read = payloads::read(payload.system, &payload.bytes);
        let found = read.unwrap_or_else(|error| json!({ "error": error.to_string() }));
        assert_eq!(found, payload.expected, "{}/{}", payload.system, payload.name);
    }
}

#[test]
fn a_payload_of_one_system_is_an_error_to_every_other() {
    for payload in payloads::all() {
        for other in SYSTEMS.into_iter().filter(|other| *other != payload.system) {
            match payloads::read(other, &payload.bytes) {
                Err(PayloadError::NotOfSystem(_)) => {}
                // RFC 6749 gives the errors of an authorization server one form, whoever runs it.
                Err(PayloadError::Vendor(_)) if is_error_of_oauth(&payload.bytes) => {}
                // A page of nothing has no marks of anybody's.
                Ok(report) if is_bare_page(&payload.bytes) => assert_eq!(report["kept"], json!([])),
                found => panic!("{other} takes {}/{}: {found:?}", payload.system, payload.name),
            }
        }
    }
}

fn is_error_of_oauth(payload: &[u8]) -> bool {
    let payload: Value = serde_json::from_slice(payload).unwrap();
    payload["error"].is_string() && payload["error_description"].is_string()
}

fn is_bare_page(payload: &[u8]) -> bool {
    serde_json::from_slice::<Value>(payload).unwrap() == json!({ "data": [] })
}

#[test]
fn an_empty_array_is_an_empty_answer_where_answers_are_arrays() {
    for system in SYSTEMS {
        let read = payloads::read(system, b"[]");
        match system {
            // A list of artists, and a stream in which nothing came.
            System::FeatureFm | System::GoogleAds => {
                assert_eq!(read.unwrap(), json!({ "kept": [], "dropped": ["$"] }));
            }
            _ => assert!(matches!(read, Err(PayloadError::NotOfSystem(_))), "{system}: {read:?}"),
        }
    }
}

#[test]
fn things_of_no_system_are_errors() {
    for nothing in [
        "{}",
        "null",
        "true",
        "7",
        "\"x\"",
        "[{}]",
        "[null]",
        "[[]]",
        "",
        "{\"data\": {}}",
        "{\"data\": null}",
        "{\"items\": {}}",
        "{\"object\": 1}",
        "{\"object\": \"thing\"}",
        "{\"error\": {}}",
        "{\"error\": \"no\"}",
    ] {
        for system in SYSTEMS {
            let error = payloads::read(system, nothing.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("at $") && error.contains("expected"), "{system}, {nothing}: {error}");
        }
    }
    assert_eq!(
        payloads::read(System::FacebookAds, br#"{"id": "1", "planted": 2}"#).unwrap_err().to_string(),
        "not a Facebook Ads payload: at $, found an object with the fields id, planted, expected a page with data, \
         an object or a map of objects with insights, or a report run"
    );
}

#[test]
fn nothing_of_another_person_is_kept_or_named() {
    for payload in payloads::all() {
        let shown = match payloads::read(payload.system, &payload.bytes) {
            // Paths and fields name fields, which the vendor named; the values are what counts.
            Ok(report) => report["kept"].to_string(),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.to_lowercase().contains("planted"), "{}/{}: {shown}", payload.system, payload.name);
    }
}

#[test]
fn dropped_are_leaves_of_the_payload_each_once() {
    for payload in payloads::all() {
        let Ok(report) = payloads::read(payload.system, &payload.bytes) else { continue };
        let mut leaves = HashSet::new();
        list_leaves(&serde_json::from_slice(&payload.bytes).unwrap(), "$", &mut leaves);
        let dropped: Vec<&str> =
            report["dropped"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
        let once: HashSet<&str> = dropped.iter().copied().collect();
        assert_eq!(once.len(), dropped.len(), "{}/{}", payload.system, payload.name);
        for path in &dropped {
            assert!(leaves.contains(*path), "{}/{}: {path} is no leaf", payload.system, payload.name);
        }
        // Of JSON that stands as text in JSON a part is taken, and the text stays dropped.
        let kept_none = report["kept"].as_array().unwrap().is_empty() || payload.name == "batch-answers";
        assert_eq!(dropped.len() == leaves.len(), kept_none, "{}/{}", payload.system, payload.name);
    }
}

/// The leaves as the documentation defines them, written a second time.
fn list_leaves(value: &Value, path: &str, to: &mut HashSet<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            members
                .iter()
                .for_each(|(name, member)| list_leaves(member, &format!("{path}{}", step(name)), to));
        }
        Value::Array(elements) if elements.iter().any(|e| e.is_object() || e.is_array()) => {
            let elements = elements.iter().enumerate();
            elements.for_each(|(index, element)| list_leaves(element, &format!("{path}[{index}]"), to));
        }
        _ => assert!(to.insert(path.to_owned())),
    }
}

/// One step of a JSON path, for the names that are in the payloads.
pub(crate) fn step(name: &str) -> String {
    let plain = !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { format!(".{name}") } else { format!("['{name}']") }
}

#[test]
fn the_host_may_name_the_currency_of_an_account() {
    let page = br#"{"data": [
        {"spend": "12.5", "date_start": "2026-01-01", "date_stop": "2026-01-01"},
        {"spend": "12.5", "account_currency": "USD", "date_start": "2026-01-01", "date_stop": "2026-01-01"}
    ]}"#;
    let reading = facebook_ads::read_in_currency(SubjectId::random(), page, "EUR".parse().unwrap()).unwrap();
    let kept = payloads::report(reading)["kept"].take();
    assert_eq!(kept[0]["spend"], json!({ "minor_units": 1250, "currency": "EUR" }));
    assert_eq!(kept[1]["spend"], json!({ "minor_units": 1250, "currency": "USD" }));
}

#[test]
fn what_is_kept_is_guarded_as_the_subjects_and_as_obtained_from_the_system() {
    let subject = SubjectId::random();
    let reading = stripe::read(subject, br#"{"object": "customer", "address": {"city": "Graz"}}"#).unwrap();
    let kept = reading.into_kept().pop().unwrap();
    assert_eq!((kept.subject(), kept.origin()), (subject, Some(&ProcessorId::STRIPE)));
}

#[test]
fn a_vendors_own_error_is_told_apart_from_a_foreign_payload() {
    for payload in payloads::all().iter().filter(|p| p.name.starts_with("error")) {
        match payloads::read(payload.system, &payload.bytes) {
            Err(PayloadError::Vendor(error)) => assert!(error.to_string().contains(error.system())),
            found => panic!("{}/{}: {found:?}", payload.system, payload.name),
        }
    }
}
