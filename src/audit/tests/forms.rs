//! The form of an entry: canonical, strict, and the same in the schema.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{line, lines};
use crate::audit::{Entry, Fault, Head};

#[test]
fn a_line_is_what_rfc_8785_makes_of_its_json() {
    for line in lines(2000) {
        let json: Value = serde_json::from_str(line.text()).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&json).unwrap(), line.text());
        // And the hash is that of the same without the hash.
        let mut rest = json;
        rest.as_object_mut().unwrap().remove("hash");
        let canonical = serde_json_canonicalizer::to_vec(&rest).unwrap();
        assert_eq!(Sha256::digest(canonical)[..], line.head().hash().as_bytes()[..]);
    }
}

#[test]
fn what_is_written_is_read_again() {
    for line in lines(2000) {
        let entry = Entry::from_line(line.text().as_bytes()).unwrap();
        assert_eq!((entry.head(), entry.subject()), (line.head(), line.subject()));
        assert_eq!(serde_json::to_string(&entry).unwrap(), line.text());
        // Through JSON in another order and spacing, as a database may keep it.
        let json: Value = serde_json::from_str(line.text()).unwrap();
        assert_eq!(serde_json::from_value::<Entry>(json.clone()).unwrap(), entry);
        let pretty = serde_json::to_string_pretty(&json).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&pretty).unwrap(), entry);
        assert_eq!(Entry::from_line(pretty.as_bytes()), Err(Fault::NotCanonical));
        let spaced = line.text().replace(',', ", ");
        assert_eq!(Entry::from_line(spaced.as_bytes()), Err(Fault::Edited));
    }
}

#[test]
fn every_field_is_needed_and_no_other_is_known() {
    for line in lines(60) {
        let whole: Value = serde_json::from_str(line.text()).unwrap();
        let entry = Entry::from_line(line.text().as_bytes()).unwrap();
        for place in ["", "/request", "/request/action", "/request/signals"] {
            let Some(Value::Object(fields)) = whole.pointer(place) else { continue };
            for name in fields.keys().chain([&"added".to_owned()]) {
                for change in [None, Some(Value::Null), Some(Value::from(1.5)), Some(Value::from(vec![1]))] {
                    let mut changed = whole.clone();
                    let fields = changed.pointer_mut(place).unwrap().as_object_mut().unwrap();
                    match change {
                        None => fields.remove(name),
                        Some(value) => fields.insert(name.clone(), value),
                    };
                    let same = changed == whole;
                    match serde_json::from_value::<Entry>(changed) {
                        // What says the same is the same: no encryption, no signal.
                        Ok(read) => assert!(same || read == entry, "{place}/{name}"),
                        Err(error) => {
                            assert!(!same, "{place}/{name}: {error}");
                            assert!(!error.to_string().contains('€'), "a value is shown: {error}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn an_entry_that_contradicts_itself_is_none_though_its_hash_is_right() {
    let sealed = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
        let mut json: Value = serde_json::from_str(line(0, Head::START).text()).unwrap();
        let fields = json.as_object_mut().unwrap();
        change(fields);
        fields.remove("hash");
        let hash = Sha256::digest(serde_json_canonicalizer::to_vec(&json).unwrap());
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        json.as_object_mut().unwrap().insert("hash".to_owned(), hash.into());
        Entry::from_line(&serde_json_canonicalizer::to_vec(&json).unwrap())
    };
    assert!(sealed(&|_| ()).is_ok());
    type Change<'a> = &'a dyn Fn(&mut serde_json::Map<String, Value>);
    let changes: [(Change<'_>, &str); 7] = [
        (&|entry| _ = entry.insert("format".into(), 2.into()), "another format than 1"),
        (&|entry| _ = entry.insert("sequence".into(), 0.into()), "a sequence that is none"),
        (&|entry| _ = entry.insert("sequence".into(), (1u64 << 53).into()), "a sequence that is none"),
        (&|entry| _ = entry.insert("effect".into(), "deny".into()), "an effect that its reasons contradict"),
        (
            &|entry| _ = entry.insert("reasons".into(), vec!["sale_prohibited"].into()),
            "an effect that its reasons contradict",
        ),
        (
            &|entry| {
                entry.insert("effect".into(), "deny".into());
                entry.insert("reasons".into(), vec!["sale_prohibited", "age_unknown"].into());
            },
            "reasons out of their order",
        ),
        (&|entry| _ = entry.insert("policy_version".into(), Value::Null), "a permit without a policy"),
    ];
    for (change, what) in changes {
        assert_eq!(sealed(change), Err(Fault::Contradicts(what)));
    }
    let disclosed = serde_json::json!({ "reference": "order 12", "type": "disclose" });
    let order = sealed(&|entry| {
        _ = entry["request"].as_object_mut().unwrap().insert("action".into(), disclosed.clone())
    });
    assert_eq!(order, Err(Fault::Contradicts("a reference without a pseudonym")));
}

#[test]
fn the_schema_names_the_fields_that_are_written() {
    let schema = schemars::schema_for!(Entry).to_value();
    let place = |schema: &Value, name: &str| {
        let reference = schema["properties"][name]["$ref"].as_str().map(ToOwned::to_owned);
        reference.and_then(|path| schema_at(&path)).unwrap_or(schema["properties"][name].clone())
    };
    fn schema_at(path: &str) -> Option<Value> {
        schemars::schema_for!(Entry).to_value().pointer(path.strip_prefix('#')?).cloned()
    }
    let mut seen =
        [std::collections::BTreeSet::new(), Default::default(), Default::default(), Default::default()];
    for line in lines(200) {
        let json: Value = serde_json::from_str(line.text()).unwrap();
        let request = &json["request"];
        for (seen, part) in seen.iter_mut().zip([&json, request, &request["action"], &request["signals"]]) {
            seen.extend(part.as_object().into_iter().flatten().map(|(name, _)| name.clone()));
        }
    }
    let request = place(&schema, "request");
    let (action, signals) = (place(&request, "action"), place(&request, "signals"));
    for (seen, part) in seen.iter().zip([&schema, &request, &action, &signals]) {
        let named: std::collections::BTreeSet<String> =
            part["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(&named, seen);
        assert_eq!(part["additionalProperties"], false);
    }
    assert_eq!(schema["required"].as_array().unwrap().len(), 11);
    assert_eq!(request["required"], serde_json::json!(["action", "category", "purpose"]));
    assert_eq!(action["required"], serde_json::json!(["type"]));
    assert_eq!(schema["properties"]["policy_version"]["type"].as_array().map(Vec::len), None);
}
