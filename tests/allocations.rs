//! A check allocates nothing, whether it permits or refuses with all its reasons.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    Event, Gate, Guarded, History, PersonalData, Purpose, Recipient, SubjectId,
    consent::Scope,
    data::StreamingData,
    gate::{Action, Flow, Request},
    vocabulary::{DataCategory, ProcessorId},
};

struct Adverts;
impl PersonalData for Adverts {
    const CATEGORY: DataCategory = DataCategory::AdPerformance;
}

struct FacebookAds;
impl Recipient for FacebookAds {
    const ID: ProcessorId = ProcessorId::FACEBOOK_ADS;
}

struct Unregistered;
impl Recipient for Unregistered {
    const ID: ProcessorId =
        ProcessorId::from_static("a_processor_with_a_rather_long_name_that_nobody_registered");
}

fn allocations(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}

#[test]
fn the_counter_counts() {
    assert!(allocations(|| drop(black_box(Box::new(7)))) > 0);
}

#[test]
fn neither_permits_nor_refusals_allocate() {
    let now: DateTime<Utc> = "2026-01-05T09:00:00Z".parse().unwrap();
    let gate = Gate::new(History::dynamoi());
    let (later, whole) = (now + TimeDelta::days(1), SubjectId::random());
    let [known, expired, stranger] = [SubjectId::random(), SubjectId::random(), SubjectId::random()];
    let before = now - TimeDelta::days(2);
    for event in [
        Event::accept(known, "1.0.0", before),
        Event::grant_until(known, Purpose::MarketingCampaigns, "1.0.0", before, later),
        Event::accept(whole, "1.0.0", before),
        Event::grant(whole, Purpose::MarketingCampaigns, "1.0.0", before),
        Event::deny(whole, Scope::from(Purpose::Promotion).category(DataCategory::Streaming), before),
        Event::grant_until(expired, Purpose::MarketingCampaigns, "1.0.0", before, now),
    ] {
        gate.record(event).unwrap();
    }
    let mut asked = 0;
    for (subject, permitted) in [(known, true), (whole, true), (expired, false), (stranger, false)] {
        for purpose in Purpose::ALL {
            let data = Guarded::obtained(subject, ProcessorId::GOOGLE_ADS, Adverts);
            let right = permitted && purpose == Purpose::MarketingCampaigns;
            let counted = allocations(|| {
                let answer = black_box(gate.share(data, purpose, FacebookAds, now));
                assert_eq!(answer.is_ok(), right);
            });
            assert_eq!(counted, 0, "sharing with a permit: {right}");
            let counted = allocations(|| {
                let refused = |answer: bool| assert!(!answer);
                refused(gate.share(Guarded::new(subject, Adverts), purpose, Unregistered, now).is_ok());
                drop(black_box(gate.use_for(Guarded::new(subject, Adverts), purpose, now)));
                drop(black_box(gate.collect(Guarded::new(subject, StreamingData::default()), purpose, now)));
                drop(black_box(gate.store(Guarded::new(subject, StreamingData::default()), purpose, now)));
            });
            assert_eq!(counted, 0, "{purpose}");
            asked += 5;
        }
        let disclosure = String::from("order 7");
        let data = Guarded::new(subject, Adverts);
        assert_eq!(allocations(|| assert!(gate.disclose(data, disclosure, now).is_ok())), 0);
        let share = Action::Share { processor: ProcessorId::FACEBOOK_ADS, country: None };
        let flow = Flow::new(DataCategory::AdPerformance, Purpose::MarketingCampaigns, share);
        let request = Request::new(subject, flow.clone(), now);
        assert_eq!(allocations(|| drop(black_box(gate.decide(&request)))), 0);
        assert_eq!(allocations(|| assert_eq!(gate.audience(&flow, now).unwrap().count(), 2)), 0);
    }
    assert_eq!(asked, 140);
}
