//! The ids of the wire, written out once more: one that changes here breaks every other language.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use dynamoi_privacy::{
    consent::{ChoiceState, ConsentType, EventType, Manner},
    gate::{ActionType, Cookies, Reason},
    policy::{Safeguard, SourceKind, UnknownAge},
    processors::System,
    vocabulary::{DataCategory, LegalBasis, ProcessorId, ProcessorKind, Purpose, UnknownWord},
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

trait Word:
    Copy + Debug + Eq + Display + FromStr<Err = UnknownWord> + Serialize + DeserializeOwned + JsonSchema
{
}
impl<W> Word for W where
    W: Copy + Debug + Eq + Display + FromStr<Err = UnknownWord> + Serialize + DeserializeOwned + JsonSchema
{
}

/// A list is this table: in this order, with these ids in JSON, text and schema, and nothing else is a word.
fn pinned<W: Word>(all: &[W], as_str: fn(W) -> &'static str, table: &[(W, &str)]) {
    let words: Vec<W> = table.iter().map(|(word, _)| *word).collect();
    assert_eq!(all, words);
    for (word, id) in table {
        let json = format!("\"{id}\"");
        assert_eq!(as_str(*word), *id);
        assert_eq!(word.to_string(), *id);
        assert_eq!(id.parse(), Ok(*word));
        assert_eq!(serde_json::to_string(word).unwrap(), json);
        assert_eq!(serde_json::from_str::<W>(&json).unwrap(), *word);
        refuses_what_looks_like::<W>(id);
    }
    let ids: Vec<&str> = table.iter().map(|(_, id)| *id).collect();
    assert_eq!(schemars::schema_for!(W).as_value()["enum"], serde_json::json!(ids));
    let unknown = "no_such_word".parse::<W>().unwrap_err();
    assert_eq!(unknown.expected(), ids);
    for id in ids {
        assert!(unknown.to_string().contains(id), "{unknown}");
    }
}

fn refuses_what_looks_like<W: Word>(id: &str) {
    let mut capital = id.to_owned();
    capital[..1].make_ascii_uppercase();
    let kebab = id.replace('_', "-");
    let texts =
        [id.to_uppercase(), capital, format!(" {id}"), format!("{id} "), format!("{id}s"), format!("{id}\0")];
    for text in texts.into_iter().chain((kebab != id).then_some(kebab)) {
        assert!(text.parse::<W>().is_err(), "{text:?}");
        assert!(serde_json::from_str::<W>(&serde_json::json!(text).to_string()).is_err(), "{text:?}");
    }
    let other = ["null", "0", "1", "1.5", "true", "[]", "{}", "", "\"\""];
    let wrapped = [format!("[\"{id}\"]"), format!("{{\"{id}\":null}}"), id.to_owned()];
    for json in other.into_iter().map(str::to_owned).chain(wrapped) {
        assert!(serde_json::from_str::<W>(&json).is_err(), "{json}");
    }
    for planted in ["ada@example.com", "Ada Lovelace", "Ada`, expected `b"] {
        let parsed = planted.parse::<W>().unwrap_err();
        let read = serde_json::from_str::<W>(&serde_json::json!(planted).to_string()).unwrap_err();
        for message in [parsed.to_string(), format!("{parsed:?}"), read.to_string(), format!("{read:?}")] {
            assert!(!message.to_lowercase().contains("ada"), "{message}");
            assert!(message.contains(&planted.len().to_string()), "{message}");
        }
    }
}

#[test]
fn the_words_of_the_policy() {
    pinned(
        &DataCategory::ALL,
        DataCategory::as_str,
        &[
            (DataCategory::AdPerformance, "ad_performance"),
            (DataCategory::User, "user"),
            (DataCategory::Payment, "payment"),
            (DataCategory::Analytics, "analytics"),
            (DataCategory::Streaming, "streaming"),
        ],
    );
    pinned(
        &Purpose::ALL,
        Purpose::as_str,
        &[
            (Purpose::PlatformOperation, "platform_operation"),
            (Purpose::MarketingCampaigns, "marketing_campaigns"),
            (Purpose::MusicDistribution, "music_distribution"),
            (Purpose::EngagementAnalysis, "engagement_analysis"),
            (Purpose::Billing, "billing"),
            (Purpose::Promotion, "promotion"),
            (Purpose::LegalObligation, "legal_obligation"),
        ],
    );
    pinned(
        &ProcessorKind::ALL,
        ProcessorKind::as_str,
        &[
            (ProcessorKind::AdNetwork, "ad_network"),
            (ProcessorKind::PaymentProcessor, "payment_processor"),
            (ProcessorKind::AnalyticsProvider, "analytics_provider"),
            (ProcessorKind::StreamingService, "streaming_service"),
            (ProcessorKind::PromotionProvider, "promotion_provider"),
            (ProcessorKind::ServiceProvider, "service_provider"),
        ],
    );
    pinned(
        &LegalBasis::ALL,
        LegalBasis::as_str,
        &[
            (LegalBasis::Contract, "contract"),
            (LegalBasis::Consent, "consent"),
            (LegalBasis::LegalObligation, "legal_obligation"),
        ],
    );
}

#[test]
fn the_words_of_the_document() {
    pinned(
        &every_source_kind(),
        SourceKind::as_str,
        &[
            (SourceKind::Subject, "subject"),
            (SourceKind::Processor(ProcessorKind::AdNetwork), "ad_network"),
            (SourceKind::Processor(ProcessorKind::PaymentProcessor), "payment_processor"),
            (SourceKind::Processor(ProcessorKind::AnalyticsProvider), "analytics_provider"),
            (SourceKind::Processor(ProcessorKind::StreamingService), "streaming_service"),
            (SourceKind::Processor(ProcessorKind::PromotionProvider), "promotion_provider"),
            (SourceKind::Processor(ProcessorKind::ServiceProvider), "service_provider"),
        ],
    );
    pinned(&UnknownAge::ALL, UnknownAge::as_str, &[(UnknownAge::Allow, "allow"), (UnknownAge::Deny, "deny")]);
    pinned(&Safeguard::ALL, Safeguard::as_str, &[(Safeguard::Contractual, "contractual")]);
}

#[test]
fn the_words_of_statements_and_receipts() {
    pinned(
        &ChoiceState::ALL,
        ChoiceState::as_str,
        &[
            (ChoiceState::Granted, "granted"),
            (ChoiceState::Denied, "denied"),
            (ChoiceState::Withdrawn, "withdrawn"),
        ],
    );
    pinned(
        &ConsentType::ALL,
        ConsentType::as_str,
        &[
            (ConsentType::Implied, "implied"),
            (ConsentType::Expressed, "expressed"),
            (ConsentType::ExplicitlyExpressed, "explicitly_expressed"),
        ],
    );
}

#[test]
fn the_words_of_events_and_requests() {
    pinned(
        &EventType::ALL,
        EventType::as_str,
        &[
            (EventType::PolicyAccepted, "policy_accepted"),
            (EventType::ConsentGranted, "consent_granted"),
            (EventType::ConsentDenied, "consent_denied"),
            (EventType::ConsentWithdrawn, "consent_withdrawn"),
            (EventType::AgeDeclared, "age_declared"),
            (EventType::HomeDeclared, "home_declared"),
            (EventType::Linked, "linked"),
            (EventType::Erased, "erased"),
        ],
    );
    pinned(
        &Manner::ALL,
        Manner::as_str,
        &[(Manner::Explicit, "explicit"), (Manner::ContinuedUse, "continued_use")],
    );
    pinned(
        &ActionType::ALL,
        ActionType::as_str,
        &[
            (ActionType::Collect, "collect"),
            (ActionType::Store, "store"),
            (ActionType::Use, "use"),
            (ActionType::Share, "share"),
            (ActionType::Disclose, "disclose"),
            (ActionType::Sell, "sell"),
        ],
    );
    pinned(&Cookies::ALL, Cookies::as_str, &[(Cookies::Allowed, "allowed"), (Cookies::Blocked, "blocked")]);
}

#[test]
fn the_reasons_and_the_sections_that_they_rest_on() {
    let table: [(Reason, &str, Option<u8>); 22] = [
        (Reason::AgeUnknown, "age_unknown", Some(7)),
        (Reason::BelowMinimumAge, "below_minimum_age", Some(7)),
        (Reason::ConsentDenied, "consent_denied", Some(2)),
        (Reason::ConsentExpired, "consent_expired", Some(2)),
        (Reason::ConsentMissing, "consent_missing", Some(2)),
        (Reason::ConsentOutdated, "consent_outdated", Some(8)),
        (Reason::ConsentWithdrawn, "consent_withdrawn", Some(2)),
        (Reason::EncryptionRequired, "encryption_required", Some(4)),
        (Reason::LegalReferenceMissing, "legal_reference_missing", Some(3)),
        (Reason::NoPolicyInForce, "no_policy_in_force", Some(8)),
        (Reason::NotPermittedByAcceptedVersion, "not_permitted_by_accepted_version", Some(8)),
        (Reason::OptOutSignal, "opt_out_signal", Some(5)),
        (Reason::OriginForbidsRecipient, "origin_forbids_recipient", Some(3)),
        (Reason::PolicyNotAccepted, "policy_not_accepted", Some(8)),
        (Reason::PurposeNotPermitted, "purpose_not_permitted", Some(2)),
        (Reason::RecipientNotPermitted, "recipient_not_permitted", Some(3)),
        (Reason::SaleProhibited, "sale_prohibited", Some(3)),
        (Reason::SourceNotPermitted, "source_not_permitted", Some(1)),
        (Reason::SubjectErased, "subject_erased", None),
        (Reason::SubjectUnknown, "subject_unknown", None),
        (Reason::TrackingBlocked, "tracking_blocked", Some(5)),
        (Reason::TransferWithoutSafeguard, "transfer_without_safeguard", Some(6)),
    ];
    pinned(&Reason::ALL, Reason::as_str, &table.map(|(reason, id, _)| (reason, id)));
    for (reason, id, section) in table {
        assert_eq!(reason.section().map(|section| section.number()), section, "{id}");
        assert!(!reason.sentence().is_empty() && !reason.remedy().is_empty(), "{id}");
    }
}

#[test]
fn the_twelve_processors() {
    let table: [(ProcessorId, &str); 12] = [
        (ProcessorId::FACEBOOK_ADS, "facebook_ads"),
        (ProcessorId::GOOGLE_ADS, "google_ads"),
        (ProcessorId::TIKTOK_ADS, "tiktok_ads"),
        (ProcessorId::STRIPE, "stripe"),
        (ProcessorId::GOOGLE_ANALYTICS, "google_analytics"),
        (ProcessorId::POSTHOG, "posthog"),
        (ProcessorId::SPOTIFY, "spotify"),
        (ProcessorId::APPLE_MUSIC, "apple_music"),
        (ProcessorId::DEEZER, "deezer"),
        (ProcessorId::PANDORA, "pandora"),
        (ProcessorId::AMAZON_MUSIC, "amazon_music"),
        (ProcessorId::FEATURE_FM, "feature_fm"),
    ];
    assert_eq!(ProcessorId::NAMED, table.clone().map(|(processor, _)| processor));
    assert_eq!(ProcessorId::NAMED, System::ALL.map(System::id), "each has a file");
    for (processor, id) in table {
        assert_eq!((processor.as_str(), processor.to_string().as_str()), (id, id));
        assert_eq!(id.parse(), Ok(processor.clone()));
        assert_eq!(ProcessorId::from_static(id), processor);
        assert_eq!(serde_json::to_value(&processor).unwrap(), id);
        assert_eq!(serde_json::from_value::<ProcessorId>(id.into()).unwrap(), processor);
        for bad in [id.to_uppercase(), format!(" {id}"), format!("{id}-")] {
            assert!(bad.parse::<ProcessorId>().is_err(), "{bad}");
        }
    }
}

fn every_source_kind() -> Vec<SourceKind> {
    std::iter::once(SourceKind::Subject).chain(ProcessorKind::ALL.map(SourceKind::Processor)).collect()
}
