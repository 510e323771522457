//! What was released stays readable: the samples of every release, and the schemas of the last one.

use std::{collections::BTreeMap, fs, path::PathBuf};

use dynamoi_privacy::schema::{self, Dialect, Name, WIRE_VERSION};
use serde_json::Value;

use super::{
    compare::{Change, changes},
    forms::read,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/released")
}

/// A release by its numbers.
type Release = Vec<u64>;

fn release(name: &str) -> Release {
    name.split('.').map(|part| part.parse().unwrap_or_else(|_| panic!("{name} is no version"))).collect()
}

/// Whether the changelog has the version, which is when its wire is kept for ever.
fn is_released(name: &str) -> bool {
    fs::read_to_string(folder().join("../../CHANGELOG.md")).unwrap().contains(&format!("\n## [{name}]"))
}

/// The folders by their releases; the last may be one that is not out yet.
fn releases() -> BTreeMap<Release, String> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let names =
        entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().unwrap());
    names.map(|name| (release(&name), name)).collect()
}

fn bundle(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name).join("bundle.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The samples of a release: the name of a form, a text, and what is written of it.
fn samples(name: &str) -> Vec<(Name, String, Value)> {
    let text = fs::read_to_string(folder().join(name).join("samples.jsonl")).unwrap();
    let sample = |line: &str| {
        let sample: Value = serde_json::from_str(line).unwrap();
        let form = sample["form"].as_str().unwrap().parse().unwrap();
        (form, sample["text"].as_str().unwrap().to_owned(), sample["written"].clone())
    };
    text.lines().map(sample).collect()
}

#[test]
fn samples_of_every_release_are_read_for_ever() {
    for name in releases().values() {
        let samples = samples(name);
        let bundle = bundle(name);
        for form in bundle["properties"].as_object().unwrap().keys() {
            assert!(samples.iter().any(|(of, ..)| of.as_str() == form), "{name} has no sample of {form}");
        }
        for (form, text, written) in samples {
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read(form, &text).as_ref(), Ok(&written), "{name}, {form}: {text}");
            for schema in [schema::of(form), of(&bundle, form)] {
                let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
                assert!(validator.is_valid(&value), "{name}, {form}: {text}");
            }
        }
    }
}

/// A form's schema as a bundle has it.
fn of(bundle: &Value, form: Name) -> Value {
    let mut schema = bundle.clone();
    let root = schema.as_object_mut().unwrap();
    let reference = root["properties"][form.as_str()]["$ref"].clone();
    root.retain(|keyword, _| keyword == "$schema" || keyword == "$defs");
    root.insert("$ref".to_owned(), reference);
    schema
}

#[test]
fn each_release_of_the_changelog_is_kept() {
    let changelog = fs::read_to_string(folder().join("../../CHANGELOG.md")).unwrap();
    let released = changelog.lines().filter_map(|line| line.strip_prefix("## [")?.split_once(']'));
    let kept: Vec<String> = releases().into_values().collect();
    for (name, _) in released.filter(|(name, _)| *name != "Unreleased") {
        assert!(kept.iter().any(|one| one == name), "schemas/released/{name} is not there");
    }
    let unreleased: Vec<&String> = kept.iter().filter(|name| !is_released(name)).collect();
    let next = env!("CARGO_PKG_VERSION");
    assert!(unreleased.iter().all(|name| *name == next), "{unreleased:?} are not in the changelog");
}

/// The version that an `$id` has.
fn version(bundle: &Value) -> (u64, u64) {
    let version = bundle["$id"].as_str().unwrap().split(':').nth(3).unwrap();
    let (major, minor) = version.split_once('.').unwrap();
    (major.parse().unwrap(), minor.parse().unwrap())
}

/// What is wrong with the version of the wire, after changes since the last release.
fn wrong_version(changes: &[(Change, String)], last: (u64, u64), now: (u64, u64)) -> Option<String> {
    let worst = changes.iter().map(|(change, _)| *change).max();
    let is_right = match worst {
        None => now == last,
        Some(Change::Addition) => now == (last.0, last.1 + 1),
        Some(Change::Break) => now == (last.0 + 1, 0),
    };
    let list: Vec<String> = changes.iter().map(|(change, what)| format!("{change:?}: {what}")).collect();
    let to = |(major, minor)| format!("{major}.{minor}");
    (!is_right).then(|| format!("from {} to {} with these changes:\n{}", to(last), to(now), list.join("\n")))
}

#[test]
fn the_version_of_the_wire_says_whether_documents_survive() {
    let now = schema::bundle(Dialect::Draft202012);
    assert_eq!(version(&now), version(&serde_json::json!({ "$id": format!("a:b:c:{WIRE_VERSION}") })));
    let mut releases = releases();
    releases.retain(|_, name| is_released(name));
    let Some((_, last)) = releases.last_key_value() else {
        println!("no release to compare with yet");
        assert_eq!(version(&now), (1, 0), "the first release has the first version of the wire");
        return;
    };
    let last = bundle(last);
    let changes = changes(&last, &now);
    for (change, what) in &changes {
        println!("{change:?}: {what}");
    }
    if let Some(wrong) = wrong_version(&changes, version(&last), version(&now)) {
        panic!("the wire went {wrong}\ndocs/wire-versions.md says which version it has to have");
    }
}

#[test]
fn a_version_that_says_too_little_or_too_much_is_found() {
    let change = |change| vec![(change, "Scope.channel: the field is new".to_owned())];
    let right = |changes: Vec<(Change, String)>, now| wrong_version(&changes, (1, 4), now).is_none();
    assert!(right(vec![], (1, 4)) && !right(vec![], (1, 5)));
    assert!(right(change(Change::Addition), (1, 5)));
    assert!(!right(change(Change::Addition), (1, 4)) && !right(change(Change::Addition), (2, 0)));
    assert!(right(change(Change::Break), (2, 0)));
    assert!(!right(change(Change::Break), (1, 5)) && !right(change(Change::Break), (2, 4)));
}

/// Valid documents that are written in other ways than today's readers write them.
const ODD: &[(Name, &str)] = &[
    (
        Name::EVENT,
        r#"{"type":"erased","at":"2026-01-05t10:30:00.1234567890+01:30","subject":"7D1F6A52-93A8-4A0C-9F0E-0D8E1C1F6B11","id":"0b8c1c8e-52a7-4a8f-8f9c-9f3b8f0f2a44"}"#,
    ),
    (
        Name::EVENT,
        r#"{"id":"0b8c1c8e-52a7-4a8f-8f9c-9f3b8f0f2a44","subject":"7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11","at":"2016-12-31T23:59:60Z","type":"policy_accepted","policy_version":"","manner":"continued_use"}"#,
    ),
    (
        Name::EVENT,
        r#"{"id":"0b8c1c8e-52a7-4a8f-8f9c-9f3b8f0f2a44","subject":"7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11","at":"0000-01-01T00:00:00-23:59","type":"age_declared"}"#,
    ),
    (
        Name::REQUEST,
        r#"{"subject":"7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11","category":"user","purpose":"promotion","action":{"type":"store"},"at":"9999-12-31T23:59:59.999999999Z","signals":{}}"#,
    ),
    (Name::DECISION, r#"{"effect":"deny","reasons":["subject_unknown","age_unknown"],"policy_version":"ä"}"#),
    (Name::ANSWER, r#"{"line":1.0,"error":"undecided","message":""}"#),
    (
        Name::AD_PERFORMANCE_DATA,
        r#"{"spend":{"minor_units":-9223372036854775808,"minor_unit_millionths":0,"currency":"JPY"},"impressions":18446744073709551615,"clicks":1.2e3,"conversions":[]}"#,
    ),
    (Name::AD_PERFORMANCE_DATA, r#"{"spend":{"amount":"-0.0000000000000000000000000001"}}"#),
    (Name::USER_DATA, "{}"),
    (Name::USER_DATA, r#"{"name":"👩‍🚀 شعر","email":"jörg@müller.de"}"#),
    (Name::PAYMENT_DATA, r#"{"billing_address":{},"card":{"last4":"0042"}}"#),
    (
        Name::ANALYTICS_DATA,
        r#"{"page_view":{"page":"http://localhost:8080/a%20b/"},"conversion_rate":"1.000"}"#,
    ),
    (
        Name::STREAMING_DATA,
        r#"{"playlist":{"tracks":[{},{"artists":[]}]},"track":{"track":{},"popularity":0}}"#,
    ),
];

/// The samples that the next release will have: what stands in the schemas, and the odd ones.
fn next_samples() -> String {
    let plain = schema::all().flat_map(|(form, schema)| {
        let examples = schema["examples"].as_array().unwrap().clone();
        examples.into_iter().map(move |example| (form, example.to_string()))
    });
    let odd = ODD.iter().map(|(form, text)| (*form, (*text).to_owned()));
    let sample = |(form, text): (Name, String)| {
        let written = read(form, &text).unwrap_or_else(|error| panic!("{error}: {text}"));
        serde_json::json!({ "form": form.as_str(), "text": text, "written": written }).to_string() + "\n"
    };
    plain.chain(odd).map(sample).collect()
}

#[test]
fn the_next_release_is_kept_ready() {
    let next = env!("CARGO_PKG_VERSION");
    if is_released(next) {
        return;
    }
    let folder = folder().join(next);
    let bundle = schema::files().into_iter().find(|(name, _)| name == "bundle.schema.json").unwrap().1;
    for (name, text) in [("bundle.schema.json", bundle), ("samples.jsonl", next_samples())] {
        let path = folder.join(name);
        if std::env::var_os("SCHEMAS").is_some_and(|what| what == "overwrite") {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == text,
            "schemas/released/{next}/{name}, which is not out yet, is not what the code makes: \
             run `SCHEMAS=overwrite cargo test --test schemas` and read the difference"
        );
    }
}
