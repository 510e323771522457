//! Every kind of bad file gives an error with the place, what was found and what was expected.

use std::fs;

use crate::{copy::Copy, run};

const CONSENTS: &str = "consents.jsonl";
const TIMELINE: &str = "timeline.jsonl";
const POLICY: &str = "policy-1.1.0.json";

/// Puts a line in the place of one of a file, where SOMEBODY is a subject, and runs the day.
#[track_caller]
fn assert_refused(file: &str, line: usize, text: &str, expected: &str) {
    let dir = Copy::of_the_day("bad");
    let path = dir.0.join(file);
    let whole = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = whole.lines().collect();
    let text = text.replace("SOMEBODY", "5ab1ec70-0000-4000-8000-000000000003");
    lines[line - 1] = &text;
    fs::write(path, lines.join("\n")).unwrap();
    let (status, _, err) = run(&["--day", dir.path()]);
    assert_eq!(status, 1);
    assert!(err.starts_with(&format!("campaign_day: {expected}")), "{err}\n{expected}");
    assert!(!err.contains("lovelace"), "somebody's data is shown: {err}");
}

#[test]
fn consents() {
    let is = |line, text, expected| assert_refused(CONSENTS, line, text, expected);
    is(
        1,
        "lovelace",
        "consents.jsonl, line 1: cannot be read from column 1, expected a JSON object with one field",
    );
    is(2, "7", "consents.jsonl, line 2: cannot be read from column 1, expected a JSON object with one field");
    is(2, "{}", "consents.jsonl, line 2: cannot be read from column 2, expected a JSON object");
    is(
        2,
        r#"{"event": {"subject": "ada@lovelace.example"}}"#,
        "consents.jsonl, line 2: at event.subject, found a text of 20 characters, expected a hyphenated UUID",
    );
    is(
        3,
        r#"{"ada@lovelace.example": 1}"#,
        "consents.jsonl, line 3: found an unknown kind of line, expected `event`",
    );
    is(4, r#"{"event": {}}"#, "consents.jsonl, line 4: at event, found no field `id`, expected one");
}

#[test]
fn consents_that_the_gate_refuses() {
    for (from, to, expected) in [
        (r#""1.0.0""#, r#""9.9""#, "line 1: it names a version that the history lacks: `9.9`"),
        ("000000000001\"", "000000000002\"", "line 2: another event with this id was recorded before"),
        (
            r#""2026-03-02T10:00:00Z""#,
            r#""2024-03-02T10:00:00Z""#,
            "line 22: the grant expires at or before the instant at which it was given",
        ),
    ] {
        let dir = Copy::of_the_day("refused");
        let path = dir.0.join(CONSENTS);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let (status, _, err) = run(&["--day", dir.path()]);
        assert_eq!((status, err), (1, format!("campaign_day: consents.jsonl, {expected}\n")));
    }
}

#[test]
fn files_that_are_not_there_or_empty() {
    for (file, expected) in [
        (CONSENTS, "consents.jsonl: the file cannot be read: "),
        (TIMELINE, "timeline.jsonl: the file cannot be read: "),
    ] {
        let dir = Copy::of_the_day("missing");
        fs::remove_file(dir.0.join(file)).unwrap();
        let (status, out, err) = run(&["--day", dir.path()]);
        assert_eq!((status, out.as_str()), (1, ""));
        assert!(err.starts_with(&format!("campaign_day: {expected}")), "{err}");
    }
    let dir = Copy::of_the_day("empty-timeline");
    fs::write(dir.0.join(TIMELINE), "\n").unwrap();
    let (status, _, err) = run(&["--day", dir.path()]);
    let expected = "campaign_day: timeline.jsonl: found nothing to be done, expected a line at least\n";
    assert_eq!((status, err.as_str()), (1, expected));
}

#[test]
fn timeline() {
    let is = |text: &str, expected: &str| {
        assert_refused(TIMELINE, 2, text, &format!("timeline.jsonl, line 2: {expected}"));
    };
    is(
        r#"{"lovelace": {}}"#,
        "found an unknown kind of line, expected one of `policy`, `sign_up`, `payload`, `request`, `delayed`, `browser`",
    );
    is(
        r#"{"policy": {"at": "lovelace", "file": "x"}}"#,
        "at policy.at, found a text of 8 characters, expected an instant such as 2026-03-02T09:00:00Z",
    );
    is(
        r#"{"policy": {"at": "2026-03-02T08:00:00Z", "file": 7}}"#,
        "at policy.file, found another kind of value, expected path string",
    );
    is(
        r#"{"sign_up": {"at": "2026-03-02T08:05:00Z", "subject": "SOMEBODY", "user": {"email": "ada lovelace"}}}"#,
        "at sign_up.user.email, found a text of 12 characters, expected an e-mail address",
    );
    is(
        r#"{"payload": {"at": "2026-03-02T08:05:00Z", "system": "adform", "subject": "SOMEBODY", "file": "x"}}"#,
        "at payload.system, found `adform`, expected a system whose payloads are read: facebook_ads, google_ads",
    );
    is(
        r#"{"payload": {"at": "2026-03-02T08:05:00Z", "Lovelace": 1}}"#,
        "at payload.?, found an unknown field, expected one of `at`, `system`, `subject`, `file`",
    );
    is(r#"{"request": {"subject": "SOMEBODY", "category": "users"}}"#, "at request.category, found ");
    let asked =
        r#""subject": "SOMEBODY", "category": "user", "purpose": "billing", "action": {"type": "use"}"#;
    let browser = |headers: &str, signals: &str| {
        let request = format!(r#"{{{asked}, "at": "2026-03-02T08:05:00Z"{signals}}}"#);
        format!(r#"{{"browser": {{"headers": [{headers}], "probe_set": false, "request": {request}}}}}"#)
    };
    is(
        &browser(r#"["Sec-GPC", "1"]"#, r#", "signals": {"gpc": true}"#),
        "found `signals` beside headers, expected headers alone",
    );
    is(
        &browser(r#"["Cookie"]"#, ""),
        "at browser.headers.?, found another number of elements, expected a tuple of size 2",
    );
}

#[test]
fn a_timeline_whose_instants_go_back() {
    let request = |at: &str| {
        let rest = r#""category": "user", "purpose": "billing", "action": {"type": "use"}"#;
        format!(r#"{{"subject": "SOMEBODY", {rest}, "at": "{at}"}}"#)
    };
    let step = format!(r#"{{"request": {}}}"#, request("2026-03-02T07:00:00Z"));
    assert_refused(
        TIMELINE,
        2,
        &step,
        "timeline.jsonl, line 2: found an instant before 2026-03-02T08:00:00Z, that of line 1",
    );
    let request = request("2026-03-02T08:05:00Z");
    let step = format!(r#"{{"delayed": {{"request": {request}, "sent_at": "2026-03-02T08:04:59Z"}}}}"#);
    assert_refused(
        TIMELINE,
        2,
        &step,
        "timeline.jsonl, line 2: found a `sent_at` before 2026-03-02T08:05:00Z, that of its request",
    );
}

#[test]
fn files_that_the_timeline_names() {
    assert_refused(
        TIMELINE,
        1,
        r#"{"policy": {"at": "2026-03-02T08:00:00Z", "file": "none.json"}}"#,
        "none.json: the file cannot be read: ",
    );
    assert_refused(
        TIMELINE,
        2,
        r#"{"payload": {"at": "2026-03-02T08:05:00Z", "system": "spotify", "subject": "SOMEBODY", "file": "none.json"}}"#,
        "timeline.jsonl, line 2: the payload none.json cannot be read: ",
    );
    assert_refused(
        POLICY,
        2,
        r#"  "versions": "1.1.0","#,
        "policy-1.1.0.json: at `versions`: found an unknown field, `versions`",
    );
    assert_refused(
        POLICY,
        2,
        r#"  "version": "1.0.0","#,
        "timeline.jsonl, line 1: the history already has a version of this name: `1.0.0`",
    );
}
