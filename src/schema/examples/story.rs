//! What is held of the person of the examples: records and exports, made by a gate of their events.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{SUBJECT, entries, events};
use crate::{
    audit::Entry,
    consent::{ConsentType, Contact, Event},
    gate::Gate,
    policy::History,
    rights::{Export, Held, issuer},
    vocabulary::SubjectId,
};

const EXPORTED_AT: &str = "2026-01-08T12:00:00Z";
const ERASED_AT: &str = "2026-01-05T09:07:00Z";
/// How many of the events happened before the export: they are not linked and not erased.
const BEFORE: usize = 6;

pub(super) fn records() -> Vec<Value> {
    let record = full().and_then(|export| export.get("record").cloned());
    record.into_iter().chain([json!({ "erased_at": ERASED_AT })]).collect()
}

pub(super) fn exports() -> Vec<Value> {
    let erased =
        json!({ "format": 1, "exported_at": EXPORTED_AT, "subject": SUBJECT, "erased_at": ERASED_AT });
    full().into_iter().chain([erased]).collect()
}

/// `None` only if an example were not of its form, which a test would see.
fn full() -> Option<Value> {
    let (subject, at): (SubjectId, DateTime<Utc>) = (SUBJECT.parse().ok()?, EXPORTED_AT.parse().ok()?);
    let gate = Gate::new(History::dynamoi());
    let events = events().into_iter().take(BEFORE).map(serde_json::from_value::<Event>);
    let events: Vec<Event> = events.collect::<Result<_, _>>().ok()?;
    for event in &events {
        gate.record(event.clone()).ok()?;
    }
    let decisions =
        entries().into_iter().map(serde_json::from_value::<Entry>).collect::<Result<_, _>>().ok()?;
    let issuer = issuer()
        .controller(Contact::new().address("Example Street 1, 10115 Berlin"))
        .notice("https://dynamoi.example/privacy", "en")
        .jurisdiction("EU")
        .stored_in("DE".parse().ok()?)
        .retained("until the account is closed")
        .withdrawal("https://dynamoi.example/consents")
        .rights("https://dynamoi.example/rights")
        .consent_type(ConsentType::Expressed);
    let held = Held { events, decisions, issuer: &issuer };
    let mut export = serde_json::to_value(Export::of(&gate, subject, held, at)).ok()?;
    // A receipt gets another id each time it is issued.
    for (nth, receipt) in export.get_mut("receipts")?.as_array_mut()?.iter_mut().enumerate() {
        let id = format!("c5f21a90-7a3e-4c58-9a51-6f0d7c1b2e{nth:02}");
        *receipt.get_mut("receipt_id")? = id.into();
    }
    Some(export)
}
