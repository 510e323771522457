//! The schema of events takes what the reader takes and refuses what it refuses.

use dynamoi_privacy::consent::Event;
use serde_json::{Value, json};

use super::support::Draw;

/// Fields that events of some type have, each with a value that fits.
fn fields() -> Vec<(&'static str, Value)> {
    vec![
        ("policy_version", json!("1.0.0")),
        ("manner", json!("explicit")),
        ("scope", json!({"purpose": "promotion", "category": "streaming"})),
        ("expires_at", json!("2999-01-01T00:00:00Z")),
        ("minor_until", json!("2030-02-28")),
        ("country", json!("DE")),
        ("visitor", json!("7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11")),
        ("stray", json!(1)),
    ]
}

#[test]
fn the_reader_and_the_schema_of_events_take_and_refuse_the_same() {
    let schema = schemars::schema_for!(Event);
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let (mut taken, mut refused) = (0, 0);
    let mut agree = |value: &Value| {
        let read = Event::from_json(&value.to_string()).is_ok();
        assert_eq!(read, validator.is_valid(value), "{value}");
        if read { taken += 1 } else { refused += 1 }
    };
    for seed in 0..20 {
        let mut draw = Draw::new(seed);
        draw.documents(3);
        draw.narrow = 50;
        draw.erased = 5;
        for event in draw.events(20) {
            let json = serde_json::to_value(&event).unwrap();
            // What RFC 3339 cannot write a schema that does not look at formats takes.
            if Event::from_json(&json.to_string()).is_err() {
                continue;
            }
            agree(&json);
            for name in json.as_object().unwrap().keys() {
                let mut without = json.clone();
                without.as_object_mut().unwrap().remove(name);
                agree(&without);
                for wrong in [Value::Null, json!(7), json!([]), json!({})] {
                    let mut other = json.clone();
                    other[name] = wrong;
                    agree(&other);
                }
            }
            for (name, value) in fields() {
                let mut with = json.clone();
                with[name] = value;
                agree(&with);
            }
        }
    }
    for kind in ["linked", "erased", "frozen", ""] {
        let mut event = json!({"id": "0b8c1c8e-52a7-4a8f-8f9c-9f3b8f0f2a44", "type": kind,
            "subject": "7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11", "at": "2026-01-05T09:00:00Z"});
        agree(&event);
        event["visitor"] = json!("7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b12");
        agree(&event);
    }
    assert!(taken > 500 && refused > 2000, "{taken} {refused}");
}
