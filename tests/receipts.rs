//! Receipts describe what was chosen and no more, have the standard's names, and say what they lack.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod plain;
mod support;

use std::{collections::BTreeSet, fs, path::Path};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    DataCategory, Event, Gate, History, Purpose, SubjectId,
    consent::{ConsentType, Contact, Issuer, Receipt, Record, Scope, Statement},
    gate::{Action, Decision, Flow, Reason, Request},
    policy::Document,
    vocabulary::{LegalBasis, ProcessorId},
};
use serde_json::Value;
use support::{Draw, gate_with, instant};

/// An issuer who says everything.
fn issuer() -> Issuer {
    let contact =
        || Contact::new().contact("the data protection officer").address("Example Street 1, 10115 Berlin");
    let everybody = ProcessorId::NAMED.into_iter();
    everybody
        .fold(Issuer::new(), |issuer, id| {
            issuer.recipient(id, contact().url("https://vendor.example/privacy"))
        })
        .controller(
            Contact::new()
                .address("Example Street 1, 10115 Berlin")
                .phone("+49 30 0000")
                .url("https://dynamoi.example"),
        )
        .authority("an authority", contact())
        .notice("https://dynamoi.example/privacy", "en")
        .notice_of("1.1.0", "https://dynamoi.example/privacy/1.1.0")
        .jurisdiction("EU")
        .stored_in("DE".parse().unwrap())
        .stored_in("IE".parse().unwrap())
        .stored_in("DE".parse().unwrap())
        .retained("until the account is closed")
        .withdrawal("https://dynamoi.example/consents")
        .rights("https://dynamoi.example/rights")
        .consent_type(ConsentType::Expressed)
}

const NOW: &str = "2026-01-08T12:00:00Z";

fn now() -> DateTime<Utc> {
    instant(NOW)
}

/// A history of Dynamoi's policy and a version of January that drops what promotion gets of ad performance.
fn history() -> History {
    let history = History::dynamoi();
    let mut narrower = Document::dynamoi();
    narrower.version = "1.1.0".into();
    narrower.effective_from = instant("2026-01-07T00:00:00Z");
    for row in narrower.sharing.iter_mut().filter(|row| row.purpose == Purpose::Promotion) {
        row.categories.retain(|category| *category != DataCategory::AdPerformance);
    }
    history.add(narrower).unwrap();
    history
}

fn record(gate: &Gate, events: impl IntoIterator<Item = Event>) -> Record {
    let events: Vec<Event> = events.into_iter().collect();
    let subject = events[0].subject;
    events.into_iter().for_each(|event| gate.record(event).unwrap());
    gate.record_of(subject).unwrap()
}

/// A receipt in which the id that is drawn is put out.
fn pinned(mut receipt: Receipt) -> Receipt {
    receipt.receipt_id = "5ab1ec70-0000-4000-8000-00000000000f".parse().unwrap();
    receipt
}

fn written(value: impl serde::Serialize) -> String {
    format!("{:#}\n", serde_json::to_value(value).unwrap())
}

/// Compares with a file beside this one; `RECEIPTS=overwrite` writes it.
fn is_what_it_was(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/receipts").join(name);
    if std::env::var_os("RECEIPTS").is_some_and(|wanted| wanted == "overwrite") {
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, text, "{name}: run with RECEIPTS=overwrite and read the difference");
}

fn subject() -> SubjectId {
    "5ab1ec70-0000-4000-8000-000000000001".parse().unwrap()
}

/// What somebody may have chosen, with the purpose that the receipt is about.
fn stories() -> Vec<(&'static str, Purpose, Vec<Event>)> {
    let (subject, earlier) = (subject(), instant("2026-01-05T09:00:00.5Z"));
    let (ran_out, until) = (instant("2026-01-08T12:00:00Z"), instant("2027-01-05T09:00:00Z"));
    let feature_fm = || Scope::from(Purpose::Promotion).processor(ProcessorId::FEATURE_FM);
    let spotify = Scope::from(Purpose::MusicDistribution).processor(ProcessorId::SPOTIFY);
    let streaming = Scope::from(Purpose::Promotion).category(DataCategory::Streaming);
    let grant = |purpose| Event::grant(subject, purpose, "1.0.0", earlier);
    vec![
        (
            "promotion",
            Purpose::Promotion,
            vec![
                grant(Purpose::Promotion),
                Event::grant_until(subject, feature_fm(), "1.1.0", instant("2026-01-07T10:00:00Z"), until),
            ],
        ),
        (
            "narrowed",
            Purpose::Promotion,
            vec![
                grant(Purpose::Promotion),
                Event::withdraw(
                    subject,
                    streaming.processor(ProcessorId::FEATURE_FM),
                    instant("2026-01-06T09:00:00Z"),
                ),
            ],
        ),
        (
            "refused",
            Purpose::MarketingCampaigns,
            vec![Event::deny(subject, Purpose::MarketingCampaigns, earlier)],
        ),
        (
            "withdrawn",
            Purpose::EngagementAnalysis,
            vec![
                grant(Purpose::EngagementAnalysis),
                Event::withdraw(subject, Purpose::EngagementAnalysis, instant("2026-01-06T09:00:00Z")),
            ],
        ),
        // The instant at which it expires is the receipt's.
        (
            "expired",
            Purpose::Promotion,
            vec![Event::grant_until(subject, Purpose::Promotion, "1.0.0", earlier, ran_out)],
        ),
        ("contract", Purpose::MusicDistribution, vec![Event::withdraw(subject, spotify, earlier)]),
    ]
}

#[test]
fn receipts_in_full_are_what_they_were() {
    let mut ids = BTreeSet::new();
    for (name, purpose, events) in stories() {
        let gate = Gate::new(history());
        let record = record(&gate, events);
        let receipts = issuer().receipts(gate.history(), subject(), &record, now());
        let [receipt] = &receipts[..] else { panic!("{name}: one purpose") };
        assert_eq!(receipt.lacks(), [""; 0], "{name}");
        let again = issuer().receipt(gate.history(), subject(), &record, purpose, now()).unwrap();
        assert_eq!(again.record_id, receipt.record_id);
        assert_ne!(again.receipt_id, receipt.receipt_id);
        ids.insert((purpose, receipt.record_id));
        let receipt = pinned(receipt.clone());
        is_what_it_was(&format!("{name}.json"), &written(&receipt));
        match receipt.to_json_ld() {
            Some(linked) => is_what_it_was(&format!("{name}.jsonld"), &written(linked)),
            None => assert_eq!(name, "contract", "the others stand on consent"),
        }
    }
    assert_eq!(ids.len(), 4, "a record is of a purpose");
    assert_eq!(ids.iter().map(|(_, id)| id).collect::<BTreeSet<_>>().len(), 4);
}

#[test]
fn a_state_is_that_of_the_instant_at_which_the_receipt_is_made() {
    let gate = Gate::new(history());
    let (at, until) = (instant("2026-01-05T09:00:00Z"), instant("2026-01-08T12:00:00Z"));
    let record = record(&gate, [Event::grant_until(subject(), Purpose::Promotion, "1.0.0", at, until)]);
    let state = |at: DateTime<Utc>| {
        let receipt = issuer().receipt(gate.history(), subject(), &record, Purpose::Promotion, at).unwrap();
        let event = &receipt.event[0];
        assert_eq!(event.validity_duration, "2026-01-05T09:00:00Z/2026-01-08T12:00:00Z");
        assert_eq!(event.event_type.as_ref().unwrap().as_str(), "expressed");
        event.event_state.as_str().to_owned()
    };
    assert_eq!(state(until - chrono::TimeDelta::nanoseconds(1)), "given");
    assert_eq!(state(until), "expired");
}

#[test]
fn a_leap_second_is_written_as_xml_schema_can() {
    let gate = Gate::new(history());
    let record =
        record(&gate, [Event::deny(subject(), Purpose::Promotion, instant("2026-01-01T12:59:60.5+13:00"))]);
    let receipt = issuer().receipts(gate.history(), subject(), &record, now()).remove(0);
    let linked = receipt.to_json_ld().unwrap();
    let status = &linked["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"][0];
    assert_eq!(status["dpv:isIndicatedAtTime"]["@value"], "2025-12-31T23:59:59.999999999Z");
}

#[test]
fn what_the_linked_form_says_follows_from_the_plain_one() {
    let dpv = |word: &str| format!("dpv:{word}");
    let mut seen = BTreeSet::new();
    for (name, _, events) in stories() {
        let gate = Gate::new(history());
        let record = record(&gate, events);
        let receipt = issuer().receipts(gate.history(), subject(), &record, now()).remove(0);
        let Some(linked) = receipt.to_json_ld() else {
            assert!(receipt.consent_record().is_none());
            continue;
        };
        let mut by_itself = receipt.consent_record().unwrap();
        assert!(by_itself.as_object_mut().unwrap().remove("@context").is_some());
        let of = &linked["dpv:hasRecordOfActivity"];
        assert_eq!(*of, by_itself);
        assert_eq!(of["@id"], format!("uuid:{}", receipt.record_id));
        let statuses = of["dpv:hasConsentStatus"].as_array().unwrap();
        assert_eq!(statuses.len(), receipt.event.len());
        for (status, event) in statuses.iter().zip(&receipt.event) {
            let (state, given) = match event.event_state.as_str() {
                "given" => ("ConsentGiven", true),
                "expired" => ("ConsentExpired", true),
                "refused" => ("ConsentRefused", false),
                _ => ("ConsentWithdrawn", false),
            };
            let classes: Vec<String> = serde_json::from_value(status["@type"].clone()).unwrap();
            let how = given.then(|| dpv("ExpressedConsent"));
            assert_eq!(classes, [dpv(state)].into_iter().chain(how).collect::<Vec<_>>(), "{name}");
            assert_eq!(
                status["dpv:hasPurpose"]["@id"],
                format!("privacy:purpose:{}", event.dynamoi.scope.purpose())
            );
            seen.insert(state);
        }
        let purpose = &receipt.pii_processing.purposes[0];
        let data = of["dpv:hasProcess"][0]["dpv:hasPersonalData"].as_array().unwrap();
        assert_eq!(data.len(), purpose.pii_information.len());
        for (data, plain) in data.iter().zip(&purpose.pii_information) {
            let own = format!("privacy:category:{}", plain.pii_type.as_str());
            assert_eq!(data["skos:broader"][0]["@id"], own);
            let recipients = data["dpv:hasRecipient"].as_array().map_or(0, Vec::len);
            assert_eq!(recipients, plain.dynamoi.recipients.len());
        }
    }
    assert_eq!(seen.len(), 4);
}

#[test]
fn texts_of_the_host_become_nodes_of_their_kind() {
    let gate = Gate::new(history());
    let record = record(&gate, [Event::grant(subject(), Purpose::Promotion, "1.0.0", now())]);
    let process = |issuer: Issuer| {
        let receipt = issuer.receipt(gate.history(), subject(), &record, Purpose::Promotion, now()).unwrap();
        receipt.to_json_ld().unwrap()["dpv:hasRecordOfActivity"]["dpv:hasProcess"][0].clone()
    };
    let titled = |class: &str, title: &str| serde_json::json!({ "@type": class, "dct:title": title });
    for (text, node) in [
        ("EU", serde_json::json!({ "@id": "loc:EU" })),
        ("DE", serde_json::json!({ "@id": "loc:DE" })),
        ("US-CA", serde_json::json!({ "@id": "loc:US-CA" })),
        ("XX-CA", titled("dpv:Location", "XX-CA")),
        ("the law of Ireland", titled("dpv:Location", "the law of Ireland")),
    ] {
        assert_eq!(process(issuer().jurisdiction(text))["dpv:hasJurisdiction"], node);
    }
    for (text, class) in [
        ("P6M", "dpv:TemporalDuration"),
        ("PT36H", "dpv:TemporalDuration"),
        ("2027-12-31", "dpv:UntilTimeDuration"),
        ("Payment is due", "dpv:UntilEventDuration"),
        ("P", "dpv:UntilEventDuration"),
        ("until the account is closed", "dpv:UntilEventDuration"),
    ] {
        let stored = process(issuer().retained(text));
        assert_eq!(stored["dpv:hasStorageCondition"][1]["dpv:hasDuration"]["@type"], class, "{text}");
    }
    for (text, node) in [
        (
            "https://dynamoi.example/rights",
            serde_json::json!({ "@type": "dpv:RightExerciseNotice", "@id": "https://dynamoi.example/rights" }),
        ),
        ("privacy@dynamoi.com", titled("dpv:RightExerciseNotice", "privacy@dynamoi.com")),
        ("mail: to us", titled("dpv:RightExerciseNotice", "mail: to us")),
    ] {
        assert_eq!(process(issuer().rights(text))["dpv:hasRight"]["dpv:isExercisedAt"], node);
    }
}

/// Every field outside of `dynamoi`, and the objects within.
fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "dynamoi") {
                into.insert(name.clone());
                names(value, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, into)),
        _ => {}
    }
}

#[test]
fn every_field_that_is_not_under_our_key_stands_in_the_table_of_the_standards_fields() {
    let about = include_str!("../src/consent/receipt.rs");
    let rows = about.lines().filter_map(|line| line.strip_prefix("//! | `"));
    let documented: BTreeSet<String> = rows
        .filter_map(|row| row.split_once(" | "))
        .flat_map(|(names, _)| {
            names.split("`, `").map(|name| name.trim_matches('`').to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let schema = dynamoi_privacy::schema::of(dynamoi_privacy::schema::Name::RECEIPT);
    let of_the_standard = ["PiiProcessing", "PurposeOfProcessing", "PiiInformation", "Party", "ConsentEvent"];
    let types = of_the_standard.iter().map(|name| &schema["$defs"][name]);
    let fields =
        std::iter::once(&schema).chain(types).flat_map(|of| of["properties"].as_object().unwrap().keys());
    let mut written: BTreeSet<String> = fields.cloned().collect();
    for ours in ["dynamoi", "pii_processing", "party_identification", "event"] {
        assert!(written.remove(ours));
    }
    assert_eq!(written, documented, "the schema and the table name the same fields");
    let mut used = BTreeSet::new();
    names(&serde_json::from_str(include_str!("receipts/promotion.json")).unwrap(), &mut used);
    for section in ["pii_processing", "party_identification", "event"] {
        assert!(used.remove(section));
    }
    assert_eq!(used, documented, "the sample has all of them");
}

#[test]
fn a_receipt_says_what_the_gate_would() {
    let about_the_choice = [
        Reason::ConsentMissing,
        Reason::ConsentDenied,
        Reason::ConsentWithdrawn,
        Reason::ConsentExpired,
        Reason::ConsentOutdated,
        Reason::PurposeNotPermitted,
        Reason::RecipientNotPermitted,
    ];
    let (mut told, mut not_told, mut receipts_seen) = (0, 0, 0);
    for seed in 0..150 {
        let mut draw = Draw::new(seed);
        draw.narrow = 40;
        let count = 1 + draw.rng.below(5);
        let documents = draw.documents(count);
        let gate = gate_with(&documents);
        for event in draw.events(40) {
            gate.record(event).unwrap();
        }
        let at = now();
        let Some(policy) = gate.history().in_force(at) else { continue };
        let newest = |gate: &Gate| gate.history().versions().map(|p| p.effective_from()).max().unwrap();
        assert!(newest(&gate) >= policy.effective_from());
        for subject in draw.subjects.clone() {
            let Some(record) = gate.record_of(subject) else { continue };
            let Statement::Standing(_) = record.statement(gate.history()) else {
                assert!(Issuer::new().receipts(gate.history(), subject, &record, at).is_empty());
                continue;
            };
            for receipt in Issuer::new().receipts(gate.history(), subject, &record, at) {
                let purpose = &receipt.pii_processing.purposes[0];
                let word: Purpose = purpose.purpose.as_str().parse().unwrap();
                let given = receipt.event.iter().any(|event| event.event_state.as_str() == "given");
                if policy.basis(word) != LegalBasis::Consent || !given {
                    continue;
                }
                receipts_seen += 1;
                let mut listed = BTreeSet::new();
                for entry in &policy.document().processors {
                    let processor: ProcessorId = entry.id.parse().unwrap();
                    for category in DataCategory::ALL {
                        let action = Action::Share { processor: processor.clone(), country: None };
                        let request = Request::new(subject, Flow::new(category, word, action), at);
                        let stands = match gate.decide(&request).unwrap() {
                            Decision::Permitted(_) => true,
                            Decision::Denied(denied) => {
                                !denied.reasons().iter().any(|reason| about_the_choice.contains(&reason))
                            }
                        };
                        let of = purpose
                            .pii_information
                            .iter()
                            .find(|of| of.pii_type.as_str() == category.as_str());
                        let says =
                            of.is_some_and(|of| of.dynamoi.recipients.contains(&processor.to_string()));
                        assert_eq!(says, stands, "world {seed}: {category} to {processor} for {word}");
                        if says {
                            listed.insert(processor.to_string());
                        }
                        if stands { told += 1 } else { not_told += 1 }
                    }
                }
                let recipients: BTreeSet<String> = purpose.recipient_third_parties.iter().cloned().collect();
                assert_eq!(recipients, listed);
                let parties: Vec<&str> =
                    receipt.party_identification.iter().map(|p| p.party_id.as_str()).collect();
                assert!(recipients.iter().all(|id| parties.contains(&id.as_str())));
                assert_eq!(parties.len(), recipients.len() + 1);
            }
        }
    }
    assert!(receipts_seen > 50 && told > 200 && not_told > 200, "{receipts_seen} {told} {not_told}");
}

#[test]
fn a_refusal_describes_what_is_refused() {
    let gate = Gate::new(history());
    let subject = SubjectId::random();
    let spotify = Scope::from(Purpose::MusicDistribution).processor(ProcessorId::SPOTIFY);
    let record = record(&gate, [Event::withdraw(subject, spotify, now()), Event::of_age(subject, now())]);
    let receipts = Issuer::new().receipts(gate.history(), subject, &record, now());
    let [receipt] = &receipts[..] else { panic!("one purpose") };
    let purpose = &receipt.pii_processing.purposes[0];
    assert_eq!(purpose.recipient_third_parties, ["spotify"]);
    assert_eq!(purpose.lawful_basis.as_str(), "contract");
    assert_eq!(receipt.event[0].event_state.as_str(), "withdrawn");
    assert_eq!(purpose.withdrawal_method, "privacy@dynamoi.com", "section 9, unless the host says better");
    let lacking = receipt.lacks();
    assert!(lacking.contains(&"party_identification[1].party_address".to_owned()), "{lacking:?}");
    assert!(!lacking.contains(&"event[0].event_type".to_owned()), "no consent was given: {lacking:?}");
    assert!(lacking.contains(&"pii_processing.purposes[0].privacy_rights".to_owned()), "{lacking:?}");
    assert!(!lacking.contains(&"party_identification[0].party_contact".to_owned()), "{lacking:?}");
}

#[test]
fn there_is_no_receipt_of_nothing() {
    let gate = Gate::new(history());
    let (subject, other) = (SubjectId::random(), SubjectId::random());
    let accepted = record(&gate, [Event::accept(subject, "1.0.0", now())]);
    assert!(issuer().receipts(gate.history(), subject, &accepted, now()).is_empty());
    let chosen = record(&gate, [Event::grant(other, Purpose::Promotion, "1.0.0", now())]);
    assert_eq!(issuer().receipts(gate.history(), other, &chosen, now()).len(), 1);
    let before_any_policy = instant("2020-01-01T00:00:00Z");
    assert!(issuer().receipts(gate.history(), other, &chosen, before_any_policy).is_empty());
    let erased = record(&gate, [Event::erase(other, now())]);
    assert!(issuer().receipts(gate.history(), other, &erased, now()).is_empty());
}

#[test]
fn receipts_read_back_and_are_of_their_schema() {
    let validator =
        jsonschema::validator_for(&dynamoi_privacy::schema::of(dynamoi_privacy::schema::Name::RECEIPT))
            .unwrap();
    let mut seen = 0;
    for seed in 0..60 {
        let mut draw = Draw::new(seed);
        let count = 1 + draw.rng.below(5);
        let gate = gate_with(&draw.documents(count));
        let on_the_wire = |event: &Event| Event::from_json(&serde_json::to_string(event).unwrap()).is_ok();
        draw.events(40).into_iter().filter(on_the_wire).for_each(|event| gate.record(event).unwrap());
        for subject in draw.subjects.clone() {
            let Some(record) = gate.record_of(subject) else { continue };
            for issuer in [Issuer::new(), issuer()] {
                for receipt in issuer.receipts(gate.history(), subject, &record, now()) {
                    let json = serde_json::to_value(&receipt).unwrap();
                    assert!(validator.is_valid(&json), "{json:#}");
                    assert!(Receipt::from_json(&json.to_string()).unwrap() == receipt);
                    assert!(!format!("{receipt:?}").contains(&subject.uuid().to_string()));
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100);
}
