//! Every script of the suite gives the answers that it must, and its index and the documents are whole.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use dynamoi_privacy::{
    consent::EventType,
    gate::{ActionType, Reason},
    script::Script,
    vocabulary::{Country, DataCategory, LegalBasis, ProcessorKind, Purpose},
};
use serde::Deserialize;
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
    assert!(scripts >= 41, "{scripts} scripts: the suite is gone");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    format: u32,
    scripts: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    proves: String,
    described_in: String,
    lines: BTreeMap<u64, String>,
}

#[test]
fn the_index_says_what_each_script_and_each_answer_proves() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = root.join("tests/cases");
    let index: Index = serde_json::from_slice(&fs::read(cases.join("index.json")).unwrap()).unwrap();
    assert_eq!(index.format, 1);
    let there: BTreeSet<String> = fs::read_dir(&cases)
        .unwrap()
        .filter_map(|entry| {
            Some(entry.unwrap().file_name().to_str()?.strip_suffix(".script.jsonl")?.to_owned())
        })
        .collect();
    assert_eq!(index.scripts.iter().map(|entry| entry.name.clone()).collect::<BTreeSet<_>>(), there);
    assert_eq!(index.scripts.len(), there.len(), "a script is listed twice");
    for Entry { name, proves, described_in, lines } in &index.scripts {
        assert!(proves.ends_with('.'), "{name}");
        let (document, heading) = described_in.split_once('#').unwrap_or((described_in, ""));
        let document = fs::read_to_string(root.join(document)).unwrap();
        assert!(heading.is_empty() || headings(&document).contains(heading), "{name}: {described_in}");
        let script = fs::read(cases.join(format!("{name}.script.jsonl"))).unwrap();
        let last = script.split(|byte| *byte == b'\n').count() as u64 - 1;
        assert!(lines.keys().all(|line| (1..=last).contains(line)), "{name} has {last} lines");
        assert!(lines.values().all(|why| !why.is_empty()), "{name}");
        let expected = fs::read_to_string(cases.join(format!("{name}.expected.jsonl"))).unwrap();
        for answer in expected.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            let line = answer["line"].as_u64().unwrap();
            let is_generated = name.starts_with("random-") || name.starts_with("revisions-");
            assert!(is_generated || lines.contains_key(&line), "{name}: nothing is said of line {line}");
        }
    }
}

/// The headings of a document as links name them.
fn headings(document: &str) -> BTreeSet<String> {
    let titles = document.lines().filter_map(|line| line.strip_prefix('#'));
    let plain = |c: &char| c.is_alphanumeric() || *c == ' ' || *c == '-';
    titles
        .map(|title| {
            title.trim_start_matches('#').trim().to_lowercase().chars().filter(plain).collect::<String>()
        })
        .map(|title| title.replace(' ', "-"))
        .collect()
}

#[test]
fn the_documents_have_every_word_of_every_list_and_no_dead_link() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let [wire, decision] =
        ["wire.md", "decision.md"].map(|name| fs::read_to_string(root.join(name)).unwrap());
    let countries = wire.split("```countries\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(
        countries.split_whitespace().collect::<Vec<_>>(),
        Country::all().map(Country::as_str).collect::<Vec<_>>()
    );
    let row = |list: &str| wire.lines().find(|line| line.starts_with(&format!("| {list} |"))).unwrap();
    let words = |line: &str| line.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(row("category")), DataCategory::ALL.map(DataCategory::as_str));
    assert_eq!(words(row("purpose")), Purpose::ALL.map(Purpose::as_str));
    assert_eq!(words(row("kind (of processor)")), ProcessorKind::ALL.map(ProcessorKind::as_str));
    assert_eq!(words(row("basis")), LegalBasis::ALL.map(LegalBasis::as_str));
    for event_type in EventType::ALL {
        assert!(wire.contains(&format!("\n| `{event_type}` |")), "{event_type}");
    }
    for action_type in ActionType::ALL {
        assert!(wire.contains(&format!("\n| `{action_type}` |")), "{action_type}");
    }
    for reason in Reason::ALL {
        let section = reason.section().map_or("none".to_owned(), |section| section.number().to_string());
        let row = decision.lines().find(|line| line.starts_with(&format!("| {section}"))).unwrap();
        assert!(row.contains(&format!("`{reason}`")), "{reason} rests on section {section}");
        assert!(decision.matches(&format!("`{reason}`")).count() > 1, "{reason} is in the table alone");
    }
    for document in [&wire, &decision] {
        for link in document.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "wire.md" => &wire,
                "decision.md" => &decision,
                _ => document,
            };
            assert!(["", "wire.md", "decision.md"].contains(&file), "{link}");
            assert!(heading.is_empty() || headings(target).contains(heading), "{link}");
        }
    }
}
