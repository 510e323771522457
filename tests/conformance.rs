//! Every script of the suite gives the answers that it must.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{fs, path::Path};

use dynamoi_privacy::script::Script;
use serde_json::Value;

/// What is compared: of a decision its effect, reasons and version; of a refused line its error.
fn essence(answer: &Value) -> Value {
    match answer.get("decision") {
        Some(decision) => serde_json::json!([
            answer["line"],
            decision["effect"],
            decision["reasons"],
            decision["policy_version"]
        ]),
        None => serde_json::json!([answer["line"], answer["error"]]),
    }
}

#[test]
fn every_script_gives_its_expected_answers() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut scripts = 0;
    for entry in fs::read_dir(cases).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap();
        let Some(stem) = name.strip_suffix(".script.jsonl") else { continue };
        let mut answers = Vec::new();
        Script::new().run(fs::read(&path).unwrap().as_slice(), &mut answers).unwrap();
        let answers = String::from_utf8(answers).unwrap();
        let expected = fs::read_to_string(format!("{stem}.expected.jsonl")).unwrap();
        assert_eq!(answers.lines().count(), expected.lines().count(), "{name}");
        for (answer, expected) in answers.lines().zip(expected.lines()) {
            let (answer, expected): (Value, Value) =
                (serde_json::from_str(answer).unwrap(), serde_json::from_str(expected).unwrap());
            assert_eq!(essence(&answer), essence(&expected), "{name}");
        }
        scripts += 1;
    }
    assert!(scripts >= 6, "the suite is gone");
}
