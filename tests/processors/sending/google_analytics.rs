//! What Google Analytics is sent, written out in full.

use dynamoi_privacy::{
    consent::{Event, Scope},
    data::AnalyticsData,
    gate::{Gate, Guarded, Signals},
    policy::History,
    processors::{Body, EventId, GoogleAnalytics, NotSent},
    vocabulary::{ProcessorId, Purpose, SubjectId},
};

use super::{assert_json, cleared};
use crate::payloads::now;

const BOTH_DENIED: &str = r#""consent":{"ad_user_data":"DENIED","ad_personalization":"DENIED"}"#;
const BOTH_GRANTED: &str = r#""consent":{"ad_user_data":"GRANTED","ad_personalization":"GRANTED"}"#;

fn send(json: &str, id: EventId) -> Result<Body, String> {
    let (gate, data) = cleared::<AnalyticsData, _>(json, Purpose::EngagementAnalysis, GoogleAnalytics, None);
    data.send(&gate, now(), id).map_err(|unsent| match unsent.why() {
        NotSent::Lacking(lacking) => lacking.expected().to_owned(),
        NotSent::Lapsed(lapse) => panic!("{lapse}"),
    })
}

#[test]
fn a_page_view_is_an_event_of_nobody() {
    let id = EventId::random();
    let at = r#"{"page_view": {"page": "https://dynamoi.com/pricing", "at": "2026-01-05T08:00:00.5Z"}}"#;
    assert_json(
        &send(at, id).unwrap(),
        &format!(
            r#"{{"client_id":"{id}","timestamp_micros":1767600000500000,{BOTH_DENIED},"events":[{{"name":"page_view","params":{{"page_location":"https://dynamoi.com/pricing"}}}}]}}"#
        ),
    );
    let path = r#"{"page_view": {"page": "/pricing"}, "session_length_ms": 93250}"#;
    assert_json(
        &send(path, id).unwrap(),
        &format!(
            r#"{{"client_id":"{id}",{BOTH_DENIED},"events":[{{"name":"page_view","params":{{"page_path":"/pricing","session_length_ms":93250}}}}]}}"#
        ),
    );
}

#[test]
fn the_numbers_of_a_period_are_an_event_of_our_own() {
    let id = EventId::random();
    let numbers = r#"{"period": {"first": "2026-01-01", "last": "2026-01-31"}, "page_views": 40, "sessions": 9,
        "session_length_ms": 93250, "conversion_rate": "0.0310"}"#;
    assert_json(
        &send(numbers, id).unwrap(),
        &format!(
            r#"{{"client_id":"{id}",{BOTH_DENIED},"events":[{{"name":"usage","params":{{"date_from":"2026-01-01","date_to":"2026-01-31","page_views":40,"sessions":9,"session_length_ms":93250,"conversion_rate":0.0310}}}}]}}"#
        ),
    );
}

#[test]
fn consent_to_ads_is_read_off_the_record() {
    let subject = SubjectId::random();
    let ads = || Scope::from(Purpose::MarketingCampaigns);
    let (google, other) =
        (ads().processor(ProcessorId::GOOGLE_ADS), ads().processor(ProcessorId::TIKTOK_ADS));
    let grant = |scope| Event::grant(subject, scope, "1.0.0", now());
    let gpc = Signals { gpc: true, ..Signals::default() };
    for (events, signals, expected) in [
        (vec![], Signals::default(), BOTH_DENIED),
        (vec![grant(ads())], Signals::default(), BOTH_GRANTED),
        (vec![grant(google.clone())], Signals::default(), BOTH_GRANTED),
        (vec![grant(other)], Signals::default(), BOTH_DENIED),
        (vec![grant(ads()), Event::deny(subject, google, now())], Signals::default(), BOTH_DENIED),
        (vec![grant(ads())], gpc, BOTH_DENIED),
    ] {
        let gate = Gate::new(History::dynamoi());
        gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
        gate.record(grant(Purpose::EngagementAnalysis.into())).unwrap();
        events.into_iter().for_each(|event| gate.record(event).unwrap());
        let data = AnalyticsData { page_views: Some(1), ..Default::default() };
        let check = gate.check(now()).signals(signals);
        let cleared =
            check.share(Guarded::new(subject, data), Purpose::EngagementAnalysis, GoogleAnalytics).unwrap();
        let body = cleared.send(&gate, now(), EventId::random()).unwrap();
        assert!(body.as_str().contains(expected), "{expected}: {}", body.as_str());
        assert_eq!(body.as_str().matches("ad_user_data").count(), 1);
    }
}

#[test]
fn what_google_would_not_log_is_not_sent() {
    let view = |page: &str| send(&format!(r#"{{"page_view": {{"page": "{page}"}}}}"#), EventId::random());
    let url = |length: usize| format!("https://dynamoi.com/{}", "a".repeat(length - 20));
    let path = |length: usize| format!("/{}", "a".repeat(length - 1));
    assert!(view(&url(1000)).is_ok() && view(&path(100)).is_ok());
    let limits = "a URL of at most 1000 characters, or a path of at most 100";
    for long in [url(1001), path(101), format!("/{}", "ü".repeat(17))] {
        assert_eq!(view(&long).unwrap_err(), limits);
    }
    assert!(view(&format!("/{}", "ü".repeat(16))).is_ok(), "six characters each in a URL");
    assert_eq!(send("{}", EventId::random()).unwrap_err(), "a page view or the numbers of a period");
}

#[test]
fn a_view_that_google_would_date_wrongly_is_not_sent() {
    let view =
        |at: &str| send(&format!(r#"{{"page_view": {{"page": "/", "at": "{at}"}}}}"#), EventId::random());
    assert!(view("2026-01-02T09:00:00Z").is_ok() && view("2026-01-05T09:00:00Z").is_ok());
    for wrong in ["2026-01-02T08:59:59.999999999Z", "2026-01-05T09:00:00.000000001Z", "0000-01-01T00:00:00Z"]
    {
        assert_eq!(view(wrong).unwrap_err(), "a page view of the last 72 hours");
    }
}

#[test]
fn names_keep_the_rules_of_google() {
    let all = r#"{"page_view": {"page": "/a"}, "period": {"first": "2026-01-01", "last": "2026-01-31"},
        "page_views": 40, "sessions": 9, "session_length_ms": 93250, "conversion_rate": "0.031"}"#;
    let without_a_view = all.replacen(r#""page_view": {"page": "/a"},"#, "", 1);
    for data in [all, &without_a_view] {
        let body: serde_json::Value =
            serde_json::from_str(send(data, EventId::random()).unwrap().as_str()).unwrap();
        let event = &body["events"][0];
        let params = event["params"].as_object().unwrap();
        assert!(params.len() <= 25);
        let names = params.keys().map(String::as_str).chain([event["name"].as_str().unwrap()]);
        for name in names {
            assert!(name.len() <= 40 && name.starts_with(|c: char| c.is_ascii_alphabetic()), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{name}");
            let reserved = ["firebase_", "ga_", "google_", "gtag."];
            assert!(!reserved.iter().any(|prefix| name.starts_with(prefix)), "{name}");
        }
    }
}
