//! From headers to an answer: what a signal refuses, and that nothing else of the request does.

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::{AnalyticsData, StreamingData},
    gate::{Action, Flow, Gate, Guarded, ProbeCookie, Request, Signals},
    policy::History,
    processors::{FacebookAds, FeatureFm, PostHog, Spotify},
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};

const PROBE: ProbeCookie = ProbeCookie::from_static("visit");

fn now() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// A person who agrees to everything.
fn agreed() -> (Gate, SubjectId) {
    let (gate, subject) = (Gate::new(History::dynamoi()), SubjectId::random());
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    for purpose in [Purpose::MarketingCampaigns, Purpose::Promotion, Purpose::EngagementAnalysis] {
        gate.record(Event::grant(subject, purpose, "1.0.0", now())).unwrap();
    }
    (gate, subject)
}

/// The reasons against what a request with these headers leads to: marketing, promotion, distribution, analysis, and
/// the collecting of what is analysed.
fn reasons(headers: &[(&str, &str)], probe: Option<&ProbeCookie>) -> [String; 5] {
    let (gate, subject) = agreed();
    let check = gate.check(now()).signals(Signals::from_headers(headers.iter().copied(), probe));
    let plays = || Guarded::new(subject, StreamingData::default());
    let views = || Guarded::obtained(subject, ProcessorId::POSTHOG, AnalyticsData::default());
    [
        check.share(plays(), Purpose::MarketingCampaigns, FacebookAds).err().map(|refusal| refusal.reasons()),
        check.share(plays(), Purpose::Promotion, FeatureFm).err().map(|refusal| refusal.reasons()),
        check.share(plays(), Purpose::MusicDistribution, Spotify).err().map(|refusal| refusal.reasons()),
        check.share(views(), Purpose::EngagementAnalysis, PostHog).err().map(|refusal| refusal.reasons()),
        check.collect(views(), Purpose::EngagementAnalysis).err().map(|refusal| refusal.reasons()),
    ]
    .map(|reasons| reasons.map(|reasons| reasons.to_string()).unwrap_or_default())
}

#[test]
fn a_signal_refuses_what_section_5_says_and_no_more() {
    let (opt_out, tracking) = ("opt_out_signal", "tracking_blocked");
    let back = ("Cookie", "visit=1");
    assert_eq!(reasons(&[], None), ["", "", "", "", ""]);
    assert_eq!(reasons(&[back], Some(&PROBE)), ["", "", "", "", ""]);
    assert_eq!(reasons(&[("sec-gpc", "1"), back], Some(&PROBE)), [opt_out, opt_out, "", "", ""]);
    assert_eq!(reasons(&[("sec-gpc", "0"), back], Some(&PROBE)), ["", "", "", "", ""]);
    assert_eq!(reasons(&[("cookie", "theme=dark")], Some(&PROBE)), ["", "", "", tracking, tracking]);
    assert_eq!(reasons(&[("sec-gpc", "1")], Some(&PROBE)), [opt_out, opt_out, "", tracking, tracking]);
    assert_eq!(reasons(&[("dnt", "1")], None), ["", "", "", "", ""]);
}

#[test]
fn the_signals_go_into_a_request_and_over_the_wire() {
    let (gate, subject) = agreed();
    let share = Action::Share { processor: ProcessorId::FACEBOOK_ADS, country: None };
    let flow = Flow::new(DataCategory::Streaming, Purpose::MarketingCampaigns, share);
    let signals = Signals::from_headers([("Sec-GPC", "1")], Some(&PROBE));
    let request = Request { signals, ..Request::new(subject, flow, now()) };
    let json = serde_json::to_string(&request).unwrap();
    assert!(json.contains(r#""signals":{"gpc":true,"cookies":"blocked"}"#), "{json}");
    let decision = gate.decide(&Request::from_json(&json).unwrap()).unwrap();
    assert_eq!(decision.reasons().to_string(), "opt_out_signal");
}
