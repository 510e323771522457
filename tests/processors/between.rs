//! Between the check and the body: whatever changes meanwhile, nothing leaves that the record, the policy and the origin
//! of the data would not let out now, and no system is told of a consent that does not stand.

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    clock::FakeClock,
    consent::{Event, Scope},
    data::{AnalyticsData, UserData},
    gate::{Cleared, Gate, Guarded, Lapse, Signals, Undecided},
    policy::{Document, History},
    processors::{
        EventId, FacebookAds, GoogleAds, GoogleAnalytics, NotSent, Stripe, System, Takes, facebook_ads,
        google_ads,
    },
    vocabulary::{DataCategory, LegalBasis, ProcessorId, ProcessorKind, Purpose, SubjectId},
};
use serde_json::Value;

use crate::payloads::now;

const ADS: Purpose = Purpose::MarketingCampaigns;
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// Somebody who consents to ads and to analysis, at a gate.
fn consenting(gate: &Gate) -> SubjectId {
    let subject = SubjectId::random();
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    for purpose in [ADS, Purpose::EngagementAnalysis] {
        gate.record(Event::grant(subject, purpose, "1.0.0", now())).unwrap();
    }
    subject
}

fn user(subject: SubjectId) -> Guarded<UserData> {
    Guarded::new(subject, UserData { email: "ada@example.com".parse().ok(), ..Default::default() })
}

fn event() -> facebook_ads::Event<'static> {
    facebook_ads::Event { id: EventId::random(), name: "Lead", at: now(), state: None }
}

/// Why nothing is sent; the data comes back as whose it was.
#[track_caller]
fn lapse(cleared: Cleared<UserData, FacebookAds>, gate: &Gate, at: DateTime<Utc>) -> Lapse {
    let subject = cleared.subject();
    let unsent = cleared.send(gate, at, event()).unwrap_err();
    let NotSent::Lapsed(lapse) = *unsent.why() else { panic!("{unsent}") };
    assert_eq!(unsent.to_string(), lapse.to_string());
    assert_eq!(unsent.into_guarded().subject(), subject);
    lapse
}

#[test]
fn whatever_the_person_says_meanwhile_stops_the_body() {
    let says: [fn(SubjectId) -> Event; 6] = [
        |subject| Event::withdraw(subject, ADS, now() + SECOND),
        |subject| Event::deny(subject, Scope::from(ADS).processor(ProcessorId::FACEBOOK_ADS), now()),
        |subject| Event::deny(subject, Scope::from(ADS).category(DataCategory::User), now()),
        |subject| Event::minor_until(subject, now().date_naive() + TimeDelta::days(1), now()),
        |subject| Event::home(subject, "US".parse().unwrap(), now()),
        |subject| Event::erase(subject, now()),
    ];
    for says in says {
        let gate = Gate::new(History::dynamoi());
        let subject = consenting(&gate);
        let cleared = gate.share(user(subject), ADS, FacebookAds, now()).unwrap();
        gate.record(says(subject)).unwrap();
        assert_eq!(lapse(cleared, &gate, now() + SECOND), Lapse::RecordChanged);
    }
    // What somebody else says is no matter of theirs.
    let gate = Gate::new(History::dynamoi());
    let (subject, other) = (consenting(&gate), consenting(&gate));
    let cleared = gate.share(user(subject), ADS, FacebookAds, now()).unwrap();
    gate.record(Event::erase(other, now())).unwrap();
    assert!(cleared.send(&gate, now(), event()).is_ok());
}

#[test]
fn a_policy_that_comes_into_force_meanwhile_stops_the_body() {
    let gate = Gate::new(History::dynamoi());
    let subject = consenting(&gate);
    let share = || gate.share(user(subject), ADS, FacebookAds, now()).unwrap();
    let [foreseen, late] = [share(), share()];
    let mut next = Document::dynamoi();
    (next.version, next.effective_from) = ("1.1.0".into(), now() + SECOND);
    gate.adopt(next.clone()).unwrap();
    assert_eq!(lapse(foreseen, &gate, now() + SECOND), Lapse::PolicyChanged);
    // One that is added late is in force at once.
    (next.version, next.effective_from) = ("1.0.1".into(), now() - SECOND);
    gate.adopt(next).unwrap();
    assert_eq!(lapse(late, &gate, now()), Lapse::PolicyChanged);
}

#[test]
fn a_stale_gate_another_gate_and_a_clock_that_goes_wrong_stop_the_body() {
    let clock = FakeClock::at(now());
    let gate = Gate::fed(History::dynamoi(), SECOND * 5).with_clock(clock.clone());
    gate.confirm_current(gate.ask());
    let subject = consenting(&gate);
    let share = || gate.share(user(subject), ADS, FacebookAds, now()).unwrap();
    let [stale, early, late, elsewhere, good] = [share(), share(), share(), share(), share()];
    assert_eq!(lapse(stale, &gate, now() + SECOND * 6), Lapse::Undecided(Undecided::StaleView));
    assert_eq!(lapse(early, &gate, now() - TimeDelta::nanoseconds(1)), Lapse::NotYetIssued);
    clock.advance(SECOND * 30);
    gate.confirm_current(gate.ask());
    assert_eq!(lapse(late, &gate, now() + SECOND * 30), Lapse::Deadline);
    let other = Gate::new(History::dynamoi());
    assert_eq!(lapse(elsewhere, &other, now()), Lapse::OtherGate);
    assert!(good.send(&gate, now() + SECOND * 29, event()).is_ok());
}

#[test]
fn a_permit_dies_with_the_grant_that_it_rests_on() {
    let gate = Gate::new(History::dynamoi());
    let subject = SubjectId::random();
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    gate.record(Event::grant_until(subject, ADS, "1.0.0", now(), now() + SECOND * 3)).unwrap();
    let share = || gate.share(user(subject), ADS, FacebookAds, now()).unwrap();
    let (within, after) = (share(), share());
    assert!(within.send(&gate, now() + SECOND * 2, event()).is_ok());
    assert_eq!(lapse(after, &gate, now() + SECOND * 3), Lapse::Deadline);
}

/// The permit lives on: it is of analysis. What ended meanwhile is the other consent, of which Google would be told.
#[test]
fn a_consent_that_ends_after_the_check_is_not_told_of() {
    let gate = Gate::new(History::dynamoi());
    let subject = SubjectId::random();
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    gate.record(Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now())).unwrap();
    gate.record(Event::grant_until(subject, ADS, "1.0.0", now(), now() + SECOND * 3)).unwrap();
    for (after, told) in [(0, "GRANTED"), (2, "GRANTED"), (3, "DENIED"), (29, "DENIED")] {
        let views = views(subject, None);
        let cleared = gate.share(views, Purpose::EngagementAnalysis, GoogleAnalytics, now()).unwrap();
        let body = cleared.send(&gate, now() + SECOND * after, EventId::random()).unwrap();
        let consent = format!(r#""consent":{{"ad_user_data":"{told}","ad_personalization":"{told}"}}"#);
        assert!(body.as_str().contains(&consent), "{after} seconds after: {}", body.as_str());
    }
}

/// A policy under which ads rest on the contract: sharing is permitted, and nobody has consented to anything.
fn on_the_contract() -> Gate {
    let mut document = Document::dynamoi();
    for purpose in document.purposes.iter_mut().filter(|purpose| purpose.basis == LegalBasis::Consent) {
        purpose.basis = LegalBasis::Contract;
    }
    let history = History::new();
    history.add(document).unwrap();
    Gate::new(history)
}

#[test]
fn what_rests_on_the_contract_is_no_consent() {
    let gate = on_the_contract();
    let subject = SubjectId::random();
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    let action = "customers/1/conversionActions/2";
    let conversion = google_ads::Conversion { id: EventId::random(), action, at: now(), click: None };
    let share = || gate.share(user(subject), ADS, GoogleAds, now()).unwrap();
    let unsent = share().send(&gate, now(), conversion).unwrap_err();
    assert!(matches!(unsent.why(), NotSent::Lacking(lacking) if lacking.expected().contains("consent")));
    assert_eq!(consent(&gate, views(subject, None)), "DENIED");

    // With a grant there is something to tell.
    gate.record(Event::grant(subject, ADS, "1.0.0", now())).unwrap();
    assert!(share().send(&gate, now(), conversion).unwrap().as_str().contains(r#""adUserData":"GRANTED""#));
    assert_eq!(consent(&gate, views(subject, None)), "GRANTED");
}

fn views(subject: SubjectId, origin: Option<ProcessorId>) -> Guarded<AnalyticsData> {
    let views = AnalyticsData { page_views: Some(40), ..Default::default() };
    match origin {
        Some(origin) => Guarded::obtained(subject, origin, views),
        None => Guarded::new(subject, views),
    }
}

/// What Google Analytics is told of ads.
fn consent(gate: &Gate, views: Guarded<AnalyticsData>) -> String {
    let cleared = gate.share(views, Purpose::EngagementAnalysis, GoogleAnalytics, now()).unwrap();
    let body = cleared.send(gate, now(), EventId::random()).unwrap();
    let consent = &serde_json::from_str::<Value>(body.as_str()).unwrap()["consent"];
    assert_eq!(consent["ad_user_data"], consent["ad_personalization"]);
    consent["ad_user_data"].as_str().unwrap().to_owned()
}

/// Google may use for ads what comes with `GRANTED`. What Spotify and Apple Music gave may not get there.
#[test]
fn nobody_consents_to_what_the_origin_of_the_data_forbids() {
    let gate = Gate::new(History::dynamoi());
    let subject = consenting(&gate);
    assert_eq!(consent(&gate, views(subject, None)), "GRANTED");
    for system in System::ALL {
        let barred = [System::Spotify, System::AppleMusic].contains(&system);
        let told = consent(&gate, views(subject, Some(system.id())));
        assert_eq!(told, if barred { "DENIED" } else { "GRANTED" }, "{system}");
    }
    // Of an origin that no version registers nothing is shared, for ads or for anything.
    let unknown = views(subject, Some(ProcessorId::from_static("nobody_knows_me")));
    let refusal = gate.share(unknown, Purpose::EngagementAnalysis, GoogleAnalytics, now()).unwrap_err();
    assert_eq!(refusal.reasons().to_string(), "origin_forbids_recipient");
}

#[test]
fn signals_that_the_check_was_told_are_those_of_the_body() {
    let gate = Gate::new(History::dynamoi());
    let subject = consenting(&gate);
    let told = |signals| {
        let check = gate.check(now()).signals(signals);
        let cleared =
            check.share(views(subject, None), Purpose::EngagementAnalysis, GoogleAnalytics).unwrap();
        cleared.send(&gate, now(), EventId::random()).unwrap().into_string()
    };
    assert!(told(Signals::default()).contains("GRANTED"));
    let gpc = told(Signals { gpc: true, ..Signals::default() });
    assert!(gpc.contains("DENIED") && !gpc.contains("GRANTED"));
}

/// Where no processor may have the data without a safeguard nobody is told that Google Ads may, and where Google Ads is
/// not registered nobody consents to it.
#[test]
fn what_the_policy_forbids_nobody_consents_to() {
    let told = |change: fn(&mut Document)| {
        let mut document = Document::dynamoi();
        change(&mut document);
        let history = History::new();
        history.add(document).unwrap();
        let gate = Gate::new(history);
        let subject = consenting(&gate);
        let mode = gate.consent_mode(subject, now(), Signals::default());
        assert_eq!(mode.ad_user_data(), mode.ad_personalization());
        assert_eq!(mode.ad_user_data(), consent(&gate, views(subject, None)) == "GRANTED");
        mode.ad_user_data()
    };
    assert!(told(|_| {}));
    assert!(!told(|document| document.processors.retain(|entry| entry.id != "google_ads")));
    assert!(!told(|document| {
        document
            .processors
            .iter_mut()
            .filter(|entry| entry.id == "google_ads")
            .for_each(|e| e.safeguard = None);
    }));
    assert!(!told(|document| {
        let google = document.processors.iter_mut().filter(|entry| entry.id == "google_ads");
        google.for_each(|entry| entry.kind = ProcessorKind::ServiceProvider);
    }));
    assert!(!told(|document| document.sharing.retain(|row| row.purpose != ADS)));
}

/// The types of what comes of sending, as a host's own function passes them on.
#[test]
fn what_stops_a_body_goes_through_the_question_mark() {
    type Failure = Box<dyn std::error::Error + Send + Sync + 'static>;
    fn bill<R: Takes<UserData, With<'static> = ()>>(gate: &Gate, to: R) -> Result<String, Failure> {
        let subject = SubjectId::random();
        gate.record(Event::accept(subject, "1.0.0", now()))?;
        let cleared = gate.share(Guarded::new(subject, UserData::default()), Purpose::Billing, to, now())?;
        Ok(cleared.send(gate, now(), ())?.into_string())
    }
    let error = bill(&Gate::new(History::dynamoi()), Stripe).unwrap_err();
    assert_eq!(error.to_string(), "nothing to send: found none, expected a name or an e-mail address");
}
