//! The gate's three ways to answer agree: the checks, `decide` and `audience`, over random worlds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::result_large_err,
    reason = "a refusal gives the data back, and the data of these tests is large"
)]

mod plain;
mod support;

use std::collections::HashSet;

use dynamoi_privacy::{
    consent::{Event, EventKind},
    data::{AdPerformanceData, AnalyticsData, PaymentData, PersonalData, StreamingData, UserData},
    gate::{Action, Decision, Gate, Guarded, NotPermitted, Request, Signals},
    script::Script,
    vocabulary::{DataCategory, Purpose, Source, SubjectId},
};
use plain::worlds;
use serde_json::Value;
use support::{Draw, gate_with, recipients::share};

/// Asks a request by the check for it; no check sells, or discloses for anything but the law, and a few damaged
/// lines name recipients that have no type.
fn check(gate: &Gate, request: &Request) -> Option<Result<(), NotPermitted>> {
    fn typed<T: PersonalData + Default>(gate: &Gate, request: &Request) -> Option<Result<(), NotPermitted>> {
        let Request { subject, flow, at, signals } = request;
        let origin = match &flow.action {
            Action::Collect { source: Source::Processor(source) } => Some(source),
            Action::Collect { source: Source::Subject } => None,
            _ => flow.origin.as_ref(),
        };
        let data = match origin.cloned() {
            Some(origin) => Guarded::obtained(*subject, origin, T::default()),
            None => Guarded::new(*subject, T::default()),
        };
        let (purpose, mut check) = (flow.purpose, gate.check(*at).signals(*signals));
        if let Action::Store { country: Some(country), .. } | Action::Share { country: Some(country), .. } =
            &flow.action
        {
            check = check.country(*country);
        }
        let answer = match &flow.action {
            Action::Collect { .. } => check.collect(data, purpose).map(drop),
            Action::Store { encrypted, .. } => check.encrypted(*encrypted).store(data, purpose).map(drop),
            Action::Use => check.use_for(data, purpose).map(drop),
            Action::Share { processor, .. } => share(check, processor, data, purpose)?,
            Action::Disclose { reference } if purpose == Purpose::LegalObligation => {
                check.disclose(data, reference.clone()).map(drop)
            }
            Action::Disclose { .. } | Action::Sell => return None,
        };
        Some(answer.map_err(|refusal| refusal.why().clone()))
    }
    match request.flow.category {
        DataCategory::AdPerformance => typed::<AdPerformanceData>(gate, request),
        DataCategory::User => typed::<UserData>(gate, request),
        DataCategory::Payment => typed::<PaymentData>(gate, request),
        DataCategory::Analytics => typed::<AnalyticsData>(gate, request),
        DataCategory::Streaming => typed::<StreamingData>(gate, request),
    }
}

#[test]
fn a_check_permits_what_the_decision_permits_and_refuses_with_its_reasons() {
    let (mut permits, mut refusals) = (0, 0);
    let mut compare = |gate: &Gate, request: &Request, world: &str| match (
        check(gate, request),
        gate.decide(request).unwrap(),
    ) {
        (None, _) => {}
        (Some(Ok(())), Decision::Permitted(_)) => permits += 1,
        (Some(Err(NotPermitted::Denied(denied))), Decision::Denied(decided)) => {
            assert_eq!(denied, decided, "{world}: {request:?}");
            refusals += 1;
        }
        (checked, decided) => panic!("{world}: {request:?}: {checked:?}, yet {decided:?}"),
    };
    for seed in 5000..5060 {
        let mut script = Script::new();
        for line in worlds::world(seed, 200) {
            script.line(line.as_bytes());
            if let Some(request) = request_of(&line) {
                compare(script.gate(), &request, &format!("world {seed}"));
            }
        }
    }
    for seed in 0..150 {
        let mut draw = Draw::new(seed);
        let documents = draw.documents(1 + seed as usize % 5);
        let gate = gate_with(&documents);
        for event in draw.events(50) {
            gate.record(event).unwrap();
        }
        for _ in 0..60 {
            compare(&gate, &draw.request(), &format!("draw {seed}"));
        }
    }
    assert!(permits > 1_000 && refusals > 4_000, "{permits} permits and {refusals} refusals say little");
}

fn request_of(line: &str) -> Option<Request> {
    let json: Value = serde_json::from_str(line).ok()?;
    Request::from_json(&json.get("request")?.to_string()).ok()
}

#[test]
fn an_audience_is_whom_the_decision_permits_in_the_order_of_their_first_events() {
    let (mut audiences, mut members, mut left_out) = (0, 0, 0);
    for seed in 6000..6060 {
        let mut script = Script::new();
        // Those that are first known of together: with an erasure, all that are one person.
        let (mut known, mut order) = (HashSet::new(), Vec::<Vec<SubjectId>>::new());
        let mut linked = HashSet::new();
        for line in worlds::world(seed, 200) {
            let taken_in = script.line(line.as_bytes()).is_none();
            let json: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(event) = json.get("event").filter(|_| taken_in) {
                let Event { subject, kind, .. } = Event::from_json(&event.to_string()).unwrap();
                if let EventKind::Linked { visitor } = kind {
                    linked.insert(visitor);
                }
                let is_known = |subject: &&SubjectId| script.gate().record_of(**subject).is_some();
                let erased = linked.iter().filter(is_known).copied();
                order.push([subject].into_iter().chain(erased).filter(|one| known.insert(*one)).collect());
            }
            let Some(request) = request_of(&line) else { continue };
            let signals = Signals::default();
            let (gate, Request { flow, at, .. }) = (script.gate(), request);
            let permitted = |subject: &SubjectId| {
                let request = Request { subject: *subject, flow: flow.clone(), at, signals };
                gate.decide(&request).unwrap().is_permitted()
            };
            let mut audience = gate.audience(&flow, at).unwrap();
            for together in &order {
                let expected: HashSet<SubjectId> = together.iter().copied().filter(permitted).collect();
                let found: HashSet<SubjectId> = audience.by_ref().take(expected.len()).collect();
                assert!(found == expected, "world {seed}: the audience of {flow:?} at {at}");
                members += found.len();
                left_out += together.len() - found.len();
            }
            assert!(audience.next().is_none(), "world {seed}: the audience of {flow:?} at {at}");
            audiences += 1;
        }
    }
    assert!(audiences > 2_000 && members > 1_000 && left_out > 3_000, "{audiences}, {members}, {left_out}");
}
