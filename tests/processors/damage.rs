//! Damaged payloads: they are read or refused, never a panic, and still nothing is kept that is not covered.

use std::collections::HashSet;

use dynamoi_privacy::processors::PayloadError;
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::{
    payloads::{self, SYSTEMS},
    readings::step,
};

/// What a vendor might put where something else is documented.
fn oddity() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!("")),
        Just(json!("Eve Planted")),
        Just(json!("eve@planted.example")),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!(u64::MAX)),
        Just(json!("99999999999999999999999999999999999999")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, "planted", {"planted": ["planted"]}])),
        Just(json!({"data": [{"planted": "planted"}], "type": "planted", "object": "planted"})),
    ]
}

/// A place below the root: as a JSON pointer, as a JSON path, and by the name of its field.
#[derive(Debug, Clone)]
struct Place {
    pointer: String,
    path: String,
    name: String,
}

impl Place {
    fn is_or_is_within(&self, path: &str) -> bool {
        self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

/// The places of all values below this one.
fn places(value: &Value, pointer: &str, path: &str, to: &mut Vec<Place>) {
    let below: Vec<(String, String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, v)| (name.clone(), step(name), v)).collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().map(|(i, v)| (i.to_string(), format!("[{i}]"), v)).collect()
        }
        _ => Vec::new(),
    };
    for (name, step, value) in below {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        let path = format!("{path}{step}");
        places(value, &pointer, &path, to);
        to.push(Place { pointer, path, name });
    }
}

/// Where a name or a line is documented, which may be anybody's.
const TEXTS: &[&str] = &[
    "campaign_name",
    "name",
    "description",
    "isrc",
    "line1",
    "line2",
    "city",
    "state",
    "postal_code",
    "brand",
    "address_line1",
    "address_line2",
    "address_city",
    "address_state",
    "address_zip",
    "action_type",
    "conversionActionName",
    "conversion_action_name",
    "title",
    "artistName",
    "albumName",
    "standard",
    "short",
    "songName",
    "songTitle",
    "artistSummary",
    "albumTitle",
    "stationName",
];

fn remove(value: &mut Value, place: &str) {
    let (parent, name) = place.rsplit_once('/').unwrap();
    match value.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(elements)) => drop(elements.remove(name.parse().unwrap())),
        _ => {}
    }
}

/// Whether a kept row shows what was planted.
fn shows_planted(report: &Value) -> bool {
    report["kept"].to_string().to_lowercase().contains("planted")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_bytes_never_panic(
        which in any::<Index>(),
        cuts in prop::collection::vec((any::<Index>(), any::<Index>(), prop::collection::vec(any::<u8>(), 0..4)), 1..4),
    ) {
        let all = payloads::all();
        let mut bytes = which.get(all).bytes.clone();
        for (from, to, insert) in &cuts {
            let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            bytes.splice(from.min(to)..from.max(to).min(from.min(to) + 40), insert.iter().copied());
        }
        for system in SYSTEMS {
            let _ = payloads::read(system, &bytes);
        }
    }

    #[test]
    fn truncated_payloads_are_refused(which in any::<Index>(), at in any::<Index>()) {
        let all = payloads::all();
        let payload = which.get(all);
        let whole = payload.bytes.trim_ascii_end();
        let cut = &whole[..at.index(whole.len())];
        let error = payloads::read(payload.system, cut).unwrap_err();
        prop_assert!(matches!(error, PayloadError::NotOfSystem(_)));
    }

    #[test]
    fn a_missing_value_lets_nothing_uncovered_in(which in any::<Index>(), gone in prop::collection::vec(any::<Index>(), 1..6)) {
        let all = payloads::all();
        let payload = which.get(all);
        let mut value: Value = serde_json::from_slice(&payload.bytes).unwrap();
        for index in gone {
            let mut found = Vec::new();
            places(&value, "", "$", &mut found);
            if !found.is_empty() {
                remove(&mut value, &index.get(&found).pointer);
            }
        }
        if let Ok(report) = payloads::read(payload.system, value.to_string().as_bytes()) {
            prop_assert!(!shows_planted(&report), "{}/{}: {report}", payload.system, payload.name);
        }
    }

    #[test]
    fn an_odd_value_is_kept_only_where_a_text_belongs(which in any::<Index>(), at in any::<Index>(), odd in oddity()) {
        let all = payloads::all();
        let payload = which.get(all);
        let mut value: Value = serde_json::from_slice(&payload.bytes).unwrap();
        let mut found = Vec::new();
        places(&value, "", "$", &mut found);
        prop_assume!(!found.is_empty());
        let place = at.get(&found).clone();
        *value.pointer_mut(&place.pointer).unwrap() = odd.clone();
        for system in SYSTEMS {
            match payloads::read(system, value.to_string().as_bytes()) {
                Ok(report) => {
                    let dropped = report["dropped"].as_array().unwrap().contains(&json!(place.path));
                    let text = odd.is_string() && TEXTS.contains(&place.name.as_str()) && !dropped;
                    prop_assert!(text || !shows_planted(&report), "{place:?}: {report}");
                }
                Err(error) => prop_assert!(!error.to_string().contains("Eve"), "{error}"),
            }
        }
    }

    #[test]
    fn what_is_not_dropped_stands_in_a_row(
        which in any::<Index>(), odd in prop::collection::vec((any::<Index>(), oddity()), 0..3)
    ) {
        let payload = which.get(payloads::all());
        let mut value: Value = serde_json::from_slice(&payload.bytes).unwrap();
        for (at, odd) in odd {
            let mut found = Vec::new();
            places(&value, "", "$", &mut found);
            prop_assume!(!found.is_empty());
            *value.pointer_mut(&at.get(&found).pointer).unwrap() = odd;
        }
        if let Ok(report) = payloads::read(payload.system, value.to_string().as_bytes()) {
            let mut found = Vec::new();
            places(&value, "", "$", &mut found);
            let dropped = report["dropped"].as_array().unwrap();
            let dropped: HashSet<&str> = dropped.iter().map(|path| path.as_str().unwrap()).collect();
            // One that stands there twice is told once.
            let kept: HashSet<String> = found
                .iter()
                .filter(|place| !dropped.iter().any(|dropped| place.is_or_is_within(dropped)))
                .map(|place| value.pointer(&place.pointer).unwrap())
                .filter(|value| !value.is_object() && !value.is_array())
                .map(ToString::to_string)
                .collect();
            prop_assert!(kept.len() <= scalars(&report["kept"]), "{}/{}: {kept:?} {report}", payload.system, payload.name);
        }
    }
}

/// How many values, none of them an object or an array, stand here and below.
fn scalars(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(scalars).sum(),
        Value::Array(elements) => elements.iter().map(scalars).sum(),
        _ => 1,
    }
}
