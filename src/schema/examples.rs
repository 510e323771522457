//! Examples that stand in the schemas; a test reads and validates each.

mod story;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Name, normal};
use crate::policy::Document;

/// Adds the examples of each form to its definition, and to the alternative that each of them is.
pub(super) fn add(definitions: &mut BTreeMap<String, Value>) {
    let actions = of(Name::REQUEST).iter().filter_map(|request| request.get("action").cloned()).collect();
    for (definition, examples) in Name::ALL
        .map(|name| (name.definition(), of(name)))
        .into_iter()
        .chain([("Action".to_owned(), actions)])
    {
        let alternatives = definitions.get(&definition).and_then(|schema| schema.get("oneOf")).cloned();
        for alternative in alternatives.iter().filter_map(Value::as_array).flatten() {
            let name =
                alternative.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/$defs/"));
            if let Some(schema) = name.and_then(|name| definitions.get_mut(name)) {
                let own = examples.iter().filter(|example| is_of(example, schema)).cloned().collect();
                insert(schema, own);
            }
        }
        if let Some(schema) = definitions.get_mut(&definition) {
            insert(schema, examples);
        }
    }
}

/// Whether an example is of an alternative: by its tag, or by the fields that it needs.
fn is_of(example: &Value, alternative: &Value) -> bool {
    if let Some((field, tag)) = normal::tagging(alternative) {
        return example.get(field).is_some_and(|value| *value == tag);
    }
    let required = alternative.get("required").and_then(Value::as_array);
    required.is_some_and(|fields| {
        fields.iter().filter_map(Value::as_str).all(|field| example.get(field).is_some())
    })
}

fn insert(schema: &mut Value, examples: Vec<Value>) {
    if let (Some(schema), false) = (schema.as_object_mut(), examples.is_empty()) {
        schema.insert("examples".to_owned(), examples.into());
    }
}

const SUBJECT: &str = "7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11";

/// The examples of a form.
fn of(name: Name) -> Vec<Value> {
    match name {
        Name::POLICY => serde_json::to_value(Document::dynamoi()).into_iter().collect(),
        Name::EVENT => events(),
        Name::REQUEST => requests(),
        Name::DECISION => decisions(),
        Name::SCRIPT_LINE => [("policy", Name::POLICY), ("event", Name::EVENT), ("request", Name::REQUEST)]
            .into_iter()
            .filter_map(|(field, form)| Some(json!({ field: of(form).into_iter().next()? })))
            .collect(),
        Name::ANSWER => {
            let decision = decisions().into_iter().next_back().unwrap_or_default();
            let refused = json!({
                "line": 2, "error": "invalid_line", "message": "at `event.at`: found a text of 10 characters, \
                 expected an instant of RFC 3339 with an offset, such as 2026-01-05T09:00:00Z",
            });
            vec![json!({ "line": 3, "decision": decision }), refused]
        }
        Name::RECORD => story::records(),
        Name::RECEIPT => serde_json::from_str(include_str!("examples/receipt.json")).into_iter().collect(),
        Name::EXPORT => story::exports(),
        Name::AUDIT_ENTRY => entries(),
        Name::AD_PERFORMANCE_DATA => vec![
            json!({
                "campaign": { "id": "120210000000000123", "name": "Spring" },
                "period": { "first": "2026-01-01", "last": "2026-01-31" },
                "spend": { "minor_units": 36179, "minor_unit_millionths": 500_000, "currency": "USD" },
                "impressions": 120_400, "clicks": 1204,
                "conversions": [{ "action": "purchase", "count": "2.5" }],
            }),
            json!({ "spend": { "amount": "361.79" } }),
        ],
        Name::USER_DATA => vec![json!({
            "name": "Ada Lovelace", "email": "ada@example.com",
            "account": { "id": "acct_1", "user_name": "ada", "created_at": "2026-01-05T09:00:00Z" },
        })],
        Name::PAYMENT_DATA => vec![json!({
            "billing_address": { "line1": "1 Main Street", "city": "Austin", "region": "Texas",
                "postal_code": "78701", "country": "US" },
            "card": { "brand": "visa", "last4": "1111", "expiry": { "month": 12, "year": 2030 } },
        })],
        Name::ANALYTICS_DATA => vec![
            json!({ "page_view": { "page": "/pricing", "at": "2026-01-05T09:00:00Z" } }),
            json!({ "period": { "first": "2026-01-01", "last": "2026-01-31" }, "page_views": 5310, "sessions": 1200,
                "session_length_ms": 93_000, "conversion_rate": "0.031" }),
        ],
        _ => vec![
            json!({ "track": {
                "track": { "id": "3135556", "title": "Harder", "artists": ["Daft Punk"], "album": "Discovery",
                    "isrc": "GBDUW0000059" },
                "plays": 12, "popularity": 73, "score": 760_033, "rank": 2, "played_at": "2026-01-05T09:00:00Z",
            } }),
            json!({ "playlist": { "id": "p.1", "name": "Mix", "description": "Songs", "track_count": 1,
                "tracks": [{ "title": "Harder" }] } }),
        ],
    }
}

fn events() -> Vec<Value> {
    let scope = json!({ "purpose": "promotion", "category": "streaming", "processor": "feature_fm" });
    let kinds = [
        json!({ "type": "policy_accepted", "policy_version": "1.0.0", "manner": "explicit" }),
        json!({ "type": "consent_granted", "scope": { "purpose": "promotion" }, "policy_version": "1.0.0",
            "expires_at": "2027-01-05T09:00:00Z" }),
        json!({ "type": "consent_denied", "scope": scope }),
        json!({ "type": "consent_withdrawn", "scope": { "purpose": "engagement_analysis" } }),
        json!({ "type": "age_declared", "minor_until": "2024-02-28" }),
        json!({ "type": "home_declared", "country": "DE" }),
        json!({ "type": "linked", "visitor": "52c7f0de-6a0b-4b11-8d43-3e2b1f6f9a05" }),
        json!({ "type": "erased" }),
    ];
    let numbered = kinds.into_iter().enumerate();
    numbered
        .map(|(nth, mut event)| {
            if let Some(event) = event.as_object_mut() {
                event.insert("id".to_owned(), format!("0b8c1c8e-52a7-4a8f-8f9c-9f3b8f0f2a4{nth}").into());
                event.insert("subject".to_owned(), SUBJECT.into());
                event.insert("at".to_owned(), format!("2026-01-05T09:0{nth}:00Z").into());
            }
            event
        })
        .collect()
}

fn requests() -> Vec<Value> {
    let at = "2026-01-05T09:10:00Z";
    vec![
        json!({ "subject": SUBJECT, "category": "payment", "purpose": "billing", "at": at,
            "action": { "type": "collect", "source": "stripe" } }),
        json!({ "subject": SUBJECT, "category": "payment", "purpose": "billing", "at": at,
            "action": { "type": "store", "country": "US", "encrypted": true } }),
        json!({ "subject": SUBJECT, "category": "user", "purpose": "platform_operation", "at": at,
            "action": { "type": "use" } }),
        json!({ "subject": SUBJECT, "category": "streaming", "purpose": "promotion", "at": at,
            "action": { "type": "share", "processor": "feature_fm", "country": "US" },
            "origin": "deezer", "signals": { "gpc": true, "cookies": "allowed" } }),
        json!({ "subject": SUBJECT, "category": "user", "purpose": "legal_obligation", "at": at,
            "action": { "type": "disclose", "reference": "Order 12 C 345/26 of the court of Exampletown" } }),
        json!({ "subject": SUBJECT, "category": "user", "purpose": "billing", "at": at, "action": { "type": "sell" } }),
    ]
}

fn decisions() -> Vec<Value> {
    use crate::gate::Reason;
    let explained = |reason: Reason| {
        json!({
            "reason": reason, "section": reason.section().map(|section| section.number()),
            "sentence": reason.sentence(), "remedy": reason.remedy(),
        })
    };
    let denied = |reasons: &[Reason], version: Value| {
        let explanations: Vec<Value> = reasons.iter().copied().map(explained).collect();
        json!({ "effect": "deny", "reasons": reasons, "policy_version": version, "explanations": explanations })
    };
    vec![
        json!({ "effect": "permit", "reasons": [], "policy_version": "1.0.0" }),
        denied(&[Reason::NoPolicyInForce], Value::Null),
        denied(&[Reason::SubjectUnknown], "1.0.0".into()),
        denied(&[Reason::ConsentDenied, Reason::OptOutSignal], "1.0.0".into()),
    ]
}

/// Entries with the hashes that they have.
fn entries() -> Vec<Value> {
    vec![json!({
        "at": "2026-01-05T09:00:00Z", "effect": "deny", "format": 1,
        "hash": "c58722664676e4c6df8327c371a29c787c90f2ef4520c0323923ec3603f8d4d3",
        "policy_version": "1.0.0",
        "previous": "0000000000000000000000000000000000000000000000000000000000000000",
        "reasons": ["consent_missing"],
        "request": { "action": { "processor": "posthog", "type": "share" }, "category": "analytics",
            "purpose": "engagement_analysis" },
        "rests_on": [], "sequence": 1, "subject": "00112233445566778899aabbccddeeff",
    })]
}
