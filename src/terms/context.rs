//! The JSON-LD context: the prefixes, how instants are written, and what a plain receipt surely says in terms of DPV.

use chrono::{DateTime, Timelike, Utc};
use serde_json::{Map, Value, json};

use super::{NAMESPACE, Vocabulary};
use crate::vocabulary::instant as instants;

/// The prefixes under which linked data is written here. A document that has them needs no other context.
pub(crate) fn prefixes() -> Value {
    json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "dpv": Vocabulary::Dpv.namespace(),
        "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
        "eu-gdpr": Vocabulary::EuGdpr.namespace(),
        "loc": "https://w3id.org/dpv/loc#",
        "pd": Vocabulary::Pd.namespace(),
        "privacy": { "@id": NAMESPACE, "@prefix": true },
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "uuid": { "@id": "urn:uuid:", "@prefix": true },
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

/// An instant in linked data. XML Schema knows no second 60; it becomes the last nanosecond of second 59.
pub(crate) fn date_time(instant: &DateTime<Utc>) -> Value {
    const LAST: u32 = 999_999_999;
    let within = instant.with_nanosecond(instant.nanosecond().min(LAST)).unwrap_or(*instant);
    json!({ "@type": "xsd:dateTime", "@value": instants::write(&within).to_string() })
}

/// A JSON-LD 1.1 context under which a receipt as plain JSON ([`Receipt`](crate::consent::Receipt)), or the export that
/// holds receipts, is read as linked data.
///
/// It says what a context can say and nothing that is not so: whose the receipt is, of which record, when it was made,
/// under which notice, and which purposes, bases and categories it is about, each by the IRI of the policy's own word
/// ([`Purpose::iri`](crate::vocabulary::Purpose::iri)). What takes nodes that the plain form lacks is left out, and so is
/// what became of a choice, because a refusal under a contract is none of a consent. So this alone is no receipt as DPV
/// wants it: that is [`Receipt::to_json_ld`](crate::consent::Receipt::to_json_ld), which brings its own context.
///
/// The file `schemas/context.jsonld` is this; `cargo run --example schemas` writes it.
///
/// ```
/// let context = dynamoi_privacy::terms::context();
/// assert_eq!(context["@context"]["receipt_id"], "dpv:hasIdentifier");
/// let purpose = &context["@context"]["purposes"]["@context"]["purpose"];
/// assert_eq!(purpose["@id"], "dpv:hasPurpose");
/// assert_eq!(purpose["@context"]["@vocab"], "tag:dynamoi.com,2026:privacy:purpose:");
/// ```
pub fn context() -> Value {
    let fields = json!({
        "@version": 1.1,
        "schema_version": iri("dct:conformsTo"),
        "receipt_id": "dpv:hasIdentifier",
        "record_id": under("dpv:hasRecordOfActivity", "urn:uuid:"),
        "pii_principal_id": under("dpv:hasDataSubject", "urn:uuid:"),
        "dynamoi": "@nest",
        "issued_at": instant("dct:created"),
        "pii_processing": "@nest",
        "privacy_notice": iri("dpv:hasNotice"),
        "purposes": set_of("dpv:hasProcess", json!({
            "dynamoi": null,
            "purpose": word("dpv:hasPurpose", "purpose"),
            "lawful_basis": word("dpv:hasLegalBasis", "basis"),
            "pii_information": set_of("dpv:hasPersonalData", json!({ "pii_type": word("skos:broader", "category") })),
        })),
        "subject": under("dpv:hasDataSubject", "urn:uuid:"),
        "exported_at": instant("dct:issued"),
        "receipts": { "@id": "dct:hasPart", "@container": "@set" },
    });
    let parts = [prefixes(), fields].into_iter().filter_map(|part| match part {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    json!({ "@context": parts.flatten().collect::<Map<_, _>>() })
}

/// A property whose values are words of a list. The words mean this under the property alone: `legal_obligation` is a
/// purpose, and a basis.
fn word(property: &str, list: &str) -> Value {
    under(property, &format!("{NAMESPACE}{list}:"))
}

/// A property whose values are the ends of IRIs.
fn under(property: &str, beginning: &str) -> Value {
    json!({ "@id": property, "@type": "@vocab", "@context": { "@vocab": beginning } })
}

fn iri(property: &str) -> Value {
    json!({ "@id": property, "@type": "@id" })
}

fn instant(property: &str) -> Value {
    json!({ "@id": property, "@type": "xsd:dateTime" })
}

fn set_of(property: &str, fields: Value) -> Value {
    json!({ "@id": property, "@container": "@set", "@context": fields })
}
