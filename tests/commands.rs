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

use dynamoi_privacy::processors::System;
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

/// What `ingest` keeps of a payload in `tests/payloads`, and the places of what it drops.
fn ingest(system: &str, name: &str) -> (Value, Vec<String>) {
    let output = run("ingest", &[system, &format!("tests/payloads/{system}/{name}.json")], b"");
    assert_eq!(status(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let [answer] = lines(&output).try_into().unwrap();
    let dropped = answer["dropped"].as_array().unwrap().iter();
    (answer.clone(), dropped.map(|path| path.as_str().unwrap().to_owned()).collect())
}

#[test]
fn ingest_prints_what_is_kept_and_dropped() {
    for (system, name, kept, dropped) in [
        ("stripe", "payment-method", "/kept/0/card/last4", "$.card.fingerprint"),
        ("google_ads", "search-stream", "/kept/0/spend", "$[0].requestId"),
        ("tiktok_ads", "campaigns-daily", "/kept/0/campaign/name", "$.data.list[0].metrics.reach"),
        ("google_analytics", "measurement", "/kept/0/page_view/page", "$.client_id"),
        ("apple_music", "recently-played", "/kept/0/track/track/isrc", "$.data[0].attributes.composerName"),
        ("deezer", "history", "/kept/0/track/played_at", "$.data[0].preview"),
        ("pandora", "graphql-collection", "/kept/0/playlist/name", "$.data.collection.items[1].owner.name"),
        ("amazon_music", "recently-played", "/kept/0/track/track/title", "$.data.user.name"),
    ] {
        let (answer, places) = ingest(system, name);
        assert!(answer.pointer(kept).is_some(), "{system}: {answer}");
        assert!(places.iter().any(|place| place == dropped), "{system}: {places:?}");
    }
}

#[test]
fn ingest_prints_the_rows_that_it_cannot_read_beside_the_others() {
    let (answer, _) = ingest("amazon_music", "my-playlists");
    assert_eq!(answer["kept"].as_array().unwrap().len(), 2, "{answer}");
    let refused = &answer["refused"][0];
    assert_eq!(refused["path"], "$.data.user.playlists.edges[2].node.trackCount", "{answer}");
    assert!(refused["found"].is_string() && refused["expected"].is_string(), "{answer}");
}

#[test]
fn ingest_ends_with_1_at_a_payload_of_another_system_or_an_error_of_its_own_and_2_at_wrong_usage() {
    let read = |system: &str, payload: &[u8]| {
        let output = run("ingest", &[system, "-"], payload);
        assert_eq!((status(&output), output.stdout.len()), (1, 0));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for system in ["stripe", "google_ads", "google_analytics", "pandora"] {
        let message = read(system, br#"{"tracks": []}"#);
        for part in ["not a", "$", "found", "expected"] {
            assert!(message.contains(part), "{message}");
        }
    }
    let quota = br#"{"error": {"type": "Exception", "message": "Quota limit of Eve", "code": 4}}"#;
    assert_eq!(
        read("deezer", quota),
        "ingest: Deezer answered with its own error 4 at $.error, expected data\n"
    );
    let denied = br#"{"code": 40001, "message": "no advertiser of Eve", "request_id": "1", "data": {}}"#;
    assert!(read("tiktok_ads", denied).contains("its own error 40001"));

    for arguments in
        [&["napster", "-"][..], &["stripe"], &[], &["stripe", "no/such/file"], &["stripe", "-", "-"]]
    {
        let output = run("ingest", arguments, b"{}");
        assert_eq!((status(&output), output.stdout.len()), (2, 0), "{arguments:?}");
    }
    // The list of systems is for people and for `.ci/run`.
    let usage = String::from_utf8_lossy(&run("ingest", &[], b"").stderr).into_owned();
    let known = System::ALL.map(|system| system.id().to_string()).join(", ");
    assert_eq!(usage.lines().last(), Some(format!("systems: {known}").as_str()));
    let unknown = String::from_utf8_lossy(&run("ingest", &["napster", "-"], b"").stderr).into_owned();
    assert!(unknown.starts_with("ingest: found no system `napster`, expected one of those below\nusage: "));
}
