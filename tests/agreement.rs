//! The crate and a second, plain implementation give the same answers to random worlds and damaged lines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod plain;

use dynamoi_privacy::script::Script;
use plain::{Plain, worlds};
use serde_json::Value;

/// What is compared: of a decision its effect, reasons and version; of a refused line its error.
fn essence(answer: Option<Value>) -> Option<Value> {
    answer.map(|answer| match answer.get("decision") {
        Some(decision) => serde_json::json!([
            answer["line"],
            decision["effect"],
            decision["reasons"],
            decision["policy_version"]
        ]),
        None => serde_json::json!([answer["line"], answer["error"]]),
    })
}

fn compare(seed: u64, lines: &[String]) {
    let (mut fast, mut plain) = (Script::new(), Plain::new());
    for (number, line) in (1..).zip(lines) {
        let answer = fast.line(line.as_bytes()).map(|answer| serde_json::to_value(&answer).unwrap());
        let expected = plain.line(number, line);
        assert_eq!(
            essence(answer.clone()),
            essence(expected),
            "world {seed}, line {number}: {line}\n{answer:?}"
        );
    }
}

#[test]
fn random_worlds_are_answered_alike() {
    for seed in 0..300 {
        compare(seed, &worlds::world(seed, 300));
    }
}

#[test]
fn damaged_lines_are_answered_alike() {
    for seed in 1000..1200 {
        let mut lines = worlds::world(seed, 200);
        for (at, line) in (0..).zip(&mut lines) {
            // A few lines stay whole, so that the damaged ones meet a world worth damaging.
            if at > 3 && at % 3 != 0 {
                *line = worlds::mutate(seed * 1000 + at, line);
            }
        }
        compare(seed, &lines);
    }
}
