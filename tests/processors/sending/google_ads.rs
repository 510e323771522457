//! What Google Ads is sent, written out in full.

use dynamoi_privacy::{
    consent::Event,
    data::{AdPerformanceData, StreamingData, UserData},
    gate::{Gate, Guarded},
    policy::{Document, History},
    processors::{
        EventId, GoogleAds, NotSent,
        google_ads::{Click, Conversion, Figure, Music, Upload, Variable},
    },
    vocabulary::{LegalBasis, Purpose, SubjectId},
};

use super::{CAMPAIGN, PLAYLIST, TRACK, USER, assert_json, cleared, lacking};
use crate::payloads::now;

const ADS: Purpose = Purpose::MarketingCampaigns;

fn conversion(id: EventId, click: Option<Click<'static>>) -> Conversion<'static> {
    Conversion { id, action: "customers/1234567890/conversionActions/987654321", at: now(), click }
}

/// What stands between the click and the order id, and up to it.
fn head(click: &str, id: EventId) -> String {
    format!(
        r#"{{"conversions":[{{{click}"conversionAction":"customers/1234567890/conversionActions/987654321","conversionDateTime":"2026-01-05 09:00:00+00:00","orderId":"{id}","#
    )
}

const TAIL: &str = r#","consent":{"adUserData":"GRANTED"}}],"partialFailure":true}"#;

#[test]
fn a_conversion_of_a_person_has_a_hashed_address_and_their_consent() {
    let id = EventId::random();
    // SHA-256 of john_smith@gmail.com.
    let address = r#""userIdentifiers":[{"hashedEmail":"62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"}]"#;
    let (gclid, none) =
        (r#""gclid":"EAIaIQ_1","#, r#""consent":{"adUserData":"GRANTED"}}],"partialFailure":true}"#);
    // Google takes no address beside a gbraid or a wbraid.
    for (click, sent, rest) in [
        (None, "", format!("{address}{TAIL}")),
        (Some(Click::Gclid("EAIaIQ_1")), gclid, format!("{address}{TAIL}")),
        (Some(Click::Gbraid("0AAAA")), r#""gbraid":"0AAAA","#, none.to_owned()),
        (Some(Click::Wbraid("Cj8KCQ")), r#""wbraid":"Cj8KCQ","#, none.to_owned()),
    ] {
        // Where somebody lives changes nothing: consent is asked for everywhere.
        for home in [None, Some("US"), Some("AT")] {
            let (gate, user) = cleared::<UserData, _>(USER, ADS, GoogleAds, home);
            let body = user.send(&gate, now(), conversion(id, click)).unwrap();
            assert_json(&body, &format!("{}{rest}", head(sent, id)));
        }
    }
    let gmail = |email: &str| {
        let (gate, user) =
            cleared::<UserData, _>(&format!(r#"{{"email": "{email}"}}"#), ADS, GoogleAds, None);
        user.send(&gate, now(), conversion(id, None)).unwrap()
    };
    assert_eq!(gmail("Ada.L@gmail.com"), gmail("adal+news@gmail.com"));
    assert_ne!(gmail("Ada.L@example.com"), gmail("adal@example.com"));
}

#[test]
fn numbers_and_music_stand_in_custom_variables() {
    let id = EventId::random();
    let upload = conversion(id, Some(Click::Gclid("EAIaIQ_1")));
    let variables = [
        Figure::CampaignId,
        Figure::CampaignName,
        Figure::FirstDay,
        Figure::LastDay,
        Figure::Spend,
        Figure::Currency,
        Figure::Impressions,
        Figure::Clicks,
    ]
    .map(|holds| Variable { name: "customers/1/conversionCustomVariables/2", holds });
    let with = Upload { conversion: upload, variables: &variables };
    let (gate, campaign) = cleared::<AdPerformanceData, _>(CAMPAIGN, ADS, GoogleAds, None);
    let sent: Vec<String> = [
        "120210000000001",
        "Summer EP",
        "2026-01-01",
        "2026-01-31",
        "30.90",
        "EUR",
        "11893",
        "549",
    ]
    .iter()
    .map(|value| {
        format!(
            r#"{{"conversionCustomVariable":"customers/1/conversionCustomVariables/2","value":"{value}"}}"#
        )
    })
    .collect();
    let gclid = r#""gclid":"EAIaIQ_1","#;
    let expected = format!(r#"{}"customVariables":[{}]{TAIL}"#, head(gclid, id), sent.join(","));
    assert_json(&campaign.send(&gate, now(), with).unwrap(), &expected);

    // An amount without its currency says nothing, and is left out.
    let unknown = r#"{"spend": {"amount": "30.9"}, "clicks": 1}"#;
    let (gate, campaign) = cleared::<AdPerformanceData, _>(unknown, ADS, GoogleAds, None);
    let expected = format!(
        r#"{}"customVariables":[{{"conversionCustomVariable":"customers/1/conversionCustomVariables/2","value":"1"}}]{TAIL}"#,
        head(gclid, id)
    );
    assert_json(&campaign.send(&gate, now(), with).unwrap(), &expected);

    let variables = [Music::Id, Music::Title, Music::Artists, Music::Album, Music::Isrc]
        .map(|holds| Variable { name: "v", holds });
    let with = Upload { conversion: upload, variables: &variables };
    let (gate, track) = cleared::<StreamingData, _>(TRACK, ADS, GoogleAds, None);
    let body = track.send(&gate, now(), with).unwrap();
    assert_json(
        &body,
        &format!(
            r#"{}"customVariables":[{{"conversionCustomVariable":"v","value":"3135556"}},{{"conversionCustomVariable":"v","value":"Note G"}},{{"conversionCustomVariable":"v","value":"Ada, Grace"}},{{"conversionCustomVariable":"v","value":"Engines"}},{{"conversionCustomVariable":"v","value":"ATA012600001"}}]{TAIL}"#,
            head(gclid, id)
        ),
    );
    let (gate, playlist) = cleared::<StreamingData, _>(PLAYLIST, ADS, GoogleAds, None);
    let body = playlist.send(&gate, now(), with).unwrap();
    assert_json(
        &body,
        &format!(
            r#"{}"customVariables":[{{"conversionCustomVariable":"v","value":"p1"}},{{"conversionCustomVariable":"v","value":"Engines"}}]{TAIL}"#,
            head(gclid, id)
        ),
    );
}

#[test]
fn what_google_demands_is_not_made_up() {
    let upload = conversion(EventId::random(), None);
    assert_eq!(lacking::<UserData, _>(r#"{"name": "Ada"}"#, ADS, GoogleAds, upload), "an e-mail address");

    let clicks = [Variable { name: "v", holds: Figure::Clicks }];
    let expected = "a gclid, the one click that Google takes with custom variables";
    for click in [None, Some(Click::Gbraid("0AAAA")), Some(Click::Wbraid("Cj8KCQ"))] {
        let no_gclid = Upload { conversion: conversion(upload.id, click), variables: &clicks };
        assert_eq!(lacking::<AdPerformanceData, _>(CAMPAIGN, ADS, GoogleAds, no_gclid), expected);
    }
    let clicked = conversion(upload.id, Some(Click::Gclid("EAIaIQ_1")));
    let nothing = Upload { conversion: clicked, variables: &clicks };
    let expected = "a custom variable, and something of the data that it is to hold";
    assert_eq!(lacking::<AdPerformanceData, _>("{}", ADS, GoogleAds, nothing), expected);
    let none = Upload { conversion: clicked, variables: &[] };
    assert_eq!(lacking::<StreamingData, _>(TRACK, ADS, GoogleAds, none), expected);
}

/// Somebody under a policy that has campaigns on the contract: permitted, and no consent to tell Google of.
#[test]
fn without_consent_nothing_is_uploaded_whatever_permits_it() {
    let mut contract = Document::dynamoi();
    for purpose in contract.purposes.iter_mut().filter(|purpose| purpose.id == ADS) {
        purpose.basis = LegalBasis::Contract;
    }
    let (history, subject) = (History::new(), SubjectId::random());
    history.add(contract).unwrap();
    let gate = Gate::new(history);
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    let upload = conversion(EventId::random(), Some(Click::Gclid("EAIaIQ_1")));

    let user: UserData = serde_json::from_str(USER).unwrap();
    let cleared = gate.share(Guarded::new(subject, user.clone()), ADS, GoogleAds, now()).unwrap();
    let unsent = cleared.send(&gate, now(), upload).unwrap_err();
    let NotSent::Lacking(lacking) = unsent.why() else { panic!("{unsent}") };
    assert_eq!(lacking.expected(), "the person's consent, which Google takes with each conversion");

    gate.record(Event::grant(subject, ADS, "1.0.0", now())).unwrap();
    let cleared = gate.share(unsent.into_guarded(), ADS, GoogleAds, now()).unwrap();
    assert!(cleared.send(&gate, now(), upload).unwrap().as_str().contains("GRANTED"));
}
