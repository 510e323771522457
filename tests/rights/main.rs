//! What a subject may have of what is held of them: an export that is whole, of nobody else, and of its schema.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod erasure;
mod linked;
#[path = "../plain/mod.rs"]
mod plain;
mod schemas;
#[path = "../support/mod.rs"]
mod support;

use std::{collections::BTreeSet, sync::LazyLock};

use dynamoi_privacy::{
    Event, Gate, History, Purpose, SubjectId,
    audit::Entry,
    consent::{EventKind, EventType, Scope, Statement},
    rights::{Export, Held, issuer},
    schema,
    vocabulary::ProcessorId,
};
use serde_json::{Value, json};
use support::{Draw, gate_with, instant};

const NOW: &str = "2026-01-08T12:00:00Z";

/// The export of a subject, checked against its schema.
fn export(gate: &Gate, subject: SubjectId, events: &[Event], decisions: Vec<Entry>) -> (String, Value) {
    let issuer = issuer().notice("https://dynamoi.example/privacy", "en");
    let held = Held { events: events.to_vec(), decisions, issuer: &issuer };
    let export = Export::of(gate, subject, held, instant(NOW));
    assert_eq!(format!("{export:?}"), "Export");
    let text = serde_json::to_string(&export).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    static SCHEMA: LazyLock<jsonschema::Validator> =
        LazyLock::new(|| jsonschema::validator_for(&schema::of(schema::Name::EXPORT)).unwrap());
    let wrong: Vec<String> = SCHEMA.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(text.starts_with(r#"{"format":1,"exported_at":"2026-01-08T12:00:00Z","subject":""#), "{text}");
    assert_eq!(export.is_erased(), value.get("erased_at").is_some());
    (text, value)
}

fn ids(events: &Value) -> Vec<&str> {
    events.as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap()).collect()
}

/// A subject and the visitors that it leads to.
fn reached(events: &[Event], subject: SubjectId) -> BTreeSet<SubjectId> {
    let mut person = BTreeSet::from([subject]);
    for _ in 0..events.len() {
        for event in events {
            if let (EventKind::Linked { visitor }, true) = (&event.kind, person.contains(&event.subject)) {
                person.insert(*visitor);
            }
        }
    }
    person
}

#[test]
fn an_export_has_every_event_of_the_subject_and_nobody_elses() {
    let (mut exported, mut linked, mut erased) = (0, 0, 0);
    for seed in 0..60 {
        let mut draw = Draw::new(seed);
        let count = 1 + draw.rng.below(4);
        let gate = gate_with(&draw.documents(count));
        let on_the_wire = |event: &Event| Event::from_json(&serde_json::to_string(event).unwrap()).is_ok();
        let events: Vec<Event> = draw.events(60).into_iter().filter(on_the_wire).collect();
        events.iter().for_each(|event| gate.record(event.clone()).unwrap());
        for subject in draw.subjects.clone() {
            // The host hands over too much, and in any order.
            let mut handed = events.clone();
            draw.rng.shuffle(&mut handed);
            let (text, value) = export(&gate, subject, &handed, vec![]);
            let person = reached(&events, subject);
            for other in draw.subjects.iter().filter(|other| !person.contains(other)) {
                assert!(!text.contains(&other.uuid().to_string()), "world {seed}: somebody else is in it");
            }
            let record = gate.record_of(subject);
            if let Some(Statement::Erased(tombstone)) = record.as_ref().map(|r| r.statement(gate.history())) {
                let fields: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
                assert_eq!(fields, BTreeSet::from(["format", "exported_at", "subject", "erased_at"]));
                assert_eq!(value["erased_at"], serde_json::to_value(tombstone).unwrap()["erased_at"]);
                erased += 1;
                continue;
            }
            let mut own: Vec<&Event> =
                events.iter().filter(|event| person.contains(&event.subject)).collect();
            own.sort_by_key(|event| (event.at, event.id));
            let own: Vec<String> = own.iter().map(|event| event.id.to_string()).collect();
            assert_eq!(ids(&value["events"]), own);
            let stands = record.map(|record| record.statement(gate.history()));
            let stands = serde_json::to_value(stands).unwrap();
            let nothing = json!({"accepted": [], "choices": []});
            let stands = if stands.is_null() { nothing } else { stands };
            let links = |event: &Event| event.subject == subject && event.event_type() == EventType::Linked;
            if events.iter().any(links) {
                linked += 1;
                assert_eq!(value["effective_record"], stands);
                let alone = Gate::fed(History::new(), chrono::TimeDelta::MAX);
                gate.history().versions().for_each(|policy| alone.adopt(policy.document().clone()).unwrap());
                let own = events.iter().filter(|event| event.subject == subject && !links(event));
                own.for_each(|event| alone.record(event.clone()).unwrap());
                let own = alone.record_of(subject).map(|record| record.statement(alone.history()));
                let own = own.map_or_else(|| json!({"accepted": [], "choices": []}), |own| json!(own));
                assert_eq!(value["record"], own, "by its own events alone");
            } else {
                assert_eq!(value["record"], stands);
                assert_eq!(value.get("effective_record"), None);
            }
            let removals = serde_json::to_value(gate.removals(subject)).unwrap();
            assert_eq!(value["removals"], removals);
            exported += 1;
        }
    }
    assert!(exported > 80 && linked > 10 && erased > 10, "{exported} {linked} {erased}");
}

#[test]
fn decisions_and_what_is_owed_are_in_it() {
    let gate = Gate::new(History::dynamoi());
    let (subject, at) = (SubjectId::random(), instant("2026-01-05T09:00:00Z"));
    let spotify = Scope::from(Purpose::MusicDistribution).processor(ProcessorId::SPOTIFY);
    let events = [
        Event::accept(subject, "1.0.0", at),
        Event::withdraw(subject, spotify, at),
        Event::deny(subject, Purpose::MarketingCampaigns, at),
    ];
    events.iter().for_each(|event| gate.record(event.clone()).unwrap());
    let (_, value) = export(&gate, subject, &events, vec![]);
    let due = value["removals"].as_array().unwrap().iter().find(|removal| removal["processor"] == "spotify");
    assert_eq!(due.unwrap()["delete_obtained_by"], "2026-01-10T09:00:00Z");
    let documented = value["removals"].as_array().unwrap().iter().filter(|r| r["deletion"].is_array());
    assert!(documented.count() > 1, "the requests by which systems delete are validated, too");
    let receipts: Vec<&Value> = value["receipts"].as_array().unwrap().iter().collect();
    let of =
        |receipt: &Value| receipt["pii_processing"]["purposes"][0]["purpose"].as_str().unwrap().to_owned();
    let of: Vec<String> = receipts.into_iter().map(of).collect();
    assert_eq!(of, ["marketing_campaigns", "music_distribution"]);
}

#[test]
fn whatever_hears_of_an_erasure_first_nothing_more_is_shown() {
    let subject = SubjectId::random();
    let (at, later) = (instant("2026-01-05T09:00:00Z"), instant("2026-01-06T09:00:00Z"));
    let granted = Event::grant(subject, Purpose::Promotion, "1.0.0", at);
    let erased = Event::erase(subject, later);
    // The ledger has it, and the gate will.
    let gate = Gate::new(History::dynamoi());
    gate.record(granted.clone()).unwrap();
    let (text, value) = export(&gate, subject, &[granted.clone(), erased.clone()], vec![]);
    assert_eq!(value["erased_at"], "2026-01-06T09:00:00Z");
    assert!(!text.contains("promotion"));
    // The gate has it, and the events were read before.
    gate.record(erased).unwrap();
    let (text, value) = export(&gate, subject, &[granted], vec![]);
    assert_eq!(value["erased_at"], "2026-01-06T09:00:00Z");
    assert!(!text.contains("promotion"));
}

#[test]
fn of_somebody_unknown_nothing_is_held() {
    let gate = Gate::new(History::dynamoi());
    let (_, value) = export(&gate, SubjectId::random(), &[], vec![]);
    for empty in ["events", "decisions", "receipts", "removals"] {
        assert_eq!(value[empty], json!([]));
    }
    assert_eq!(value["record"], json!({"accepted": [], "choices": []}));
}

#[test]
fn the_export_of_an_account_has_its_visitors_and_not_the_other_way_round() {
    let (account, visitor, further) = (SubjectId::random(), SubjectId::random(), SubjectId::random());
    let (at, gate) = (instant("2026-01-05T09:00:00Z"), Gate::new(History::dynamoi()));
    let events = [
        Event::grant(account, Purpose::Promotion, "1.0.0", at),
        Event::link(account, visitor, at),
        Event::deny(visitor, Purpose::Promotion, at),
        Event::link(visitor, further, at),
        Event::link(further, account, at), // a circle
        Event::deny(SubjectId::random(), Purpose::Promotion, at),
    ];
    events.iter().for_each(|event| gate.record(event.clone()).unwrap());
    let (_, value) = export(&gate, account, &events, vec![]);
    assert_eq!(ids(&value["events"]).len(), 5);
    assert_eq!(value["record"]["choices"][0]["state"], "granted", "by its own events");
    assert_eq!(value["effective_record"]["choices"][0]["state"], "denied", "as it is judged");
    assert_eq!(value["receipts"][0]["event"][0]["event_state"], "refused");

    let gate = Gate::new(History::dynamoi());
    events[..3].iter().for_each(|event| gate.record(event.clone()).unwrap());
    let (text, value) = export(&gate, visitor, &events[..3], vec![]);
    assert_eq!(ids(&value["events"]), [events[2].id.to_string()]);
    assert!(!text.contains(&account.uuid().to_string()));
    assert_eq!(value.get("effective_record"), None);
}
