//! An old process: it follows a ledger in which others write under versions of the policy that it does not have yet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod plain;
mod support;

use chrono::TimeDelta;
use dynamoi_privacy::{
    consent::Event,
    gate::{Action, Flow, Gate, RecordError, Request, Signals},
    policy::{Document, History},
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};
use support::{Draw, dynamoi, gate_with, instant};

/// A gate that is fed and lacks all versions but these.
fn fed_with(documents: &[Document]) -> Gate {
    let history = History::new();
    for document in documents {
        history.add(document.clone()).unwrap();
    }
    let gate = Gate::fed(history, TimeDelta::MAX);
    gate.confirm_current(gate.ask());
    gate
}

fn agree(old: &Gate, knowing: &Gate, draw: &mut Draw, why: &str) {
    for _ in 0..40 {
        let request = draw.request();
        let other = knowing.decide(&request).unwrap();
        // Of an instant that has no nanosecond of its own a gate that is fed says nothing.
        let Ok(one) = old.decide(&request) else {
            assert!(request.at.timestamp_nanos_opt().is_none());
            continue;
        };
        assert_eq!(one.reasons().to_string(), other.reasons().to_string(), "{why}");
    }
}

#[test]
fn whoever_adopts_a_version_late_decides_as_all_others_do() {
    for seed in 0..500 {
        let mut draw = Draw::new(seed);
        let versions = 2 + draw.rng.below(4);
        let documents = draw.documents(versions);
        let events = 5 + draw.rng.below(75);
        let mut events = draw.events(events);
        // A link here and there, and never to itself.
        for event in &mut events {
            let visitor = draw.subject();
            if draw.rng.chance(4) && visitor != event.subject {
                *event = Event { id: event.id, ..Event::link(event.subject, visitor, event.at) };
            }
        }
        let knowing = gate_with(&documents);
        let known = draw.rng.below(versions);
        let old = fed_with(&documents[..known]);
        let mut missing = documents[known..].to_vec();
        draw.rng.shuffle(&mut missing);
        for event in &events {
            knowing.record(event.clone()).unwrap();
            old.record(event.clone()).unwrap();
            // One may come in the midst of it.
            if missing.len() > 1 && draw.rng.chance(2) {
                old.adopt(missing.pop().unwrap()).unwrap();
            }
        }
        for document in missing {
            old.adopt(document).unwrap();
        }
        agree(&old, &knowing, &mut draw, &format!("seed {seed}"));
    }
}

/// The second version differs from the first in its name and its instant alone.
fn second() -> Document {
    let mut document = dynamoi();
    document.version = "2.0.0".into();
    document.effective_from = instant("2026-01-01T00:00:00Z");
    document
}

#[test]
fn what_names_a_version_that_is_lacking_is_kept_and_permits_nothing_until_it_comes() {
    let at = instant("2026-01-05T09:00:00Z");
    let (promotion, until) = (Purpose::Promotion, at + TimeDelta::days(30));
    let accepted = |subject| Event::accept(subject, "2.0.0", at);
    let granted = |subject| Event::grant_until(subject, promotion, "2.0.0", at, until);
    let day = TimeDelta::days(1);
    // What was chosen, and whether promotion is permitted once the version is there.
    let subjects = [(); 6].map(|()| SubjectId::random());
    let [both, refused, expired, unaccepted, before, again] = subjects;
    let stories: [(SubjectId, Vec<Event>, &str); 6] = [
        (both, vec![granted(both), accepted(both)], ""),
        (
            refused,
            vec![Event::withdraw(refused, promotion, at + day), granted(refused), accepted(refused)],
            "consent_withdrawn",
        ),
        (
            expired,
            vec![Event::grant_until(expired, promotion, "2.0.0", at, at + day), accepted(expired)],
            "consent_expired",
        ),
        (unaccepted, vec![granted(unaccepted)], "policy_not_accepted"),
        // A grant under the first version gives way to the later one under the second.
        (
            before,
            vec![
                Event::grant(before, promotion, "1.0.0", at - day),
                Event::accept(before, "1.0.0", at - day),
                granted(before),
            ],
            "",
        ),
        (again, vec![Event::deny(again, promotion, at - day), granted(again), accepted(again)], ""),
    ];
    let old = fed_with(&[dynamoi()]);
    for event in stories.iter().flat_map(|(_, events, _)| events) {
        old.record(event.clone()).unwrap();
    }
    let ask = |gate: &Gate, subject| {
        let share = Action::Share { processor: ProcessorId::FEATURE_FM, country: None };
        let flow = Flow::new(DataCategory::Streaming, promotion, share);
        let request = Request { subject, flow, at: at + day * 10, signals: Signals::default() };
        gate.decide(&request).unwrap().reasons().to_string()
    };
    for (subject, ..) in &stories {
        assert_ne!(ask(&old, *subject), "", "nothing is permitted under a version that is lacking");
    }
    // A refusal is none of the lacking version's.
    assert!(ask(&old, refused).contains("consent_withdrawn"));
    old.adopt(second()).unwrap();
    let knowing = gate_with(&[dynamoi(), second()]);
    for (subject, events, reasons) in stories {
        events.into_iter().for_each(|event| knowing.record(event).unwrap());
        assert_eq!(ask(&old, subject), reasons);
        assert_eq!(ask(&knowing, subject), reasons);
    }
}

#[test]
fn a_gate_that_is_not_fed_takes_no_version_that_it_lacks() {
    let event = Event::accept(SubjectId::random(), "2.0.0", instant("2026-01-05T09:00:00Z"));
    let refused = gate_with(&[dynamoi()]).record(event);
    assert_eq!(refused, Err(RecordError::UnknownPolicyVersion("2.0.0".into())));
}
