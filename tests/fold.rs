//! No order and no repetition of events changes a record, and nothing that was refused does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod plain;
mod support;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::{Event, EventKind, Record, Scope},
    gate::{Action, Gate, Reason, Request},
    policy::{Document, History},
    vocabulary::{DataCategory, PolicyVersion, ProcessorId, Purpose, SubjectId},
};
use plain::rng::Rng;
use support::{DAY, Draw, gate_with, history_of, instant};

/// Versions and events in the order in which they were drawn, and questions to compare gates by.
struct World {
    draw: Draw,
    documents: Vec<Document>,
    events: Vec<Event>,
    requests: Vec<Request>,
}

fn world(seed: u64) -> World {
    let mut draw = Draw::new(seed);
    // Every tenth world has more versions than a word has bits.
    let versions = if seed % 10 == 9 { 70 } else { 1 + draw.rng.below(6) };
    let documents = draw.documents(versions);
    let events = 5 + draw.rng.below(75);
    let events = draw.events(events);
    let requests = (0..40).map(|_| draw.request()).collect();
    World { draw, documents, events, requests }
}

fn record_all(gate: &Gate, events: &[Event]) {
    for event in events {
        gate.record(event.clone()).unwrap();
    }
}

impl World {
    /// A gate that got everything in the order in which it was drawn.
    fn gate(&self) -> Gate {
        let gate = gate_with(&self.documents);
        record_all(&gate, &self.events);
        gate
    }

    /// A gate that got the versions in their order, each as late as an event allows, and these events.
    fn gate_with_late_versions(&self, events: &[Event]) -> Gate {
        let gate = Gate::new(History::new());
        let mut waiting = self.documents.iter();
        for event in events {
            if let Some(name) = named(event) {
                while gate.history().version(name.as_str()).is_none() {
                    gate.adopt(waiting.next().unwrap().clone()).unwrap();
                }
            }
            gate.record(event.clone()).unwrap();
        }
        waiting.for_each(|document| gate.adopt(document.clone()).unwrap());
        gate
    }

    fn assert_same_records(&self, one: &Gate, other: &Gate, how: &str) {
        for subject in &self.draw.subjects {
            assert!(one.record_of(*subject) == other.record_of(*subject), "{how}: a record differs");
        }
    }

    /// Compares what two gates answer; returns how many of the questions were answered with a permit.
    fn assert_same_answers(&self, one: &Gate, other: &Gate, how: &str) -> usize {
        let mut permits = 0;
        // A fed gate has no answer about an instant that has no nanosecond of its own.
        let decidable =
            |at: DateTime<Utc>| other.age() == Some(Duration::ZERO) || at.timestamp_nanos_opt().is_some();
        for request in self.requests.iter().filter(|request| decidable(request.at)) {
            let answer = one.decide(request).unwrap();
            permits += usize::from(answer.is_permitted());
            assert_eq!(answer, other.decide(request).unwrap(), "{how}: {request:?} at {}", request.at);
        }
        for Request { flow, at, .. } in self.requests.iter().take(8).filter(|request| decidable(request.at)) {
            // Subjects come in the order of their first events, which here differs.
            let [one, other] = [one, other].map(|gate| {
                let mut audience: Vec<SubjectId> = gate.audience(flow, *at).unwrap().collect();
                audience.sort();
                audience
            });
            assert!(one == other, "{how}: the audience of {flow:?} at {at} differs");
        }
        permits
    }
}

fn named(event: &Event) -> Option<&PolicyVersion> {
    match &event.kind {
        EventKind::PolicyAccepted { policy_version, .. }
        | EventKind::ConsentGranted { policy_version, .. } => Some(policy_version),
        _ => None,
    }
}

fn shuffled(rng: &mut Rng, events: &[Event]) -> Vec<Event> {
    let mut events = events.to_vec();
    rng.shuffle(&mut events);
    events
}

/// The events in some order, a part of them two or three times.
fn repeated(rng: &mut Rng, events: &[Event]) -> Vec<Event> {
    let mut all = events.to_vec();
    for event in events {
        for _ in 0..rng.below(3) {
            all.push(event.clone());
        }
    }
    shuffled(rng, &all)
}

/// The first few as they were, then the rest and repetitions of the first in some order.
fn split(rng: &mut Rng, events: &[Event]) -> Vec<Event> {
    let cut = rng.below(events.len() + 1);
    let mut all = events[..cut].to_vec();
    all.extend(shuffled(rng, events));
    all
}

#[test]
fn neither_order_nor_repetition_changes_a_record() {
    let mut permits = 0;
    for seed in 0..200 {
        let mut world = world(seed);
        let reference = world.gate();
        for round in 0..2 {
            let rng = &mut world.draw.rng;
            let orders =
                [shuffled(rng, &world.events), repeated(rng, &world.events), split(rng, &world.events)];
            for (how, events) in ["shuffled", "repeated", "split"].into_iter().zip(orders) {
                let how = format!("world {seed}, round {round}, {how}");
                let gate = gate_with(&world.documents);
                record_all(&gate, &events);
                world.assert_same_records(&reference, &gate, &how);
                permits += world.assert_same_answers(&reference, &gate, &how);

                let fed = Gate::fed(history_of(&world.documents), TimeDelta::MAX);
                fed.confirm_current(fed.ask());
                record_all(&fed, &events);
                world.assert_same_records(&reference, &fed, &format!("{how}, fed"));
                world.assert_same_answers(&reference, &fed, &format!("{how}, fed"));

                let gate = world.gate_with_late_versions(&events);
                world.assert_same_records(&reference, &gate, &format!("{how}, with late versions"));
                world.assert_same_answers(&reference, &gate, &format!("{how}, with late versions"));
            }
        }
    }
    assert!(permits > 2_000, "only {permits} permits: the worlds say little");
}

/// What anybody can see of a record; versions by name, because their numbers are of one history alone.
fn visible(record: &Record, history: &History) -> String {
    let mut accepted: Vec<&str> = record.accepted(history).map(|policy| policy.version().as_str()).collect();
    accepted.sort_unstable();
    let mut text =
        format!("{} {accepted:?} {:?} {:?}", record.is_erased(), record.erased_at(), record.home());
    for scope in scopes() {
        if let Some(choice) = record.choice(&scope) {
            let choice = (choice.at(), choice.is_grant(), choice.expires_at());
            text += &format!("\n{scope:?}: {choice:?}");
        }
    }
    text
}

/// Every scope of the four shapes, with some of the processors.
fn scopes() -> impl Iterator<Item = Scope> {
    let processors = ["google_ads", "feature_fm", "spotify", "host_one"];
    let categories = || [None].into_iter().chain(DataCategory::ALL.map(Some));
    let processors = move || {
        let ids = processors.map(|id| id.parse::<ProcessorId>().ok());
        [None].into_iter().chain(ids)
    };
    Purpose::ALL.into_iter().flat_map(move |purpose| {
        categories().flat_map(move |category| {
            processors().map(move |processor| {
                let scope = Scope::from(purpose);
                let scope = category.into_iter().fold(scope, Scope::category);
                processor.into_iter().fold(scope, Scope::processor)
            })
        })
    })
}

#[test]
fn the_order_in_which_versions_arrive_changes_no_answer() {
    let mut choices = 0;
    for seed in 1000..1120 {
        let mut world = world(seed);
        let reference = world.gate();
        let mut documents = world.documents.clone();
        world.draw.rng.shuffle(&mut documents);
        let gate = gate_with(&documents);
        record_all(&gate, &shuffled(&mut world.draw.rng, &world.events));

        let how = format!("world {seed}, versions in another order");
        world.assert_same_answers(&reference, &gate, &how);
        for subject in &world.draw.subjects {
            let [one, other] = [&reference, &gate]
                .map(|gate| gate.record_of(*subject).map(|record| visible(&record, gate.history())));
            choices += one.iter().map(|text| text.lines().count() - 1).sum::<usize>();
            assert_eq!(one, other, "{how}");
        }
    }
    assert!(choices > 1_000, "only {choices} choices were compared");
}

/// Spoils an event in each of the ways that are refused, together with the code of the refusal.
fn spoilt(draw: &mut Draw, known: Option<&Event>) -> (Event, &'static str) {
    let mut event = draw.event();
    let at = event.at;
    match (draw.rng.below(3), known) {
        (0, Some(known)) => {
            let (id, at) = (known.id, known.at - support::NANO);
            (Event { id, at, ..event }, "conflicting_event")
        }
        (1, _) => {
            // Before that, the version is asked for; so it is one that the history has.
            let (scope, policy_version) = (draw.scope(), draw.version().into());
            let expires_at = Some(if draw.rng.chance(50) { at } else { at - DAY });
            event.kind = EventKind::ConsentGranted { scope, policy_version, expires_at };
            (event, "expires_before_granted")
        }
        _ => {
            let expires_at = draw.rng.chance(50).then_some(at);
            let (scope, policy_version) = (draw.scope(), "nowhere".into());
            event.kind = EventKind::ConsentGranted { scope, policy_version, expires_at };
            (event, "unknown_policy_version")
        }
    }
}

#[test]
fn a_refused_event_changes_nothing_and_leaves_its_id_free() {
    for seed in 2000..2150 {
        let mut world = world(seed);
        let reference = world.gate();
        let gate = gate_with(&world.documents);
        let mut known: Option<&Event> = None;
        for event in &world.events {
            let before: Vec<_> = world.draw.subjects.iter().map(|s| gate.record_of(*s)).collect();
            let (mut refused, code) = spoilt(&mut world.draw, known);
            if code != "conflicting_event" {
                // The id of the event that comes next: a refusal must not take it away.
                refused.id = event.id;
            }
            let error = gate.record(refused.clone()).unwrap_err();
            assert_eq!(error.code(), code, "world {seed}");
            assert_eq!(gate.record(refused).unwrap_err(), error, "refused once, refused twice");
            let after: Vec<_> = world.draw.subjects.iter().map(|s| gate.record_of(*s)).collect();
            assert!(before == after, "world {seed}: a refused event changed a record");
            gate.record(event.clone()).unwrap();
            gate.record(event.clone()).unwrap();
            known = Some(event);
        }
        world.assert_same_records(&reference, &gate, &format!("world {seed} with refusals"));
    }
}

#[test]
fn whoever_has_only_refused_events_is_unknown() {
    let gate = gate_with(&[Document::dynamoi()]);
    let (subject, at) = (SubjectId::random(), instant("2026-01-05T09:00:00Z"));
    let refused = Event::accept(subject, "9.9.9", at);
    gate.record(refused.clone()).unwrap_err();
    assert!(gate.record_of(subject).is_none());
    assert_eq!(gate.audience(&disclosure(), at).unwrap().count(), 0);

    gate.record(Event { kind: Event::accept(subject, "1.0.0", at).kind, ..refused }).unwrap();
    assert_eq!(gate.audience(&disclosure(), at).unwrap().collect::<Vec<_>>(), [subject]);
}

/// A flow that the policy permits for every subject there is.
fn disclosure() -> dynamoi_privacy::gate::Flow {
    let action = Action::Disclose { reference: "12 O 345/25".into() };
    dynamoi_privacy::gate::Flow::new(DataCategory::User, Purpose::LegalObligation, action)
}

#[test]
fn every_difference_of_meaning_conflicts() {
    let (subject, at) = (SubjectId::random(), instant("2026-01-05T09:00:00Z"));
    let scope = Scope::from(Purpose::Promotion);
    let narrow = scope.clone().category(DataCategory::User);
    let version = || PolicyVersion::from("1.0.0");
    let of = |kind| Event::new(subject, at, kind);
    let granted = |scope: &Scope, expires_at| {
        of(EventKind::ConsentGranted { scope: scope.clone(), policy_version: version(), expires_at })
    };
    let mut events = vec![
        granted(&scope, None),
        granted(&scope, Some(at + DAY)),
        granted(&narrow, None),
        Event::deny(subject, scope.clone(), at),
        Event::withdraw(subject, scope.clone(), at),
        Event::withdraw(SubjectId::random(), scope.clone(), at),
        Event::withdraw(subject, scope.clone(), at + support::NANO),
        Event::withdraw(subject, narrow.clone(), at),
        Event::withdraw(subject, scope.clone().processor(ProcessorId::FEATURE_FM), at),
        Event::accept(subject, "1.0.0", at),
        Event::continue_using(subject, "1.0.0", at),
        Event::of_age(subject, at),
        Event::minor_until(subject, "2030-01-01".parse().unwrap(), at),
        Event::home(subject, "DE".parse().unwrap(), at),
        Event::home(subject, "US".parse().unwrap(), at),
        Event::link(subject, subject, at),
        Event::link(subject, SubjectId::random(), at),
        Event::erase(subject, at),
    ];
    let id = events[0].id;
    events.iter_mut().for_each(|event| event.id = id);
    for first in &events {
        let gate = gate_with(&[Document::dynamoi()]);
        gate.record(first.clone()).unwrap();
        let before = gate.record_of(subject);
        for second in &events {
            match gate.record(second.clone()) {
                Ok(()) => assert!(first == second),
                Err(error) => {
                    assert!(first != second);
                    assert_eq!(error.code(), "conflicting_event");
                }
            }
            assert!(gate.record_of(subject) == before);
        }
    }
}

#[test]
fn an_erased_subject_holds_nothing_whatever_comes_before_and_after() {
    for seed in 3000..3150 {
        let mut world = world(seed);
        let erased = world.draw.subject();
        let erasure = Event::erase(erased, instant("2026-01-06T00:00:00Z"));
        world.events.push(erasure);
        // Of several erasures the earliest counts, of whoever is one person with the subject, so the tombstone is the
        // same only if it has them all.
        let bare = gate_with(&world.documents);
        let erasures =
            world.events.iter().filter(|e| matches!(e.kind, EventKind::Erased | EventKind::Linked { .. }));
        erasures.for_each(|erasure| bare.record(erasure.clone()).unwrap());
        let gate = gate_with(&world.documents);
        record_all(&gate, &repeated(&mut world.draw.rng, &world.events));
        let record = gate.record_of(erased).unwrap();
        assert!(record.is_erased() && record.home().is_none());
        assert_eq!(record.accepted(gate.history()).count(), 0);
        assert!(scopes().all(|scope| record.choice(&scope).is_none()));
        assert!(Some(record) == bare.record_of(erased), "world {seed}");

        for request in &world.requests {
            let request = Request { subject: erased, ..request.clone() };
            let decision = gate.decide(&request).unwrap();
            assert_eq!(decision, bare.decide(&request).unwrap(), "world {seed}: {request:?}");
            let rests_on_subject = !matches!(request.flow.action, Action::Disclose { .. } | Action::Sell)
                && decision.policy_version().is_some();
            assert_eq!(decision.reasons().contains(Reason::SubjectErased), rests_on_subject);
        }
    }
}
