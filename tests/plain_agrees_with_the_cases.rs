//! The plain reading of the rules answers the given cases, and the random worlds made for it reach every answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod plain;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use plain::rng::Rng;
use plain::worlds::{dynamoi, mutate, world};
use plain::{Plain, form, time};
use serde_json::{Value, json};

#[test]
fn every_case_is_answered_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_name().unwrap().to_str().unwrap().strip_suffix(".script.jsonl") else {
            continue;
        };
        cases += 1;
        let script = fs::read(&path).unwrap();
        let script = script.strip_suffix(b"\n").unwrap_or(&script);
        let expected = fs::read_to_string(folder.join(format!("{name}.expected.jsonl"))).unwrap();
        let mut expected = expected.lines().map(|line| compared(&serde_json::from_str(line).unwrap()));
        let mut plain = Plain::new();
        for (number, line) in (1..).zip(script.split(|byte| *byte == b'\n')) {
            // What is not UTF-8 is no line of the form, and the plain reading takes texts.
            let not_utf_8 = |_| Some(json!({ "line": number, "error": "invalid_line" }));
            if let Some(answer) = str::from_utf8(line).map_or_else(not_utf_8, |line| plain.line(number, line))
            {
                assert_eq!(Some(compared(&answer)), expected.next(), "{name}, line {number}");
            }
        }
        assert_eq!(expected.next(), None, "{name} expects more answers");
    }
    assert!(cases >= 6, "only {cases} cases were found");
}

/// What the cases fix of an answer.
fn compared(answer: &Value) -> Value {
    let decision = &answer["decision"];
    json!([
        answer["line"],
        answer["error"],
        decision["effect"],
        decision["reasons"],
        decision["policy_version"]
    ])
}

const REASONS: [&str; 22] = [
    "age_unknown",
    "below_minimum_age",
    "consent_denied",
    "consent_expired",
    "consent_missing",
    "consent_outdated",
    "consent_withdrawn",
    "encryption_required",
    "legal_reference_missing",
    "no_policy_in_force",
    "not_permitted_by_accepted_version",
    "opt_out_signal",
    "origin_forbids_recipient",
    "policy_not_accepted",
    "purpose_not_permitted",
    "recipient_not_permitted",
    "sale_prohibited",
    "source_not_permitted",
    "subject_erased",
    "subject_unknown",
    "tracking_blocked",
    "transfer_without_safeguard",
];

const ERRORS: [&str; 7] = [
    "conflicting_event",
    "duplicate_effective_from",
    "duplicate_version",
    "expires_before_granted",
    "invalid_line",
    "invalid_policy",
    "unknown_policy_version",
];

#[test]
fn random_worlds_reach_every_answer_often() {
    let mut together: BTreeMap<String, usize> = BTreeMap::new();
    let mut alone: BTreeMap<String, usize> = BTreeMap::new();
    let (mut decisions, mut permits, mut errors) = (0, 0, 0);
    for seed in 0..200 {
        let mut plain = Plain::new();
        for (number, line) in (1..).zip(world(seed, 300)) {
            let Some(answer) = plain.line(number, &line) else { continue };
            if let Some(error) = answer["error"].as_str() {
                errors += 1;
                *together.entry(error.to_owned()).or_default() += 1;
                continue;
            }
            decisions += 1;
            let reasons = answer["decision"]["reasons"].as_array().unwrap();
            permits += usize::from(reasons.is_empty());
            for reason in reasons {
                let reason = reason.as_str().unwrap().to_owned();
                *together.entry(reason.clone()).or_default() += 1;
                if reasons.len() == 1 {
                    *alone.entry(reason).or_default() += 1;
                }
            }
        }
    }
    let summary =
        format!("{permits} of {decisions} permitted, {errors} refused, {together:#?}, alone {alone:#?}");
    println!("{summary}");
    for code in REASONS.iter().chain(&ERRORS) {
        assert!(together.get(*code).is_some_and(|count| *count >= 100), "{code} is rare: {summary}");
    }
    for reason in REASONS {
        assert!(alone.get(reason).is_some_and(|count| *count >= 20), "{reason} seldom decides: {summary}");
    }
    let known = REASONS.len() + ERRORS.len();
    assert_eq!(together.len(), known, "there is an answer that the rules do not have: {summary}");
    assert!((20..=40).contains(&(100 * permits / decisions)), "{summary}");
}

#[test]
fn a_world_is_the_same_each_time_and_quick_to_make() {
    let start = Instant::now();
    let worlds: Vec<Vec<String>> = (0..20).map(|seed| world(seed, 300)).collect();
    let made = start.elapsed() / 20;
    let start = Instant::now();
    for lines in &worlds {
        let mut plain = Plain::new();
        for (number, line) in (1..).zip(lines) {
            plain.line(number, line);
        }
    }
    println!("made in {made:?}, answered in {:?}", start.elapsed() / 20);
    // Generous, because other tests run beside this one; alone it takes a few milliseconds.
    assert!(made.as_millis() < 100, "a world takes {made:?}");
    for (seed, lines) in (0..).zip(&worlds) {
        assert_eq!(lines.len(), 300);
        assert_eq!(*lines, world(seed, 300));
    }
    assert_ne!(worlds[0], worlds[1]);
}

#[test]
fn most_damage_makes_a_line_invalid() {
    let line = json!({ "policy": dynamoi() }).to_string();
    assert!(form::line(&line).is_some());
    let refused = (0..1000).filter(|seed| form::line(&mutate(*seed, &line)).is_none()).count();
    assert!((700..1000).contains(&refused), "{refused} of 1000 damaged lines are invalid");
    assert!((0..1000).all(|seed| mutate(seed, &line) == mutate(seed, &line)));
    assert!((0..1000).filter(|seed| mutate(*seed, &line) == line).count() < 50);
}

#[test]
fn neither_order_nor_repetition_of_events_changes_a_decision() {
    let (mut compared, mut permits) = (0, 0);
    for seed in 1000..1020 {
        let (mut policies, mut events, mut requests) = (Vec::new(), Vec::new(), Vec::new());
        let mut plain = Plain::new();
        for (number, line) in (1..).zip(world(seed, 300)) {
            let accepted = plain.line(number, &line).is_none();
            match form::line(&line) {
                Some(form::Line::Policy(_)) if accepted => policies.push(line),
                Some(form::Line::Event(_)) if accepted => events.push(line),
                Some(form::Line::Request(_)) => requests.push(line),
                _ => {}
            }
        }
        let backwards = events.iter().rev().chain(&events);
        let mut other = Plain::new();
        for line in policies.iter().rev().chain(backwards) {
            assert_eq!(other.line(0, line), None, "seed {seed}: {line}");
        }
        for line in &requests {
            let answer = plain.line(0, line);
            assert_eq!(answer, other.line(0, line), "seed {seed}: {line}");
            compared += 1;
            permits += usize::from(answer.unwrap()["decision"]["effect"] == "permit");
        }
    }
    assert!(permits > compared / 10, "{permits} of {compared} permitted");
}

#[test]
fn instants_are_read_and_written_as_the_calendar_has_them() {
    let mut rng = Rng::new(7);
    let (first, last) =
        (time::instant("0000-01-02T00:00:00Z").unwrap(), time::instant("9999-12-30T00:00:00Z").unwrap());
    for _ in 0..5000 {
        let seconds = first.0 + rng.below((last.0 - first.0) as usize) as i64;
        let at = (seconds, rng.below(1_000_000_000) as u32);
        let text = time::write_instant(at, 60 * (rng.below(2879) as i64 - 1439)).unwrap();
        assert_eq!(time::instant(&text), Some(at), "{text}");
        let known = chrono::DateTime::parse_from_rfc3339(&text).unwrap();
        assert_eq!((known.timestamp(), known.timestamp_subsec_nanos()), at, "{text}");
        assert_eq!(time::write_date(time::utc_date(at)), Some(known.to_utc().date_naive().to_string()));
    }
    let leap = time::instant("2016-12-31T15:59:60.5-08:00").unwrap();
    assert_eq!(time::write_instant(leap, 0).unwrap(), "2016-12-31T23:59:60.5Z");
    assert!(time::instant("2016-12-31T23:59:59.999999999Z").unwrap() < leap);
    assert!(leap < time::instant("2017-01-01T00:00:00Z").unwrap());
}
