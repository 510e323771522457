//! The JSON-LD context by which a receipt or a record is read as linked data with the terms of DPV.

use serde_json::{Map, Value, json};

use super::{Term, Vocabulary};
use crate::vocabulary::{DataCategory, LegalBasis, ProcessorKind, Purpose};

/// A JSON-LD 1.1 context for receipts ([`Receipt`](crate::consent::Receipt)), for records
/// ([`Statement`](crate::consent::Statement)) and for the export that holds both.
///
/// Under it a document expands to terms of DPV and Dublin Core, as *Consent Records and Receipts as per ISO/IEC TS
/// 27560:2023 using DPV* (<https://w3id.org/dpv/guides/consent-27560>, 2026-02-15) lays them out: what is done with the
/// data is `dpv:hasProcess`, choices are `dpv:hasConsentStatus`. A word of the policy becomes the term that
/// [`Purpose::dpv`] and its like give for it, which may mean more than the word. Ids of people and parties stay
/// literals, because nobody has given them IRIs. What DPV has no term for is left out: age, home, accepted versions,
/// events and decisions.
///
/// A context cannot say what a document is. Whoever publishes one adds `"@type": "dpv:ConsentReceipt"`, or
/// `"dpv:ConsentRecord"`, beside `@context`.
///
/// The file `schemas/context.jsonld` is this; `cargo run --example schemas` writes it.
///
/// ```
/// let context = dynamoi_privacy::terms::context();
/// assert_eq!(context["@context"]["receipt_id"], "dct:identifier");
/// let purpose = &context["@context"]["purposes"]["@context"]["purpose"];
/// assert_eq!(purpose["@id"], "dpv:hasPurpose");
/// assert_eq!(purpose["@context"]["billing"], "dpv:PaymentManagement");
/// ```
pub fn context() -> Value {
    let namespaces = json!({
        "@version": 1.1,
        "dct": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dpv": Vocabulary::Dpv.namespace(),
        "pd": Vocabulary::Pd.namespace(),
        "eu-gdpr": Vocabulary::EuGdpr.namespace(),
    });
    let parts = [namespaces, receipt(), record(), export()];
    json!({ "@context": merged(parts) })
}

/// The fields of a receipt.
fn receipt() -> Value {
    json!({
        "schema_version": iri("dct:conformsTo"),
        "receipt_id": "dct:identifier",
        "record_id": "dpv:hasIdentifier",
        "pii_principal_id": "dpv:hasDataSubject",
        "pii_processing": "@nest",
        "privacy_notice": iri("dpv:hasNotice"),
        "language": "dct:language",
        "purposes": set_of("dpv:hasProcess", processing()),
        "party_identification": set_of("dpv:hasEntity", party()),
        "event": set_of("dpv:hasConsentStatus", event()),
    })
}

fn processing() -> Value {
    json!({
        "purpose": purpose(),
        "purpose_type": iri("dpv:hasPurpose"),
        "lawful_basis": words("dpv:hasLegalBasis", LegalBasis::ALL.map(|word| (word.as_str(), word.dpv()))),
        "pii_information": "@nest",
        "pii_type": category(),
        "pii_controllers": "dpv:hasDataController",
        "collection_method": {
            "@id": "dpv:hasDataSource",
            "@type": "@vocab",
            "@context": merged([kinds("dpv:ThirdPartyDataSource"), json!({ "subject": "dpv:DataSubjectDataSource" })]),
        },
        "storage_locations": "dpv:hasStorageCondition",
        "retention_period": "dpv:hasDuration",
        "jurisdiction": "dpv:hasJurisdiction",
        "recipient_third_parties": "dpv:hasRecipient",
        "withdrawal_method": "dpv:hasConsentControl",
        "privacy_rights": "dpv:hasRight",
        "authority_party": "dpv:hasAuthority",
    })
}

fn party() -> Value {
    let kinds = ProcessorKind::ALL.map(|word| (word.as_str().to_owned(), compact(word.dpv())));
    let fields = json!({
        "party_id": "dct:identifier",
        "party_name": "dpv:hasName",
        "party_role": "@type",
        "party_type": "@type",
        "party_contact": "dpv:hasContact",
        "party_address": "dpv:hasAddress",
        "party_email": "dpv:hasContact",
        "party_phone": "dpv:hasContact",
        "party_url": iri("dpv:hasContact"),
        "controller": "dpv:DataController",
        "recipient": "dpv:Recipient",
        "authority": "dpv:Authority",
        "organisation": "dpv:Organisation",
    });
    merged([fields, Value::Object(kinds.into_iter().collect())])
}

/// A choice in a receipt; its scope lies in `dynamoi`.
fn event() -> Value {
    let fields = json!({
        "event_time": instant("dpv:isIndicatedAtTime"),
        "validity_duration": "dpv:hasDuration",
        "entity_id": "dpv:isIndicatedBy",
        "event_type": "@type",
        "event_state": "@type",
        "given": "dpv:ConsentGiven",
        "refused": "dpv:ConsentRefused",
        "withdrawn": "dpv:ConsentWithdrawn",
        "implied": "dpv:ImpliedConsent",
        "expressed": "dpv:ExpressedConsent",
        "explicitly_expressed": "dpv:ExplicitlyExpressedConsent",
        "dynamoi": "@nest",
    });
    merged([fields, scope()])
}

/// The fields of a record.
fn record() -> Value {
    let choice = json!({
        "state": "@type",
        "granted": "dpv:ConsentGiven",
        "denied": "dpv:ConsentRefused",
        "withdrawn": "dpv:ConsentWithdrawn",
        "at": instant("dpv:isIndicatedAtTime"),
        "expires_at": instant("dct:valid"),
    });
    json!({ "choices": set_of("dpv:hasConsentStatus", merged([choice, scope()])) })
}

fn scope() -> Value {
    json!({ "scope": "@nest", "purpose": purpose(), "category": category(), "processor": "dpv:hasEntity" })
}

/// The fields of an export around the records and receipts in it.
fn export() -> Value {
    json!({
        "subject": "dpv:hasDataSubject",
        "exported_at": instant("dct:created"),
        "record": "dpv:hasRecordOfActivity",
        "effective_record": "dpv:hasRecordOfActivity",
        "receipts": { "@id": "dct:hasPart", "@container": "@set" },
    })
}

fn purpose() -> Value {
    words("dpv:hasPurpose", Purpose::ALL.map(|word| (word.as_str(), word.dpv())))
}

fn category() -> Value {
    words("dpv:hasPersonalData", DataCategory::ALL.map(|word| (word.as_str(), word.dpv())))
}

/// A property whose values are the words of a list. The words mean this under the property alone: `legal_obligation` is
/// a purpose, and a basis.
fn words<const N: usize>(property: &str, terms: [(&str, Term); N]) -> Value {
    let terms: Map<String, Value> =
        terms.into_iter().map(|(word, term)| (word.to_owned(), compact(term))).collect();
    json!({ "@id": property, "@type": "@vocab", "@context": terms })
}

/// Each kind of processor as one and the same term.
fn kinds(term: &str) -> Value {
    ProcessorKind::ALL
        .into_iter()
        .map(|kind| (kind.as_str().to_owned(), Value::from(term)))
        .collect::<Map<_, _>>()
        .into()
}

/// A term of DPV as the context writes it: a prefix and an id.
fn compact(term: Term) -> Value {
    let prefix = match term.vocabulary() {
        Vocabulary::Pd => "pd",
        Vocabulary::EuGdpr => "eu-gdpr",
        _ => "dpv",
    };
    format!("{prefix}:{}", term.id()).into()
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

fn merged(parts: impl IntoIterator<Item = Value>) -> Value {
    let parts = parts.into_iter().filter_map(|part| match part {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    parts.flatten().collect::<Map<_, _>>().into()
}
