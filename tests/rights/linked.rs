//! An export as linked data has the receipts about consents, and of nobody who was erased anything.

use std::{fs, path::Path};

use dynamoi_privacy::{
    Event, Gate, History, Purpose, SubjectId,
    consent::{ConsentType, Contact, Issuer},
    rights::{Export, Held, WrittenExport},
    vocabulary::ProcessorId,
};
use serde_json::Value;

use super::support::instant;

/// An issuer who says everything.
fn issuer() -> Issuer {
    let contact =
        || Contact::new().contact("the data protection officer").address("Example Street 1, 10115 Berlin");
    ProcessorId::NAMED
        .into_iter()
        .fold(Issuer::new(), |issuer, id| issuer.recipient(id, contact()))
        .controller(contact())
        .authority("an authority", contact())
        .notice("https://dynamoi.example/privacy", "en")
        .jurisdiction("EU")
        .stored_in("DE".parse().unwrap())
        .retained("P6M")
        .rights("https://dynamoi.example/rights")
        .consent_type(ConsentType::ExplicitlyExpressed)
}

/// The export of somebody who did these things, read again and as linked data, with the ids that are drawn put out.
fn linked(events: Vec<Event>) -> Value {
    let gate = Gate::new(History::dynamoi());
    let subject = events[0].subject;
    events.iter().for_each(|event| gate.record(event.clone()).unwrap());
    let issuer = issuer();
    let held = Held { events, decisions: vec![], issuer: &issuer };
    let export = Export::of(&gate, subject, held, instant(super::NOW));
    let mut export = WrittenExport::from_json(&serde_json::to_string(&export).unwrap()).unwrap();
    if let WrittenExport::Full(export) = &mut export {
        for (nth, receipt) in export.receipts.iter_mut().enumerate() {
            receipt.receipt_id = format!("5ab1ec70-0000-4000-8000-0000000000f{nth}").parse().unwrap();
        }
    }
    export.to_json_ld()
}

/// Compares with a file of `tests/jsonld`, where a JSON-LD processor looks at it; `RECEIPTS=overwrite` writes it.
fn is_what_it_was(name: &str, linked: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/jsonld").join(name);
    let text = format!("{linked:#}\n");
    if std::env::var_os("RECEIPTS").is_some_and(|wanted| wanted == "overwrite") {
        fs::write(&path, &text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, text, "{name}: run with RECEIPTS=overwrite and read the difference");
}

#[test]
fn receipts_about_consents_are_its_parts() {
    let subject: SubjectId = "5ab1ec70-0000-4000-8000-000000000001".parse().unwrap();
    let at = instant("2026-01-05T09:00:00Z");
    let export = linked(vec![
        Event::accept(subject, "1.0.0", at),
        Event::grant(subject, Purpose::Promotion, "1.0.0", at),
        Event::deny(subject, Purpose::EngagementAnalysis, at),
        Event::withdraw(subject, Purpose::Billing, at),
    ]);
    let parts = export["dct:hasPart"].as_array().unwrap();
    let of = |part: &Value| {
        let record = &part["dpv:hasRecordOfActivity"];
        let purpose = record["dpv:hasProcess"][0]["dpv:hasPurpose"]["@id"].as_str().unwrap().to_owned();
        (purpose, record["dpv:hasConsentStatus"][0]["@type"][0].as_str().unwrap().to_owned())
    };
    let parts: Vec<(String, String)> = parts.iter().map(of).collect();
    // Billing stands on the contract.
    assert_eq!(
        parts,
        [
            ("privacy:purpose:engagement_analysis".to_owned(), "dpv:ConsentRefused".to_owned()),
            ("privacy:purpose:promotion".to_owned(), "dpv:ConsentGiven".to_owned()),
        ]
    );
    is_what_it_was("export.jsonld", &export);
}

#[test]
fn of_an_erased_person_there_is_nothing_else() {
    let subject: SubjectId = "5ab1ec70-0000-4000-8000-000000000001".parse().unwrap();
    let export = linked(vec![Event::erase(subject, instant("2026-01-06T09:00:00Z"))]);
    assert!(export.get("dct:hasPart").is_none());
    is_what_it_was("export-erased.jsonld", &export);
}
