//! A statement says everything that a record holds and nothing else, and its schema takes what its reader takes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod plain;
mod support;

use std::collections::HashMap;

use dynamoi_privacy::{
    Event, Gate, History,
    consent::{Chosen, Record, Statement},
    vocabulary::{Purpose, SubjectId},
};
use serde_json::{Value, json};
use support::{Draw, gate_with, instant};

/// The JSON of a statement, which reads back as the same statement.
fn json_of(statement: &Statement) -> String {
    let json = serde_json::to_string(statement).unwrap();
    let read = Statement::from_json(&json).unwrap();
    assert!(read == *statement, "{json}");
    json
}

/// Records of random events, cut off at each length, so that many differ in one part alone.
fn records(seed: u64) -> (Gate, Vec<Record>) {
    let mut draw = Draw::new(seed);
    let versions = if seed % 10 == 9 { 70 } else { 1 + draw.rng.below(6) };
    let gate = gate_with(&draw.documents(versions));
    let mut records = Vec::new();
    // The draw also has instants behind the year 9999, which RFC 3339 and so the wire cannot write.
    let on_the_wire = |event: &Event| Event::from_json(&serde_json::to_string(event).unwrap()).is_ok();
    for event in draw.events(60).into_iter().filter(on_the_wire) {
        let subject = event.subject;
        gate.record(event).unwrap();
        records.push(gate.record_of(subject).unwrap());
    }
    (gate, records)
}

#[test]
fn records_are_equal_exactly_when_their_statements_and_their_json_are() {
    let (mut equal, mut unequal, mut erased) = (0, 0, 0);
    for seed in 0..120 {
        let (gate, records) = records(seed);
        let statements: Vec<Statement> = records.iter().map(|r| r.statement(gate.history())).collect();
        let json: Vec<String> = statements.iter().map(json_of).collect();
        for one in 0..records.len() {
            erased += usize::from(statements[one].is_erased());
            for other in 0..one {
                let same = records[one] == records[other];
                assert_eq!(same, statements[one] == statements[other], "{} {}", json[one], json[other]);
                assert_eq!(same, json[one] == json[other], "world {seed}");
                if same { equal += 1 } else { unequal += 1 }
            }
        }
    }
    assert!(equal > 100 && unequal > 10_000 && erased > 20, "{equal} {unequal} {erased}");
}

/// The events of a statement: a gate that gets them holds the record that the statement was made of, so nothing of it
/// is lost.
fn events(statement: &Statement, subject: SubjectId) -> Vec<Event> {
    match statement {
        Statement::Erased(tombstone) => vec![Event::erase(subject, tombstone.erased_at)],
        Statement::Standing(standing) => {
            let at = instant("2026-01-05T09:00:00Z");
            let mut events: Vec<Event> = standing
                .accepted
                .iter()
                .map(|version| Event::accept(subject, version.as_str(), at))
                .collect();
            events.extend(standing.age.map(|age| match age.minor_until {
                Some(date) => Event::minor_until(subject, date, age.at),
                None => Event::of_age(subject, age.at),
            }));
            if let Some(home) = standing.home {
                // An unknown one is two at one instant.
                let countries = home.country.map_or_else(
                    || vec!["DE".parse().unwrap(), "SE".parse().unwrap()],
                    |country| vec![country],
                );
                events.extend(countries.into_iter().map(|country| Event::home(subject, country, home.at)));
            }
            events.extend(standing.choices.iter().map(|choice| match &choice.chosen {
                Chosen::Granted { policy_version, expires_at: None } => {
                    Event::grant(subject, choice.scope.clone(), policy_version.as_str(), choice.at)
                }
                Chosen::Granted { policy_version, expires_at: Some(until) } => {
                    let version = policy_version.as_str();
                    Event::grant_until(subject, choice.scope.clone(), version, choice.at, *until)
                }
                Chosen::Denied => Event::deny(subject, choice.scope.clone(), choice.at),
                Chosen::Withdrawn => Event::withdraw(subject, choice.scope.clone(), choice.at),
            }));
            events
        }
    }
}

#[test]
fn a_record_can_be_made_again_of_its_statement() {
    for seed in 0..120 {
        let (gate, records) = records(seed);
        let documents: Vec<_> = gate.history().versions().map(|policy| policy.document().clone()).collect();
        let again = gate_with(&documents);
        for record in records {
            let statement = record.statement(gate.history());
            let subject = SubjectId::random();
            for event in events(&statement, subject) {
                again.record(event).unwrap();
            }
            let Some(made) = again.record_of(subject) else {
                assert!(json_of(&statement) == r#"{"accepted":[],"choices":[]}"#);
                continue;
            };
            // The numbers of the versions differ, and nothing else.
            assert!(made.statement(again.history()) == statement, "world {seed}: {}", json_of(&statement));
        }
    }
}

#[test]
fn a_version_that_was_only_heard_of_has_its_name() {
    let gate = Gate::fed(History::dynamoi(), chrono::TimeDelta::seconds(5));
    let (subject, at) = (SubjectId::random(), instant("2026-01-05T09:00:00Z"));
    gate.record(Event::accept(subject, "2.0.0", at)).unwrap();
    gate.record(Event::grant(subject, Purpose::Promotion, "1.9.0", at)).unwrap();
    let json = json_of(&gate.record_of(subject).unwrap().statement(gate.history()));
    assert!(
        json.contains(r#""accepted":["2.0.0"]"#) && json.contains(r#""policy_version":"1.9.0""#),
        "{json}"
    );
}

/// Statements that are right and wrong, each in one respect.
fn odd() -> HashMap<&'static str, Value> {
    let scope = json!({"purpose": "promotion"});
    let at = "2026-01-05T09:00:00Z";
    let granted = json!({"scope": scope, "state": "granted", "at": at, "policy_version": "1.0.0"});
    let with = |base: &Value, field: &str, value: Value| {
        let mut base = base.clone();
        base[field] = value;
        base
    };
    let choice = |choice: Value| json!({"accepted": [], "choices": [choice]});
    HashMap::from([
        ("nothing held", json!({"accepted": [], "choices": []})),
        ("erased", json!({"erased_at": at})),
        ("erased and more", json!({"erased_at": at, "accepted": []})),
        ("no object", json!([])),
        ("null", Value::Null),
        ("empty", json!({})),
        ("no choices", json!({"accepted": []})),
        ("a stray field", json!({"accepted": [], "choices": [], "stray": 1})),
        ("a grant", choice(granted.clone())),
        ("a grant with an end", choice(with(&granted, "expires_at", json!("2027-01-05T09:00:00Z")))),
        ("a grant with null for its end", choice(with(&granted, "expires_at", Value::Null))),
        ("a denial", choice(json!({"scope": scope, "state": "denied", "at": at}))),
        ("a withdrawal", choice(json!({"scope": scope, "state": "withdrawn", "at": at}))),
        ("a denial under a version", choice(with(&granted, "state", json!("denied")))),
        ("another state", choice(with(&granted, "state", json!("asked")))),
        ("a stray field of a choice", choice(with(&granted, "stray", json!(1)))),
        ("a scope of nothing", choice(with(&granted, "scope", json!({})))),
        (
            "null for a category",
            choice(with(&granted, "scope", json!({"purpose": "billing", "category": null}))),
        ),
        ("of age", json!({"accepted": [], "age": {"at": at}, "choices": []})),
        ("null for an age", json!({"accepted": [], "age": null, "choices": []})),
        ("an age without its instant", json!({"accepted": [], "age": {}, "choices": []})),
        ("home unknown", json!({"accepted": [], "home": {"at": at}, "choices": []})),
        ("no country", json!({"accepted": [], "home": {"at": at, "country": "XX"}, "choices": []})),
        ("a number for a version", json!({"accepted": [1], "choices": []})),
    ])
}

#[test]
fn reader_and_schema_take_and_refuse_the_same() {
    let schema = schemars::schema_for!(Statement);
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let mut taken = 0;
    for (what, value) in odd() {
        let read = Statement::from_json(&value.to_string()).is_ok();
        assert_eq!(read, validator.is_valid(&value), "{what}");
        taken += usize::from(read);
    }
    assert_eq!(taken, 8);
    for seed in 0..20 {
        let (gate, records) = records(seed);
        for record in records {
            let value = serde_json::to_value(record.statement(gate.history())).unwrap();
            assert!(validator.is_valid(&value), "{value}");
        }
    }
}

#[test]
fn what_no_schema_can_say_is_refused_all_the_same() {
    let at = "2026-01-05T09:00:00Z";
    let grant = json!({"scope": {"purpose": "promotion"}, "state": "granted", "at": at, "policy_version": "1.0.0",
        "expires_at": at});
    let denial = json!({"scope": {"purpose": "promotion"}, "state": "denied", "at": at});
    for (value, path, problem) in [
        (
            json!({"accepted": ["1", "1"], "choices": []}),
            "accepted",
            "found a version twice, expected each once",
        ),
        (
            json!({"accepted": [], "choices": [denial, denial]}),
            "choices",
            "found a scope twice, expected each once",
        ),
        (
            json!({"accepted": [], "choices": [grant]}),
            "choices[0]",
            "found a grant that expires at or before the instant at which it was given, expected a later one",
        ),
    ] {
        let error = Statement::from_json(&value.to_string()).unwrap_err();
        assert_eq!((error.path(), error.problem()), (path, problem));
    }
}
