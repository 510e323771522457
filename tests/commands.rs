//! The commands keep their word: what they print, and the status with which they end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// Runs an example as the README says, with an input.
fn run(example: &str, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", example, "--"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that ends before it has read everything closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("the command was not killed")
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const SALE: &str = r#"{"request":{"subject":"7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11","category":"user","purpose":"billing","action":{"type":"sell"},"at":"2026-01-05T09:00:00Z"}}"#;

#[test]
fn replay_ends_with_0_when_every_line_was_answered() {
    let output = run("replay", &["-"], format!("\n{SALE}\n  \n{SALE}").as_bytes());
    assert_eq!(status(&output), 0);
    let numbers: Vec<u64> = lines(&output).iter().map(|answer| answer["line"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 4]);
    assert_eq!(lines(&output)[0]["decision"]["reasons"], serde_json::json!(["no_policy_in_force"]));
    assert_eq!(status(&run("replay", &["-"], b"")), 0);
}

#[test]
fn replay_ends_with_1_when_a_line_was_refused_and_answers_the_others() {
    let mut script = b"{\"event\":{}}\nnonsense\n\xff\xfe\n\0\n".to_vec();
    script.extend_from_slice("[".repeat(100_000).as_bytes());
    script.extend_from_slice(format!("\n{SALE}").as_bytes());
    let output = run("replay", &["-"], &script);
    assert_eq!(status(&output), 1);
    let answers = lines(&output);
    assert_eq!(answers.len(), 6);
    assert!(answers[..5].iter().all(|answer| answer["error"] == "invalid_line"));
    assert_eq!(answers[5]["line"], 6);
}

#[test]
fn replay_ends_with_2_when_the_script_cannot_be_read() {
    for arguments in [&["no/such/script"][..], &["tests"], &[], &["-", "-"]] {
        let output = run("replay", arguments, b"");
        assert_eq!(status(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}

#[test]
fn ingest_prints_what_is_kept_and_dropped() {
    let output = run("ingest", &["stripe", "tests/payloads/stripe/payment-method.json"], b"");
    assert_eq!(status(&output), 0);
    let [answer] = lines(&output).try_into().unwrap();
    assert!(answer["kept"][0]["card"]["last4"].is_string());
    let dropped: Vec<&str> = answer["dropped"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(dropped.contains(&"$.card.fingerprint"), "{dropped:?}");
}

#[test]
fn ingest_ends_with_1_at_a_payload_of_another_system_and_2_at_wrong_usage() {
    let output = run("ingest", &["stripe", "-"], br#"{"tracks": []}"#);
    assert_eq!(status(&output), 1);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    for part in ["$", "found", "expected"] {
        assert!(message.contains(part), "{message}");
    }
    for arguments in [&["napster", "-"][..], &["stripe"], &[], &["stripe", "no/such/file"]] {
        assert_eq!(status(&run("ingest", arguments, b"{}")), 2, "{arguments:?}");
    }
}
