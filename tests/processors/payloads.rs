//! The payloads, and one way to read those of any system.

use std::{fs, path::Path, sync::LazyLock};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::PersonalData,
    gate::{Gate, Guarded},
    policy::History,
    processors::{AnyReading, PayloadError, Reading, System},
    vocabulary::{Purpose, SubjectId},
};
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) const SYSTEMS: [System; 12] = System::ALL;

pub(crate) struct Payload {
    pub(crate) system: System,
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) expected: Value,
}

/// Every payload of every system.
pub(crate) fn all() -> &'static [Payload] {
    static ALL: LazyLock<Vec<Payload>> = LazyLock::new(read_all);
    &ALL
}

fn read_all() -> Vec<Payload> {
    let mut payloads = Vec::new();
    for system in SYSTEMS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(system.id().as_str());
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if let Some(name) = name.strip_suffix(".json").filter(|n| !n.ends_with(".expected")) {
                let expected = fs::read(path.with_extension("expected.json")).unwrap();
                payloads.push(Payload {
                    system,
                    name: name.to_owned(),
                    bytes: fs::read(&path).unwrap(),
                    expected: serde_json::from_slice(&expected).unwrap(),
                });
            }
        }
    }
    assert!(payloads.len() > 40, "the payloads are not where they should be");
    payloads
}

/// What a system's reader makes of a payload, as JSON: `kept`, `dropped`, `refused` where there is any.
pub(crate) fn read(system: System, payload: &[u8]) -> Result<Value, PayloadError> {
    system.read(SubjectId::random(), payload).map(|reading| match reading {
        AnyReading::AdPerformance(reading) => report(reading),
        AnyReading::Payment(reading) => report(reading),
        AnyReading::Analytics(reading) => report(reading),
        AnyReading::Streaming(reading) => report(reading),
        AnyReading::Nothing(reading) => {
            assert!(reading.kept().is_empty() && reading.refused().is_empty());
            json!({ "kept": [], "dropped": reading.dropped() })
        }
    })
}

pub(crate) fn report<T: PersonalData + Serialize>(reading: Reading<T>) -> Value {
    let (dropped, refused) = (json!(reading.dropped()), json!(reading.refused()));
    let kept: Vec<Value> = reading.into_kept().into_iter().map(look).collect();
    let mut report = json!({ "kept": kept, "dropped": dropped });
    if refused != json!([]) {
        report["refused"] = refused;
    }
    report
}

pub(crate) fn now() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// Takes data in and looks at it, for somebody who accepted the policy.
pub(crate) fn look<T: PersonalData + Serialize>(data: Guarded<T>) -> Value {
    let (gate, now, purpose) = (Gate::new(History::dynamoi()), now(), Purpose::PlatformOperation);
    gate.record(Event::accept(data.subject(), "1.0.0", now)).unwrap();
    let admitted = gate.collect(data, purpose, now).unwrap().admit(&gate, now).unwrap();
    json!(gate.use_for(admitted, purpose, now).unwrap().open(&gate, now).unwrap())
}
