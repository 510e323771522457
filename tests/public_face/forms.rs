//! The forms of the wire, each with documents that have every field it can have.

use dynamoi_privacy::{
    consent::{Event, Receipt, Statement},
    gate::Request,
    policy::Document,
    vocabulary::FormError,
};
use serde_json::{Value, json};

/// A document in full, how it is read, and what the wire says of its fields.
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) full: Value,
    /// Reads a text and gives what is written of what was read.
    pub(crate) read: fn(&str) -> Result<Value, FormError>,
    /// Reads a text as any caller of serde does.
    pub(crate) serde: fn(&str) -> Result<(), serde_json::Error>,
    /// Fields that may be absent.
    pub(crate) optional: &'static [&'static str],
    /// Fields that may be null.
    pub(crate) nullable: &'static [&'static str],
    /// Places that take any text.
    pub(crate) free: &'static [&'static str],
}

pub(crate) const SUBJECT: &str = "7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11";

/// Dynamoi's policy as this suite reads it.
pub(crate) fn dynamoi() -> Value {
    serde_json::from_str(include_str!("../../src/policy/dynamoi-1.0.0.json")).unwrap()
}

/// Every form.
pub(crate) fn forms() -> Vec<Form> {
    let policy = Form {
        name: "policy".to_owned(),
        full: dynamoi(),
        read: |text| Document::from_json(text).map(|read| serde_json::to_value(read).unwrap()),
        serde: |text| serde_json::from_str::<Document>(text).map(drop),
        optional: &["processors[].no_onward_to"],
        nullable: &["processors[].safeguard", "storage.safeguard"],
        free: &["version", "organisation", "contact", "processors[].name"],
    };
    let events = events().into_iter().map(|full| Form {
        name: format!("event {}", full["type"]),
        full,
        read: |text| Event::from_json(text).map(|read| serde_json::to_value(read).unwrap()),
        serde: |text| serde_json::from_str::<Event>(text).map(drop),
        optional: &["expires_at", "minor_until", "scope.category", "scope.processor"],
        nullable: &[],
        free: &["policy_version"],
    });
    let requests = requests().into_iter().map(|full| Form {
        name: format!("request {}", full["action"]["type"]),
        full,
        read: |text| Request::from_json(text).map(|read| serde_json::to_value(read).unwrap()),
        serde: |text| serde_json::from_str::<Request>(text).map(drop),
        optional: &[
            "action.country",
            "action.encrypted",
            "origin",
            "signals",
            "signals.gpc",
            "signals.cookies",
        ],
        nullable: &[],
        free: &["action.reference"],
    });
    let statements = statements().into_iter().map(|full| Form {
        name: "statement".to_owned(),
        full,
        read: |text| Statement::from_json(text).map(|read| serde_json::to_value(read).unwrap()),
        serde: |text| serde_json::from_str::<Statement>(text).map(drop),
        optional: &[
            "age",
            "age.minor_until",
            "home",
            "home.country",
            "choices[].scope.category",
            "choices[].scope.processor",
            "choices[].expires_at",
        ],
        nullable: &[],
        free: &["accepted[]", "choices[].policy_version"],
    });
    let receipt = Form {
        name: "receipt".to_owned(),
        full: serde_json::from_str(include_str!("../receipts/promotion.json")).unwrap(),
        read: |text| Receipt::from_json(text).map(|read| serde_json::to_value(read).unwrap()),
        serde: |text| serde_json::from_str::<Receipt>(text).map(drop),
        optional: RECEIPT_OPTIONAL,
        nullable: &[],
        free: RECEIPT_FREE,
    };
    let all = std::iter::once(policy).chain(events).chain(requests).chain(statements);
    all.chain([receipt]).collect()
}

const RECEIPT_OPTIONAL: &[&str] = &[
    "event[].dynamoi.policy_version",
    "event[].dynamoi.scope.processor",
    "event[].event_type",
    "party_identification[].dynamoi.kind",
    "party_identification[].dynamoi.transfer_safeguard",
    "party_identification[].party_address",
    "party_identification[].party_contact",
    "party_identification[].party_email",
    "party_identification[].party_phone",
    "party_identification[].party_url",
    "pii_processing.language",
    "pii_processing.privacy_notice",
    "pii_processing.purposes[].authority_party",
    "pii_processing.purposes[].dynamoi.storage_safeguard",
    "pii_processing.purposes[].jurisdiction",
    "pii_processing.purposes[].privacy_rights",
    "pii_processing.purposes[].purpose_type",
    "pii_processing.purposes[].retention_period",
];

/// A receipt is what somebody was told: words and names of others are taken as they are.
const RECEIPT_FREE: &[&str] = &[
    "dynamoi.policy_version",
    "dynamoi.standard",
    "event[].dynamoi.policy_version",
    "event[].event_state",
    "event[].event_type",
    "event[].validity_duration",
    "party_identification[].party_address",
    "party_identification[].party_contact",
    "party_identification[].party_email",
    "party_identification[].party_id",
    "party_identification[].party_name",
    "party_identification[].party_phone",
    "party_identification[].party_role",
    "party_identification[].party_type",
    "party_identification[].party_url",
    "pii_processing.language",
    "pii_processing.privacy_notice",
    "pii_processing.purposes[].authority_party",
    "pii_processing.purposes[].collection_method[]",
    "pii_processing.purposes[].jurisdiction",
    "pii_processing.purposes[].lawful_basis",
    "pii_processing.purposes[].pii_controllers[]",
    "pii_processing.purposes[].pii_information[].dynamoi.recipients[]",
    "pii_processing.purposes[].pii_information[].pii_type",
    "pii_processing.purposes[].privacy_rights",
    "pii_processing.purposes[].purpose",
    "pii_processing.purposes[].purpose_type",
    "pii_processing.purposes[].recipient_third_parties[]",
    "pii_processing.purposes[].retention_period",
    "pii_processing.purposes[].storage_locations[]",
    "pii_processing.purposes[].withdrawal_method",
    "schema_version",
];

/// A statement of what stands for a subject in full; what is left after an erasure has no field that may be absent.
pub(crate) fn statements() -> Vec<Value> {
    let scope = json!({"purpose": "promotion", "category": "streaming", "processor": "feature_fm"});
    vec![json!({
        "accepted": ["1.0.0", "1.1.0"],
        "age": {"at": "2026-01-05T09:00:00Z", "minor_until": "2030-02-28"},
        "home": {"at": "2026-01-05T09:00:00Z", "country": "DE"},
        "choices": [
            {"scope": {"purpose": "billing"}, "state": "denied", "at": "2026-01-05T09:00:00Z"},
            {"scope": scope, "state": "granted", "at": "2026-01-05T09:00:00Z", "policy_version": "1.0.0",
                "expires_at": "2027-01-05T09:00:00Z"},
        ],
    })]
}

/// An event of each type, with every field of the type.
pub(crate) fn events() -> Vec<Value> {
    let scope = json!({"purpose": "promotion", "category": "streaming", "processor": "feature_fm"});
    let kinds = [
        json!({"type": "policy_accepted", "policy_version": "1.0.0", "manner": "continued_use"}),
        json!({"type": "consent_granted", "scope": scope, "policy_version": "1.0.0",
            "expires_at": "2027-01-05T09:00:00.000000001Z"}),
        json!({"type": "consent_denied", "scope": scope}),
        json!({"type": "consent_withdrawn", "scope": scope}),
        json!({"type": "age_declared", "minor_until": "2030-02-28"}),
        json!({"type": "home_declared", "country": "DE"}),
        json!({"type": "linked", "visitor": "5f0c2b8e-1d34-4c1b-9a67-3e2d1f0a9b88"}),
        json!({"type": "erased"}),
    ];
    let head = json!({"id": "0b8c1c8e-52a7-4a8f-8f9c-9f3b8f0f2a44", "subject": SUBJECT,
        "at": "2026-01-05T09:00:00.123456789Z"});
    kinds.into_iter().map(|kind| joined(&head, &kind)).collect()
}

/// A request for each action, with every field that it can have.
pub(crate) fn requests() -> Vec<Value> {
    let head = json!({"subject": SUBJECT, "category": "streaming", "purpose": "promotion",
        "at": "2026-01-05T09:00:00Z", "origin": "spotify", "signals": {"gpc": true, "cookies": "blocked"}});
    actions().into_iter().map(|action| joined(&head, &json!({ "action": action }))).collect()
}

fn actions() -> Vec<Value> {
    vec![
        json!({"type": "collect", "source": "subject"}),
        json!({"type": "store", "country": "DE", "encrypted": true}),
        json!({"type": "use"}),
        json!({"type": "share", "processor": "adform", "country": "US"}),
        json!({"type": "disclose", "reference": "AG Berlin 1 F 2/26"}),
        json!({"type": "sell"}),
    ]
}

fn joined(head: &Value, rest: &Value) -> Value {
    let fields = [head, rest].into_iter().flat_map(|part| part.as_object().unwrap().clone());
    Value::Object(fields.collect())
}
