//! What Google's tags in a browser are told, over everything that it can rest on, against a plain second computation.

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    clock::FakeClock,
    consent::{Event, Scope},
    gate::{Gate, Signals},
    policy::{Document, History},
    processors::ConsentMode,
    vocabulary::{DataCategory, LegalBasis, ProcessorId, Purpose, SubjectId},
};

use crate::payloads::now;

/// Choices about one purpose, and whether they come to a consent for `processor` that stands.
fn choices(
    subject: SubjectId,
    purpose: Purpose,
    category: DataCategory,
    processor: ProcessorId,
) -> Vec<(Vec<Event>, bool)> {
    let before = now() - TimeDelta::days(2);
    let grant = |scope: Scope| Event::grant(subject, scope, "1.0.0", before);
    let whole = || Scope::from(purpose);
    vec![
        (vec![], false),
        (vec![grant(whole())], true),
        (vec![grant(whole().category(category))], true),
        (vec![grant(whole().processor(processor.clone()))], true),
        (vec![grant(whole().category(DataCategory::Payment))], false),
        (vec![grant(whole().processor(ProcessorId::TIKTOK_ADS))], false),
        (vec![Event::grant_until(subject, purpose, "1.0.0", before, now() + TimeDelta::seconds(1))], true),
        (vec![Event::grant_until(subject, purpose, "1.0.0", before, now())], false),
        (vec![Event::deny(subject, purpose, before)], false),
        (vec![grant(whole()), Event::withdraw(subject, purpose, now())], false),
        (vec![grant(whole()), Event::deny(subject, whole().processor(processor), now())], false),
        (vec![grant(whole()), Event::deny(subject, whole().processor(ProcessorId::TIKTOK_ADS), now())], true),
    ]
}

/// Whatever else is known of somebody, and whether a consent of theirs counts.
fn people(subject: SubjectId) -> [(Vec<Event>, bool); 6] {
    let before = now() - TimeDelta::days(3);
    let accepted = Event::accept(subject, "1.0.0", before);
    let date = |days| now().date_naive() + TimeDelta::days(days);
    [
        (vec![], false),
        (vec![accepted.clone()], true),
        (vec![accepted.clone(), Event::minor_until(subject, date(0), before)], true),
        (vec![accepted.clone(), Event::minor_until(subject, date(1), before)], false),
        (vec![accepted.clone(), Event::home(subject, "DE".parse().unwrap(), before)], true),
        (vec![accepted, Event::erase(subject, now())], false),
    ]
}

/// The policy as it is, and one in which nothing needs consent.
fn policies() -> [Document; 2] {
    let mut contract = Document::dynamoi();
    for purpose in contract.purposes.iter_mut().filter(|purpose| purpose.basis == LegalBasis::Consent) {
        purpose.basis = LegalBasis::Contract;
    }
    [Document::dynamoi(), contract]
}

fn json(mode: ConsentMode) -> String {
    serde_json::to_string(&mode).unwrap()
}

/// The four, written out.
fn plain(ads: bool, analytics: bool, stores: bool) -> String {
    let state = |granted: bool| if granted { "granted" } else { "denied" };
    format!(
        r#"{{"ad_storage":"{}","ad_user_data":"{}","ad_personalization":"{}","analytics_storage":"{}"}}"#,
        state(ads && stores),
        state(ads),
        state(ads),
        state(analytics && stores),
    )
}

#[test]
fn all_four_follow_the_record_and_the_signals() {
    let subject = SubjectId::random();
    let ads = choices(subject, Purpose::MarketingCampaigns, DataCategory::User, ProcessorId::GOOGLE_ADS);
    let analytics =
        choices(subject, Purpose::EngagementAnalysis, DataCategory::Analytics, ProcessorId::GOOGLE_ANALYTICS);
    let mut told = std::collections::HashSet::new();
    for policy in policies() {
        for (person, counts) in people(subject) {
            for (of_ads, consents_to_ads) in &ads {
                for (of_analytics, consents_to_analytics) in &analytics {
                    let events = [&person[..], of_ads, of_analytics].concat();
                    // The same, where a part of it was said by a visitor that the account was linked to.
                    let linked = by_a_visitor(&person, &[&of_ads[..], of_analytics].concat());
                    for gate in [gate(&policy, &events), gate(&policy, &linked)] {
                        for signals in signals() {
                            let mode = gate.consent_mode(subject, now(), signals);
                            let expected = plain(
                                counts && *consents_to_ads && !signals.gpc,
                                counts && *consents_to_analytics,
                                !signals.cookies_blocked,
                            );
                            assert_eq!(json(mode), expected, "{person:?} {of_ads:?} {of_analytics:?}");
                            told.insert(expected);
                        }
                    }
                }
            }
        }
    }
    // Ads and analytics apart, each with cookies and without; of analytics without cookies nothing is left.
    assert_eq!(told.len(), 5);
}

fn signals() -> [Signals; 4] {
    [(false, false), (false, true), (true, false), (true, true)]
        .map(|(gpc, cookies_blocked)| Signals { gpc, cookies_blocked })
}

/// The account's own events, and choices of a visitor that it was linked to.
fn by_a_visitor(own: &[Event], choices: &[Event]) -> Vec<Event> {
    let visitor = SubjectId::random();
    let of_visitor = choices.iter().map(|event| Event { subject: visitor, ..event.clone() });
    // Somebody without any event is unknown, and has no visitor either.
    let link = own.first().map(|event| Event::link(event.subject, visitor, now()));
    own.iter().cloned().chain(of_visitor).chain(link).collect()
}

fn gate(policy: &Document, events: &[Event]) -> Gate {
    let history = History::new();
    history.add(policy.clone()).unwrap();
    let gate = Gate::new(history);
    events.iter().for_each(|event| gate.record(event.clone()).unwrap());
    gate
}

/// Somebody who consents to everything, at a gate that is fed.
fn fed(at: DateTime<Utc>) -> (Gate, SubjectId) {
    let (gate, subject) = (Gate::fed(History::dynamoi(), TimeDelta::seconds(5)), SubjectId::random());
    let gate = gate.with_clock(FakeClock::at(at));
    gate.record(Event::accept(subject, "1.0.0", at)).unwrap();
    for purpose in [Purpose::MarketingCampaigns, Purpose::EngagementAnalysis] {
        gate.record(Event::grant(subject, purpose, "1.0.0", at)).unwrap();
    }
    (gate, subject)
}

#[test]
fn a_gate_that_cannot_decide_denies_all_four() {
    let (gate, subject) = fed(now());
    let ask = |at| json(gate.consent_mode(subject, at, Signals::default()));
    assert_eq!(ask(now()), json(ConsentMode::default()));
    gate.confirm_current(gate.ask());
    assert_eq!(ask(now()), plain(true, true, true));
    assert_eq!(ask(now() + TimeDelta::seconds(6)), json(ConsentMode::default()));
    let unknown = gate.consent_mode(SubjectId::random(), now(), Signals::default());
    assert_eq!(unknown, ConsentMode::default());
    let before_any_policy = "2024-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(ask(before_any_policy), json(ConsentMode::default()));
}

#[test]
fn each_of_the_four_is_read_by_its_name() {
    let (gate, subject) = fed(now());
    gate.confirm_current(gate.ask());
    let blocked = Signals { cookies_blocked: true, ..Signals::default() };
    let mode = gate.consent_mode(subject, now(), blocked);
    assert!(!mode.ad_storage() && mode.ad_user_data() && mode.ad_personalization());
    assert!(!mode.analytics_storage());
    let mode = gate.consent_mode(subject, now(), Signals { gpc: true, ..Signals::default() });
    assert!(!mode.ad_storage() && !mode.ad_user_data() && !mode.ad_personalization());
    assert!(mode.analytics_storage());
    assert_eq!(json(ConsentMode::default()), plain(false, false, true));
}
