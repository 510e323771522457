//! Every reader on any payload: the first byte chooses the system, the rest is the payload.
//!
//! Whatever comes, a reader does not panic, reads the same twice, says nothing of a value in an error, names no
//! place twice, loses nothing silently, and keeps what it can also write and read again.
#![no_main]

use std::{collections::HashSet, sync::LazyLock};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::PersonalData,
    gate::{Gate, Guarded},
    policy::History,
    processors::{AnyReading, JsonPath, Misfit, PayloadError, Reading, System},
    vocabulary::{Purpose, SubjectId},
};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A person who accepted the policy.
static PERSON: LazyLock<(Gate, SubjectId, DateTime<Utc>)> = LazyLock::new(|| {
    let (gate, subject) = (Gate::new(History::dynamoi()), SubjectId::random());
    let now = DateTime::from_timestamp(1_767_603_600, 0).unwrap();
    gate.record(Event::accept(subject, "1.0.0", now)).unwrap();
    (gate, subject, now)
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((first, payload)) = data.split_first() else { return Corpus::Reject };
    let system = System::ALL[usize::from(*first) % System::ALL.len()];
    let json = serde_json::from_slice(payload).ok();
    let (read, again) = (report(system, payload), report(system, payload));
    assert_eq!(read, again, "{system} reads it in two ways");
    match read {
        Ok(report) => report.check(json.as_ref()),
        Err(error) => check_error(&error, json.as_ref()),
    }
    Corpus::Keep
});

/// What came of a payload, in the open.
#[derive(Debug, PartialEq)]
struct Report {
    kept: Vec<Value>,
    dropped: Vec<JsonPath>,
    refused: Vec<Misfit>,
}

fn report(system: System, payload: &[u8]) -> Result<Report, PayloadError> {
    Ok(match system.read(PERSON.1, payload)? {
        AnyReading::AdPerformance(reading) => open(system, reading),
        AnyReading::Payment(reading) => open(system, reading),
        AnyReading::Analytics(reading) => open(system, reading),
        AnyReading::Streaming(reading) => open(system, reading),
        AnyReading::Nothing(reading) => {
            let (dropped, refused) = (reading.dropped().to_vec(), reading.refused().to_vec());
            Report { kept: Vec::new(), dropped, refused }
        }
    })
}

fn open<T>(system: System, reading: Reading<T>) -> Report
where
    T: PersonalData + PartialEq + Serialize + DeserializeOwned,
{
    let (dropped, refused) = (reading.dropped().to_vec(), reading.refused().to_vec());
    let kept = reading.into_kept().into_iter().map(|row| look(system, row)).collect();
    Report { kept, dropped, refused }
}

/// Takes a row in and looks at it; written and read again it is the same.
fn look<T>(system: System, row: Guarded<T>) -> Value
where
    T: PersonalData + PartialEq + Serialize + DeserializeOwned,
{
    let ((gate, subject, now), purpose) = (&*PERSON, Purpose::PlatformOperation);
    assert!(row.subject() == *subject && row.origin() == Some(&system.id()));
    let row = gate.collect(row, purpose, *now).unwrap().admit(gate, *now).unwrap();
    let row = gate.use_for(row, purpose, *now).unwrap().open(gate, *now).unwrap();
    let text = serde_json::to_string(&row).unwrap();
    assert_ne!(text, "{}", "nothing was kept");
    let again: T = serde_json::from_str(&text).unwrap();
    assert!(again == row, "written and read again it is another");
    serde_json::from_str(&text).unwrap()
}

impl Report {
    fn check(&self, json: Option<&Value>) {
        let mut places = HashSet::new();
        for path in &self.dropped {
            assert!(places.insert(path), "{path} is dropped twice");
        }
        // A number that no float can hold stops serde_json, and then there is nothing to compare with.
        if let Some(json) = json {
            let leaves = leaves(json);
            assert!(self.dropped.len() <= leaves);
            assert!(!self.kept.is_empty() || self.dropped.len() == leaves, "something is lost");
            let words = words(json);
            self.refused.iter().for_each(|misfit| check_misfit(misfit, &words));
        }
    }
}

/// The places that a reader has to account for.
fn leaves(value: &Value) -> usize {
    let holds = |v: &Value| v.is_object() || v.is_array();
    match value {
        Value::Object(members) if !members.is_empty() => members.values().map(leaves).sum(),
        Value::Array(elements) if elements.iter().any(holds) => elements.iter().map(leaves).sum(),
        _ => 1,
    }
}

/// What is in a payload, also in JSON that stands as text.
#[derive(Default)]
struct Words {
    /// The names of fields, which an error may show.
    names: HashSet<String>,
    /// The words of values, which it may not.
    values: HashSet<String>,
}

fn words(value: &Value) -> Words {
    let (mut words, mut values) = (Words::default(), vec![value.clone()]);
    while let Some(value) = values.pop() {
        match value {
            Value::Object(members) => members.into_iter().for_each(|(name, value)| {
                words.names.insert(name);
                values.push(value);
            }),
            Value::Array(elements) => values.extend(elements),
            Value::String(text) => {
                if text.trim_start().starts_with(['{', '[']) {
                    values.extend(serde_json::from_str::<Value>(&text));
                }
                words.values.extend(split(&text).map(str::to_owned));
            }
            Value::Number(number) => _ = words.values.insert(number.to_string()),
            Value::Null | Value::Bool(_) => {}
        }
    }
    words
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',']).filter(|word| !word.is_empty())
}

fn check_error(error: &PayloadError, json: Option<&Value>) {
    match error {
        PayloadError::NotOfSystem(error) => {
            if let Some(json) = json {
                check_misfit(error.misfit(), &words(json));
            }
        }
        PayloadError::Vendor(error) => {
            let code = error.code().unwrap_or("none");
            assert!(is_code(code), "{code} is no code");
        }
        _ => {}
    }
}

/// Whether a text is made like a vendor's code.
fn is_code(code: &str) -> bool {
    let formed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    (1..=64).contains(&code.len()) && code.bytes().all(formed)
}

/// What was found is said in words of ours, numbers of things, and names of fields; never by a value.
fn check_misfit(misfit: &Misfit, words: &Words) {
    // Ours that a value may have by chance.
    const OURS: &str = "a an text of characters array object with without the fields and more null number \
        boolean that is not JSON at line column byte UTF-8 after bytes field twice deeper one escape no Unicode \
        character error Pandora's Amazon's Facebook Ads's own code what may be full payment card control e-mail \
        address out range digits than can held exactly date end before start empty breaks off but begins like \
        HTML or XML";
    let mut found = misfit.found();
    if let Some((said, code)) = found.split_once(" own error ") {
        assert!(code == "without a code" || is_code(code), "{code} is no code");
        found = said;
    }
    // Of JSON as text the place is told too, which may be of a name that is like a value.
    if let Some(within) = found.strip_prefix("JSON as text which has at ") {
        let kinds = [" null", " text that", " a ", " an object", " an array", " an escape", " the field"];
        let at = kinds.iter().filter_map(|kind| within.rfind(kind)).min();
        found = at.map_or(within, |at| &within[at..]);
    }
    for word in split(found).filter(|word| words.values.contains(*word)) {
        let counts = word.len() <= 8 && word.bytes().all(|b| b.is_ascii_digit());
        let known = counts || words.names.contains(word) || split(OURS).any(|ours| ours == word);
        assert!(known, "an error shows {word:?}");
    }
}
