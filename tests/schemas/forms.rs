//! The forms of the wire: how each is read, and valid documents of it made from its schema.

use dynamoi_privacy::{
    audit::Entry,
    consent::{Event, Receipt, Statement},
    data::{AdPerformanceData, AnalyticsData, PaymentData, StreamingData, UserData},
    gate::{Request, WrittenDecision},
    policy::Document,
    rights::WrittenExport,
    schema::Name,
    script::{Line, WrittenAnswer},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::rng::Rng;

/// Reads a text as a host does, and gives what is written of it.
pub(crate) fn read(name: Name, text: &str) -> Result<Value, String> {
    match name {
        Name::POLICY => read_as::<Document>(text),
        Name::EVENT => read_as::<Event>(text),
        Name::REQUEST => read_as::<Request>(text),
        Name::DECISION => read_as::<WrittenDecision>(text),
        Name::SCRIPT_LINE => read_as::<Line>(text),
        Name::ANSWER => read_as::<WrittenAnswer>(text),
        Name::RECORD => read_as::<Statement>(text),
        Name::RECEIPT => read_as::<Receipt>(text),
        Name::EXPORT => read_as::<WrittenExport>(text),
        Name::AUDIT_ENTRY => read_as::<Entry>(text),
        Name::AD_PERFORMANCE_DATA => read_as::<AdPerformanceData>(text),
        Name::USER_DATA => read_as::<UserData>(text),
        Name::PAYMENT_DATA => read_as::<PaymentData>(text),
        Name::ANALYTICS_DATA => read_as::<AnalyticsData>(text),
        Name::STREAMING_DATA => read_as::<StreamingData>(text),
        other => panic!("nothing reads {other}"),
    }
}

fn read_as<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, String> {
    let read: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_value(read).map_err(|error| error.to_string())
}

/// A random document of a schema: each alternative, each optional field, each list of up to three.
pub(crate) fn generate(root: &Value, schema: &Value, rng: &mut Rng) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.strip_prefix("#/$defs/").unwrap();
        return leaf(name, rng).unwrap_or_else(|| generate(root, &root["$defs"][name], rng));
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        if let Some(alternatives) = schema[keyword].as_array() {
            return generate(root, &alternatives[rng.below(alternatives.len())], rng);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[rng.below(words.len())].clone();
    }
    let types = &schema["type"];
    match types.as_str().or_else(|| types[rng.below(2)].as_str()).unwrap() {
        "null" => Value::Null,
        "boolean" => rng.chance(50).into(),
        "integer" => integer(schema, rng),
        "array" => {
            let least = schema["minItems"].as_u64().unwrap_or(0) as usize;
            let most = schema["maxItems"].as_u64().unwrap_or(3) as usize;
            let mut items: Vec<Value> = Vec::new();
            for _ in 0..least + rng.below(most + 1 - least) {
                let item = generate(root, &schema["items"], rng);
                if schema["uniqueItems"] != true || !items.contains(&item) {
                    items.push(item);
                }
            }
            items.into()
        }
        "object" => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let mut fields = Map::new();
            for (name, property) in schema["properties"].as_object().unwrap() {
                if required.iter().any(|one| one == name) || rng.chance(60) {
                    fields.insert(name.clone(), generate(root, property, rng));
                }
            }
            fields.into()
        }
        // A text of a pattern that stands by itself: the id of a registered processor.
        _ if schema["pattern"].is_string() => leaf("ProcessorId", rng).unwrap(),
        _ => rng.pick(&["1.0.0", "", "Ada", "Order 12 C 345/26", "9.9.9 ünï 🚀", "\n"]).into(),
    }
}

/// A valid text of a definition that has a form of its own.
fn leaf(name: &str, rng: &mut Rng) -> Option<Value> {
    let texts: &[&str] = match name {
        "Instant" => &[
            "2026-01-05T09:00:00Z",
            "2026-01-05t10:30:00.000000001+01:30",
            "2024-02-29T23:59:59-00:00",
            "9999-12-31T23:59:59.999999999Z",
            "2016-12-31T23:59:60Z",
        ],
        "EntryInstant" => &[
            "2026-01-05T09:00:00Z",
            "2026-01-05T09:00:00.250Z",
            "2024-02-29T23:59:59.000001Z",
            "9999-12-31T23:59:59.999999999Z",
            "0000-01-01T00:00:00.100000001Z",
        ],
        "CalendarDate" => &["2026-01-05", "2024-02-29", "9999-12-31"],
        "Uuid" | "SubjectId" => return Some(rng.uuid().into()),
        "ProcessorId" => &["posthog", "feature_fm", "adform", "a", "z9_"],
        "Source" => &["subject", "stripe", "adform"],
        "EntryHash" => &["0000000000000000000000000000000000000000000000000000000000000000"],
        "Pseudonym" => &["00112233445566778899aabbccddeeff", "ffffffffffffffffffffffffffffffff"],
        "PolicyVersion" => &["1.0.0", "2", "Fassung vom 1. März 🚀"],
        "Text" => &["Ada Lovelace", "24K Magic (2016 Remaster)", "شعر", "👩‍🚀", "-"],
        "Email" => &["ada@example.com", "jörg@müller.de", "o'hara+x@mail.example.ie", "a@xn--mller-kva.de"],
        "ExternalId" => &["3135556", "spotify:track:11dFghVXANMlKmJXsNCbNl", "auth0|5f7c8ec7", "a=~+/b"],
        "Page" => &["/", "/pricing", "https://dynamoi.com", "http://localhost:8080/a%20b/", "/@ada/mix"],
        "CardBrand" => &["visa", "eftpos_au", "Diners Club"],
        "Last4" => &["1111", "0042"],
        "Rate" => &["0", "0.031", "1", "1.000"],
        "ConversionCount" => &["0", "2.5", "12", "0.00"],
        "Amount" => &["361.79", "-0.5", "-12", "0.00", "0"],
        // Its days are in order, which no schema can say.
        "Period" => {
            let days = ["2025-12-31", "2026-01-01", "2026-01-31"];
            let first = rng.below(3);
            return Some(json!({ "first": days[first], "last": days[first + rng.below(3 - first)] }));
        }
        _ => return None,
    };
    Some(rng.pick(texts).into())
}

fn integer(schema: &Value, rng: &mut Rng) -> Value {
    let (least, most) = (&schema["minimum"], &schema["maximum"]);
    let near = rng.below(3);
    match (near, least.as_i64(), most.as_u64()) {
        (0, _, _) => least.clone(),
        // Beyond 2^53 - 1 JavaScript's numbers have no single steps.
        (1, _, Some(most)) if most < 1 << 53 => most.into(),
        (_, Some(least), Some(most)) => (least.max(-1000)
            + rng.below((most.min(2000) as i64 - least.max(-1000) + 1) as usize) as i64)
            .into(),
        _ => panic!("an integer without bounds"),
    }
}

/// The entry of a trail in its canonical form, with the hash that it has.
pub(crate) fn sealed(mut entry: Value) -> Value {
    let reasons = entry["reasons"].as_array_mut().unwrap();
    reasons.sort_by_key(|reason| reason.as_str().unwrap().to_owned());
    entry["hash"] = hash(&entry).into();
    entry
}

/// Whether an entry, or each of an export, has the hash of its canonical JSON.
pub(crate) fn has_its_hash(document: &Value) -> bool {
    match document["decisions"].as_array() {
        Some(entries) => entries.iter().all(has_its_hash),
        None => document["hash"] == hash(document),
    }
}

/// `Value` sorts names, and the numbers of an entry are whole and small, so that its text is canonical JSON.
fn hash(entry: &Value) -> String {
    use sha2::{Digest, Sha256};
    let mut entry = entry.clone();
    if let Some(fields) = entry.as_object_mut() {
        fields.remove("hash");
    }
    Sha256::digest(entry.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
}
