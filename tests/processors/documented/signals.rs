//! The consent signals of the systems: that each is always there, changes with the person's record as it should, and is
//! nothing that a host can say.

use dynamoi_privacy::{
    consent::{Event, Scope},
    data::{AdPerformanceData, AnalyticsData, StreamingData, UserData},
    gate::{Gate, Guarded, Signals},
    policy::{History, VendorTerms},
    processors::{
        EventId, FacebookAds, GoogleAds, GoogleAnalytics, PostHog, TikTokAds, facebook_ads, feature_fm,
        google_ads, posthog, tiktok_ads,
    },
    vocabulary::{Country, DataCategory, ProcessorId, Purpose, SubjectId},
};
use serde_json::{Value, json};

use super::parse;
use crate::{
    matrix::{
        kinds::Kinds,
        samples::{Sampled, full},
    },
    payloads::now,
};

/// What somebody with these events sends, who accepted the policy.
fn send<T: Sampled, R: Kinds<T>>(
    events: &[Event],
    purpose: Purpose,
    signals: Signals,
    with: R::With<'static>,
) -> Result<Value, String> {
    let subject = events[0].subject;
    let gate = Gate::new(History::dynamoi());
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    events.iter().for_each(|event| gate.record(event.clone()).unwrap());
    let data: T = serde_json::from_value(full(T::CATEGORY)).unwrap();
    let check = gate.check(now()).signals(signals);
    let cleared =
        check.share(Guarded::new(subject, data), purpose, R::SYSTEM).map_err(|r| r.reasons().to_string())?;
    Ok(parse(&cleared.send(&gate, now(), with).map_err(|unsent| unsent.to_string())?))
}

const ADS: Purpose = Purpose::MarketingCampaigns;

fn at_home(home: Option<Country>) -> Vec<Event> {
    let subject = SubjectId::random();
    let home = home.map(|home| Event::home(subject, home, now()));
    [Event::grant(subject, ADS, "1.0.0", now())].into_iter().chain(home).collect()
}

fn every_country() -> Vec<Country> {
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
    let countries: Vec<Country> = codes.filter_map(|code| code.parse().ok()).collect();
    assert!(countries.len() > 240);
    countries
}

/// Meta: Limited Data Use for whoever lives in the USA or may live there, as the person says or the host.
#[test]
fn limited_data_use_of_meta_follows_the_declared_home_and_the_state() {
    let states: Vec<String> = ('A'..='Z').flat_map(|a| ('A'..='Z').map(move |b| format!("{a}{b}"))).collect();
    let stated =
        states.iter().map(|state| Some(&*state.clone().leak())).chain([None, Some("California"), Some("")]);
    for (nth, state) in stated.enumerate() {
        let listed = state.and_then(|state| VendorTerms::shipped().limited_data_use(state));
        for home in [None, Some("US"), Some("DE")] {
            let event = facebook_ads::Event { id: EventId::random(), name: "Lead", at: now(), state };
            let events = at_home(home.map(|home| home.parse().unwrap()));
            let body = send::<UserData, FacebookAds>(&events, ADS, Signals::default(), event).unwrap();
            let event = &body["data"][0];
            let told = (
                &event["data_processing_options"],
                &event["data_processing_options_country"],
                &event["data_processing_options_state"],
            );
            let on = json!(["LDU"]);
            let (expected_country, expected_state) = match (home, listed) {
                (Some("US"), listed) => (json!(1), json!(listed.unwrap_or(0))),
                (_, Some(listed)) => (json!(1), json!(listed)),
                _ => (json!(0), json!(0)),
            };
            let options = if home == Some("DE") && state.is_none() { json!([]) } else { on };
            assert_eq!(told, (&options, &expected_country, &expected_state), "{home:?} {state:?}");
        }
        if nth == 0 {
            for home in every_country() {
                let event =
                    facebook_ads::Event { id: EventId::random(), name: "Lead", at: now(), state: None };
                let body =
                    send::<UserData, FacebookAds>(&at_home(Some(home)), ADS, Signals::default(), event);
                let options = &body.unwrap()["data"][0]["data_processing_options"];
                assert_eq!(
                    *options,
                    if home.as_str() == "US" { json!(["LDU"]) } else { json!([]) },
                    "{home}"
                );
            }
        }
    }
}

/// TikTok: always a boolean, on for whoever lives in the USA or may live there.
#[test]
fn limited_data_use_of_tiktok_follows_the_declared_home() {
    for home in every_country().into_iter().map(Some).chain([None]) {
        let source = tiktok_ads::Source::Web { pixel: "COQDA8RC77U2TMR44LI0" };
        let event =
            tiktok_ads::Event { id: EventId::random(), name: "CompleteRegistration", at: now(), source };
        let limited = json!(home.is_none_or(|home| home.as_str() == "US"));
        for body in [
            send::<UserData, TikTokAds>(&at_home(home), ADS, Signals::default(), event).unwrap(),
            send::<AdPerformanceData, TikTokAds>(&at_home(home), ADS, Signals::default(), event).unwrap(),
            send::<StreamingData, TikTokAds>(&at_home(home), ADS, Signals::default(), event).unwrap(),
        ] {
            assert_eq!(body["data"][0]["limited_data_use"], limited, "{home:?}");
        }
    }
}

/// A home that was declared twice at once is unknown, and then the restriction is asked for.
#[test]
fn an_uncertain_home_counts_as_the_stricter_one() {
    let mut events = at_home("DE".parse().ok());
    events.push(Event::home(events[0].subject, "FR".parse().unwrap(), now()));
    let event = facebook_ads::Event { id: EventId::random(), name: "Lead", at: now(), state: None };
    let body = send::<UserData, FacebookAds>(&events, ADS, Signals::default(), event).unwrap();
    assert_eq!(body["data"][0]["data_processing_options"], json!(["LDU"]));
}

/// The ad networks have no flag for a refusal: without a grant that stands, or against one of the browser's signals,
/// there is no body at all.
#[test]
fn a_refusal_is_no_body() {
    let conversion = || google_ads::Conversion {
        id: EventId::random(),
        action: "customers/1/conversionActions/2",
        at: now(),
        click: None,
    };
    let meta = || facebook_ads::Event { id: EventId::random(), name: "Lead", at: now(), state: None };
    let tiktok = || {
        let source = tiktok_ads::Source::Web { pixel: "COQDA8RC77U2TMR44LI0" };
        tiktok_ads::Event { id: EventId::random(), name: "Lead", at: now(), source }
    };
    let subject = SubjectId::random();
    let grant = |scope: Scope| Event::grant(subject, scope, "1.0.0", now());
    let all = || grant(ADS.into());
    let day = chrono::TimeDelta::days(1);
    let quiet = Signals::default();
    let gpc = Signals { gpc: true, ..quiet };
    for (events, signals, reason) in [
        (vec![grant(Purpose::Promotion.into())], quiet, "consent_missing"),
        (vec![all(), Event::withdraw(subject, ADS, now() + day)], quiet, "consent_withdrawn"),
        (
            vec![all(), Event::deny(subject, Scope::from(ADS).category(DataCategory::User), now())],
            quiet,
            "consent_denied",
        ),
        (
            vec![Event::grant_until(subject, ADS, "1.0.0", now() - day * 2, now() - day)],
            quiet,
            "consent_expired",
        ),
        (vec![all()], gpc, "opt_out_signal"),
        (vec![all(), Event::erase(subject, now())], quiet, "subject_erased"),
    ] {
        let refused = |sent: Result<Value, String>| assert_eq!(sent.unwrap_err(), reason);
        refused(send::<UserData, FacebookAds>(&events, ADS, signals, meta()));
        refused(send::<UserData, GoogleAds>(&events, ADS, signals, conversion()));
        refused(send::<UserData, TikTokAds>(&events, ADS, signals, tiktok()));
    }
    // What one network is refused the others still get.
    let refusing = [all(), Event::deny(subject, Scope::from(ADS).processor(ProcessorId::GOOGLE_ADS), now())];
    assert!(send::<UserData, GoogleAds>(&refusing, ADS, quiet, conversion()).is_err());
    assert!(send::<UserData, FacebookAds>(&refusing, ADS, quiet, meta()).is_ok());
}

/// Google Ads: `adUserData` alone, and never anything but `GRANTED`.
#[test]
fn a_conversion_says_that_the_person_consents() {
    for home in [None, Some("US"), Some("DE")] {
        let conversion = google_ads::Conversion {
            id: EventId::random(),
            action: "customers/1/conversionActions/2",
            at: now(),
            click: None,
        };
        let events = at_home(home.map(|home| home.parse().unwrap()));
        let body = send::<UserData, GoogleAds>(&events, ADS, Signals::default(), conversion).unwrap();
        assert_eq!(body["conversions"][0]["consent"], json!({"adUserData": "GRANTED"}));
    }
}

/// Google Analytics: both keys always, as the person consents to Google's ads.
#[test]
fn analytics_says_whether_the_person_consents_to_ads() {
    let subject = SubjectId::random();
    let analysis = || Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now());
    let grant = |scope: Scope| Event::grant(subject, scope, "1.0.0", now());
    let day = chrono::TimeDelta::days(1);
    let ads = || Scope::from(ADS);
    let quiet = Signals::default();
    for (mut events, signals, expected) in [
        (vec![], quiet, "DENIED"),
        (vec![grant(ads())], quiet, "GRANTED"),
        (vec![grant(ads().category(DataCategory::User))], quiet, "GRANTED"),
        (vec![grant(ads().category(DataCategory::Streaming))], quiet, "DENIED"),
        (vec![grant(ads().processor(ProcessorId::GOOGLE_ADS))], quiet, "GRANTED"),
        (vec![grant(ads().processor(ProcessorId::FACEBOOK_ADS))], quiet, "DENIED"),
        (vec![grant(ads()), Event::withdraw(subject, ads(), now() + day)], quiet, "DENIED"),
        (vec![Event::grant_until(subject, ads(), "1.0.0", now() - day * 2, now() - day)], quiet, "DENIED"),
        (vec![grant(ads())], Signals { gpc: true, ..quiet }, "DENIED"),
    ] {
        events.insert(0, analysis());
        let purpose = Purpose::EngagementAnalysis;
        let body =
            send::<AnalyticsData, GoogleAnalytics>(&events, purpose, signals, EventId::random()).unwrap();
        assert_eq!(body["consent"], json!({"ad_user_data": expected, "ad_personalization": expected}));
    }
    let blocked = Signals { cookies_blocked: true, ..quiet };
    let purpose = Purpose::EngagementAnalysis;
    let refused = send::<AnalyticsData, GoogleAnalytics>(&[analysis()], purpose, blocked, EventId::random());
    assert_eq!(refused.unwrap_err(), "tracking_blocked");
}

/// PostHog: no profile and no place, whoever it is; a refusal is no body.
#[test]
fn posthog_makes_no_profile_and_looks_no_place_up() {
    let subject = SubjectId::random();
    let purpose = Purpose::EngagementAnalysis;
    let event = || posthog::Event { project: "phc_1", id: EventId::random() };
    for extra in [
        None,
        Some(Event::grant(subject, ADS, "1.0.0", now())),
        Some(Event::home(subject, "US".parse().unwrap(), now())),
    ] {
        let events: Vec<Event> =
            [Event::grant(subject, purpose, "1.0.0", now())].into_iter().chain(extra).collect();
        let body = send::<AnalyticsData, PostHog>(&events, purpose, Signals::default(), event()).unwrap();
        assert_eq!(body["properties"]["$process_person_profile"], false);
        assert_eq!(body["properties"]["$geoip_disable"], true);
        let blocked = Signals { cookies_blocked: true, ..Signals::default() };
        let refused = send::<AnalyticsData, PostHog>(&events, purpose, blocked, event());
        assert_eq!(refused.unwrap_err(), "tracking_blocked");
    }
    let denied = [Event::deny(subject, purpose, now())];
    assert_eq!(
        send::<AnalyticsData, PostHog>(&denied, purpose, Signals::default(), event()).unwrap_err(),
        "consent_denied"
    );
}

/// What a host says beside the data, written out: there is no consent among it, and a field that is added here stops the
/// test from compiling until somebody has looked at it. A state of the USA narrows where Limited Data Use applies; it
/// does not turn it off.
#[test]
fn nothing_that_a_host_says_is_a_consent() {
    let facebook_ads::Event { id: _, name: _, at, state: _ } =
        facebook_ads::Event { id: EventId::random(), name: "Lead", at: now(), state: None };
    let click = Some(google_ads::Click::Gclid("EAIaIQ"));
    let conversion = google_ads::Conversion { id: EventId::random(), action: "a", at, click };
    let google_ads::Conversion { id: _, action: _, at: _, click: _ } = conversion;
    let holds = google_ads::Figure::Clicks;
    let google_ads::Variable { name: _, holds } = google_ads::Variable { name: "v", holds };
    let google_ads::Upload { conversion: _, variables: _ } =
        google_ads::Upload { conversion, variables: &[google_ads::Variable { name: "v", holds }] };
    let source = tiktok_ads::Source::Web { pixel: "p" };
    let tiktok_ads::Event { id: _, name: _, at: _, source: _ } =
        tiktok_ads::Event { id: EventId::random(), name: "Lead", at, source };
    let posthog::Event { project: _, id: _ } = posthog::Event { project: "phc_1", id: EventId::random() };
    let _: EventId = <GoogleAnalytics as Kinds<AnalyticsData>>::kinds().remove(0).with;
    let store = feature_fm::Store { id: "spotify", url: "https://open.spotify.com/track/1" };
    let feature_fm::Store { id: _, url: _ } = store;
    let feature_fm::SmartLink { artist: _, short_id: _, domain: _, stores: _ } =
        feature_fm::SmartLink { artist: "5f00", short_id: "a", domain: "https://ffm.to", stores: &[store] };
}
