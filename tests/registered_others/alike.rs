//! A registered other beside one of the twelve of its kind: the same answers, flow by flow.

use dynamoi_privacy::{
    data::PaymentData,
    gate::{Action, Decision, Flow, Guarded, Reasons, Recipient, Request, Signals},
    processors::{FacebookAds, FeatureFm, PostHog, Spotify, System},
    vocabulary::{DataCategory, ProcessorId, Purpose},
};

use super::{Adform, Linkbarn, Mailbarrow, Nobody, Tallyhut, Wavepond, agreed, gate, now, reasons};

/// Every flow of a registered other is judged as that of the twelve's of its kind, but for what its entry says.
#[test]
fn a_registered_other_is_judged_as_one_of_the_twelve_of_its_kind() {
    let gate = gate();
    let (subject, at) = (agreed(&gate), now());
    let like = [
        (Adform::ID, FacebookAds::ID),
        (Wavepond::ID, Spotify::ID),
        (Tallyhut::ID, PostHog::ID),
        (Linkbarn::ID, FeatureFm::ID),
    ];
    let origins: Vec<Option<ProcessorId>> = [None, Some(Nobody::ID)]
        .into_iter()
        .chain(System::ALL.map(|system| Some(system.id())))
        .chain(like.iter().map(|(other, _)| Some(other.clone())))
        .collect();
    let decide = |flow: Flow, signals| -> Reasons {
        let decision = gate.decide(&Request { subject, flow, at, signals }).unwrap();
        assert!(matches!(&decision, Decision::Permitted(_)) == decision.reasons().is_empty());
        decision.reasons()
    };
    let mut permits = 0;
    for (other, named) in like {
        for category in DataCategory::ALL {
            for purpose in Purpose::ALL {
                let flow = |action| Flow::new(category, purpose, action);
                for (gpc, cookies_blocked) in [(false, false), (true, false), (false, true), (true, true)] {
                    let signals = Signals { gpc, cookies_blocked };
                    for origin in &origins {
                        let [ours, theirs] = [&other, &named].map(|id| {
                            let flow = flow(Action::Share { processor: id.clone(), country: None });
                            decide(Flow { origin: origin.clone(), ..flow }, signals)
                        });
                        assert_eq!(ours, theirs, "{category} for {purpose} to {other} from {origin:?}");
                        permits += usize::from(ours.is_empty());
                    }
                    let [ours, theirs] = [&other, &named].map(|id| {
                        decide(flow(Action::Collect { source: id.to_string().parse().unwrap() }), signals)
                    });
                    assert_eq!(ours, theirs, "{category} for {purpose} from {other}");
                    permits += usize::from(ours.is_empty());
                }
                for recipient in [Adform::ID, FacebookAds::ID, Linkbarn::ID] {
                    let [ours, theirs] = [&other, &named].map(|id| {
                        let flow = flow(Action::Share { processor: recipient.clone(), country: None });
                        decide(flow.obtained_from(id.clone()), Signals::default())
                    });
                    assert_eq!(ours, theirs, "{category} for {purpose} from {other} to {recipient}");
                }
            }
        }
    }
    // Four signals: 3 categories for ads from 14 origins with half of them, 2 for distribution from 17 with all, 1 to
    // analyse from 17 with half, 2 for promotion from 17 with half; and 34 ways to collect.
    assert_eq!(permits, 3 * 14 * 2 + 2 * 17 * 4 + 17 * 2 + 2 * 17 * 2 + 34);
}

/// What platform operation shares with a service provider, of which the policy names none.
#[test]
fn a_service_provider_gets_what_the_platform_runs_on() {
    let gate = gate();
    let (subject, at, signals) = (agreed(&gate), now(), Signals { gpc: true, cookies_blocked: true });
    for category in DataCategory::ALL {
        for purpose in Purpose::ALL {
            let share = Action::Share { processor: Mailbarrow::ID, country: None };
            let flow = Flow::new(category, purpose, share);
            let decision = gate.decide(&Request { subject, flow, at, signals }).unwrap();
            let expected = purpose == Purpose::PlatformOperation && category != DataCategory::Payment;
            assert_eq!(decision.is_permitted(), expected, "{category} for {purpose}: {}", decision.reasons());
        }
    }
    let card = Guarded::new(subject, PaymentData::default());
    let share = gate.share(card, Purpose::PlatformOperation, Mailbarrow, at);
    assert_eq!(reasons(share), "recipient_not_permitted");
}
