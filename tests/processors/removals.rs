//! What is owed after refusals and erasures, against a plain computation; and the requests that delete.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use dynamoi_privacy::{
    consent::{Event, Scope},
    gate::Gate,
    policy::{Document, History, SourceKind, VendorTerms},
    processors::{CallError, Deletion, Method, Removal, RemovalCause, Sent, System},
    vocabulary::{DataCategory, ProcessorId, ProcessorKind, Purpose, SubjectId},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use crate::payloads::now;

const DAY: TimeDelta = TimeDelta::days(1);

fn gate(documents: &[Document]) -> Gate {
    let history = History::new();
    documents.iter().for_each(|document| history.add(document.clone()).unwrap());
    Gate::new(history)
}

fn dynamoi(events: &[Event]) -> Gate {
    let gate = gate(&[Document::dynamoi()]);
    events.iter().for_each(|event| gate.record(event.clone()).unwrap());
    gate
}

/// The processors at which something is owed, with what was sent and what was obtained.
fn told(removals: &[Removal]) -> Vec<(String, usize, Vec<DataCategory>)> {
    let one = |r: &Removal| (r.processor().to_string(), r.sent().len(), r.obtained().to_vec());
    removals.iter().map(one).collect()
}

#[test]
fn who_refuses_nothing_is_owed_nothing() {
    let (subject, now) = (SubjectId::random(), now());
    let gate = dynamoi(&[
        Event::accept(subject, "1.0.0", now),
        Event::grant(subject, Purpose::Promotion, "1.0.0", now),
        Event::home(subject, "DE".parse().unwrap(), now),
    ]);
    assert!(gate.removals(subject).is_empty());
    assert!(gate.removals(SubjectId::random()).is_empty());
}

#[test]
fn a_purpose_that_is_withdrawn_is_owed_where_it_was_shared_and_leaves_what_others_need() {
    let (subject, now) = (SubjectId::random(), now());
    let gate = dynamoi(&[Event::withdraw(subject, Purpose::MarketingCampaigns, now)]);
    let removals = gate.removals(subject);
    let none = Vec::new;
    assert_eq!(
        told(&removals),
        [
            ("facebook_ads".into(), 3, none()),
            ("google_ads".into(), 3, none()),
            ("tiktok_ads".into(), 3, none())
        ]
    );
    let first = &removals[0];
    assert_eq!(
        (first.cause(), first.since(), first.delete_obtained_by()),
        (RemovalCause::Refused, now, None)
    );
    let sent = |category| Sent { purpose: Purpose::MarketingCampaigns, category };
    assert_eq!(
        first.sent(),
        [sent(DataCategory::AdPerformance), sent(DataCategory::User), sent(DataCategory::Streaming)]
    );
    assert!(matches!(first.deletion(), Deletion::Documented([_, _])));

    // A later grant of the same scope is the standing choice, and nothing is owed any more.
    gate.record(Event::grant(subject, Purpose::MarketingCampaigns, "1.0.0", now + DAY)).unwrap();
    assert!(gate.removals(subject).is_empty());
}

#[test]
fn disconnecting_spotify_gives_us_five_days() {
    let (subject, now) = (SubjectId::random(), now());
    let spotify = |purpose| Scope::from(purpose).processor(ProcessorId::SPOTIFY);
    let gate = dynamoi(&[
        Event::withdraw(subject, spotify(Purpose::PlatformOperation), now + DAY),
        Event::deny(subject, spotify(Purpose::MusicDistribution).category(DataCategory::Streaming), now),
    ]);
    let removals = gate.removals(subject);
    assert_eq!(told(&removals), [("spotify".into(), 1, vec![DataCategory::Streaming])]);
    assert_eq!(removals[0].delete_obtained_by(), Some(now + DAY * 5), "from the earliest refusal");
    assert!(matches!(removals[0].deletion(), Deletion::NoneDocumented));

    // The terms are data: a host that knows newer ones gives its gate those.
    let mut terms = VendorTerms::shipped().clone();
    let of_spotify = terms.systems.iter_mut().find(|system| system.id == ProcessorId::SPOTIFY).unwrap();
    of_spotify.delete_obtained_within_days = Some(3);
    let gate = gate.with_vendor_terms(terms);
    assert_eq!(gate.removals(subject)[0].delete_obtained_by(), Some(now + DAY * 3));
}

#[test]
fn an_account_is_owed_what_its_visitors_refused_since_the_first_of_them_did() {
    let ([account, visitor, before], now) = (std::array::from_fn(|_| SubjectId::random()), now());
    let spotify = || Scope::from(Purpose::MusicDistribution).processor(ProcessorId::SPOTIFY);
    let events = [
        Event::link(account, visitor, now),
        Event::link(visitor, before, now),
        // What stands is the withdrawal, and yet the denial was first.
        Event::withdraw(account, spotify(), now + DAY),
        Event::deny(before, spotify(), now),
        Event::deny(visitor, Purpose::Promotion, now + DAY),
        Event::withdraw(account, Purpose::MarketingCampaigns, now + DAY),
    ];
    let gate = dynamoi(&events);
    let owed = |subject| -> Vec<String> {
        gate.removals(subject).iter().map(|removal| removal.processor().to_string()).collect()
    };
    assert_eq!(owed(account), ["facebook_ads", "google_ads", "tiktok_ads", "spotify", "feature_fm"]);
    assert_eq!(
        owed(visitor),
        ["spotify", "feature_fm"],
        "what the account refuses says nothing of the visitor"
    );
    assert_eq!(owed(before), ["spotify"]);
    for subject in [account, visitor, before] {
        let removals = gate.removals(subject);
        let spotify = removals.iter().find(|removal| *removal.processor() == ProcessorId::SPOTIFY).unwrap();
        assert_eq!((spotify.since(), spotify.delete_obtained_by()), (now, Some(now + DAY * 5)));
        assert_eq!(spotify.cause(), RemovalCause::Refused);
    }
    // The account's own refusals stay when the visitor agrees again, and count from when they were made.
    gate.record(Event::grant(before, spotify(), "1.0.0", now + DAY)).unwrap();
    assert!(gate.removals(before).is_empty());
    let removals = gate.removals(account);
    let spotify = removals.iter().find(|removal| *removal.processor() == ProcessorId::SPOTIFY).unwrap();
    assert_eq!(spotify.since(), now + DAY);
}

#[test]
fn an_erasure_of_either_is_owed_under_both_ids() {
    let ([account, visitor], now) = (std::array::from_fn(|_| SubjectId::random()), now());
    let alone = dynamoi(&[Event::erase(account, now)]);
    for (erased, other) in [(account, visitor), (visitor, account)] {
        let gate = dynamoi(&[Event::link(account, visitor, now - DAY)]);
        assert!(gate.removals(account).is_empty() && gate.removals(visitor).is_empty());
        gate.record(Event::erase(erased, now)).unwrap();
        for subject in [erased, other] {
            let removals = gate.removals(subject);
            assert_eq!(told(&removals), told(&alone.removals(account)));
            assert!(removals.iter().all(|r| (r.cause(), r.since()) == (RemovalCause::Erased, now)));
        }
        // An earlier erasure of the other that comes late moves the deadlines of both.
        gate.record(Event::erase(other, now - DAY)).unwrap();
        for subject in [erased, other] {
            assert!(gate.removals(subject).iter().all(|removal| removal.since() == now - DAY));
        }
    }
}

#[test]
fn it_is_owed_since_the_earliest_refusal_of_what_was_sent_or_obtained() {
    let (subject, now) = (SubjectId::random(), now());
    let spotify = |purpose| Scope::from(purpose).processor(ProcessorId::SPOTIFY);
    let [using, distributing] = [Purpose::PlatformOperation, Purpose::MusicDistribution].map(spotify);
    for (used, distributed) in [(now, now + DAY), (now + DAY, now)] {
        let gate = dynamoi(&[
            Event::withdraw(subject, using.clone(), used),
            Event::withdraw(subject, distributing.clone(), distributed),
        ]);
        let removals = gate.removals(subject);
        assert_eq!(told(&removals), [("spotify".into(), 2, vec![DataCategory::Streaming])]);
        assert_eq!(
            (removals[0].since(), removals[0].delete_obtained_by()),
            (now, Some(now + DAY * 5)),
            "since the earlier of the two"
        );
    }
    // Of two refusals that cover the same flow the earlier counts, in whatever order they are held.
    let wide = || Scope::from(Purpose::MusicDistribution);
    for (of_purpose, of_processor) in [(now, now + DAY), (now + DAY, now)] {
        let gate = dynamoi(&[
            Event::withdraw(subject, wide(), of_purpose),
            Event::deny(subject, distributing.clone(), of_processor),
        ]);
        let removals = gate.removals(subject);
        let removal = removals.iter().find(|r| *r.processor() == ProcessorId::SPOTIFY).unwrap();
        assert_eq!((removal.since(), removal.delete_obtained_by()), (now, Some(now + DAY * 5)));
    }
    // Of what is only used nothing was sent, and it is owed all the same.
    let removals = dynamoi(&[Event::withdraw(subject, using, now)]).removals(subject);
    assert_eq!(told(&removals), [("spotify".into(), 0, vec![DataCategory::Streaming])]);
    assert_eq!(removals[0].since(), now);
}

#[test]
fn a_deadline_that_no_calendar_has_is_the_last_there_is() {
    let (subject, end) = (SubjectId::random(), chrono::DateTime::<chrono::Utc>::MAX_UTC);
    let removals = dynamoi(&[Event::erase(subject, end - DAY)]).removals(subject);
    let spotify = removals.iter().find(|r| *r.processor() == ProcessorId::SPOTIFY).unwrap();
    assert_eq!((spotify.since(), spotify.delete_obtained_by()), (end - DAY, Some(end)));
}

#[test]
fn an_erasure_is_owed_everywhere_from_the_earliest_on() {
    let (subject, now) = (SubjectId::random(), now());
    let gate = dynamoi(&[Event::erase(subject, now + DAY), Event::erase(subject, now)]);
    let removals = gate.removals(subject);
    let order: Vec<ProcessorId> = System::ALL.into_iter().map(System::id).collect();
    let found: Vec<ProcessorId> = removals.iter().map(|r| r.processor().clone()).collect();
    assert_eq!(found, order);
    assert!(removals.iter().all(|r| (r.cause(), r.since()) == (RemovalCause::Erased, now)));
    let with_deadline: Vec<_> =
        removals.iter().filter_map(|r| Some((r.processor(), r.delete_obtained_by()?))).collect();
    assert_eq!(with_deadline, [(&ProcessorId::SPOTIFY, now + DAY * 5)]);
}

#[test]
fn registered_others_and_earlier_versions_are_not_forgotten() {
    let (subject, now) = (SubjectId::random(), now());
    let mut later: Value = serde_json::to_value(Document::dynamoi()).unwrap();
    later["version"] = json!("2.0.0");
    later["effective_from"] = json!("2026-06-01T00:00:00Z");
    later["processors"] =
        json!([{"id": "adform", "kind": "ad_network", "name": "Adform", "safeguard": "contractual"}]);
    let gate = gate(&[Document::dynamoi(), Document::from_json(&later.to_string()).unwrap()]);
    gate.record(Event::deny(subject, Purpose::MarketingCampaigns, now)).unwrap();
    let removals = gate.removals(subject);
    let found: Vec<&str> = removals.iter().map(|r| r.processor().as_str()).collect();
    assert_eq!(found, ["facebook_ads", "google_ads", "tiktok_ads", "adform"]);
    assert!(matches!(removals[3].deletion(), Deletion::Unknown));
    assert_eq!(serde_json::to_value(&removals[3]).unwrap()["deletion"], json!("unknown"));
}

#[test]
fn a_removal_reads_as_a_ticket() {
    let (subject, now) = (SubjectId::random(), now());
    let gate =
        dynamoi(&[Event::withdraw(subject, Scope::from(Purpose::Billing).category(DataCategory::User), now)]);
    let removals = gate.removals(subject);
    let json = serde_json::to_value(&removals).unwrap();
    assert_eq!(
        json[0]["deletion"][0],
        json!({
            "deletes": "the customer, for good, and ends its subscriptions; charges and invoices stay",
            "method": "DELETE",
            "url": "https://api.stripe.com/v1/customers/<customer>",
            "wants": [{"name": "customer", "what": "Stripe's id of the customer"}],
            "evidence": "primary",
            "source": "https://docs.stripe.com/api/customers/delete",
        })
    );
    let head = json!({
        "processor": "stripe", "cause": "refused", "since": "2026-01-05T09:00:00Z",
        "sent": [{"purpose": "billing", "category": "user"}], "obtained": [],
    });
    for (name, value) in head.as_object().unwrap() {
        assert_eq!(&json[0][name], value, "{name}");
    }
    assert_eq!(json.as_array().unwrap().len(), 1);

    // A request with a body says what belongs into it; other fields stand only where there is something to say.
    let gate = dynamoi(&[Event::erase(subject, now)]);
    let all = serde_json::to_value(gate.removals(subject)).unwrap();
    let of = |id: &str| all.as_array().unwrap().iter().find(|removal| removal["processor"] == id).unwrap();
    let body = of("google_analytics")["deletion"][1]["body"].as_str().unwrap();
    assert_eq!(body, r#"{"userId":"<user>"}"#);
    let body = of("facebook_ads")["deletion"][0]["body"].as_str().unwrap();
    assert_eq!(body, r#"payload={"schema":["EMAIL_SHA256"],"data":[["<email>"]]}"#);
    assert_eq!(of("deezer")["deletion"], json!("none_documented"));
    assert!(of("deezer").get("delete_obtained_by").is_none());
    assert_eq!(
        (&of("spotify")["cause"], &of("spotify")["delete_obtained_by"]),
        (&json!("erased"), &json!("2026-01-10T09:00:00Z"))
    );
}

/// What is owed, written a second time from its description: pairs of what was sent, and what was obtained.
fn plainly(
    document: &Document,
    refused: &[(Purpose, Option<DataCategory>, Option<ProcessorId>)],
    processor: &ProcessorId,
    kind: ProcessorKind,
) -> (BTreeSet<Sent>, BTreeSet<DataCategory>) {
    let covering = |purpose, category| {
        refused
            .iter()
            .filter(move |(refused, of, to)| {
                *refused == purpose
                    && of.is_none_or(|of| of == category)
                    && to.as_ref().is_none_or(|to| to == processor)
            })
            .collect::<Vec<_>>()
    };
    let (mut sent, mut obtained) = (BTreeSet::new(), BTreeSet::new());
    for row in document.sharing.iter().filter(|row| row.recipients.contains(&kind)) {
        for category in &row.categories {
            if !covering(row.purpose, *category).is_empty() {
                sent.insert(Sent { purpose: row.purpose, category: *category });
            }
        }
    }
    for row in document.collection.iter().filter(|row| row.sources.contains(&SourceKind::Processor(kind))) {
        let serves = document.uses.iter().filter(|uses| uses.categories.contains(&row.category));
        let purposes: Vec<Purpose> = serves.map(|uses| uses.purpose).collect();
        let named = |p: &Purpose| covering(*p, row.category).iter().any(|(_, _, to)| to.is_some());
        let none_left = purposes.iter().all(|p| !covering(*p, row.category).is_empty());
        if !purposes.is_empty() && (purposes.iter().any(named) || none_left) {
            obtained.insert(row.category);
        }
    }
    (sent, obtained)
}

type Drawn = (Purpose, Option<DataCategory>, Option<ProcessorId>, bool);

fn refusals() -> impl Strategy<Value = Vec<Drawn>> {
    let processors =
        [ProcessorId::SPOTIFY, ProcessorId::FACEBOOK_ADS, ProcessorId::STRIPE, ProcessorId::POSTHOG];
    let one = (
        select(Purpose::ALL.to_vec()),
        prop::option::of(select(DataCategory::ALL.to_vec())),
        prop::option::of(select(processors.to_vec())),
        any::<bool>(),
    );
    prop::collection::vec(one, 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_owed_is_what_its_description_says(drawn in refusals()) {
        let (subject, now) = (SubjectId::random(), now());
        let mut events = vec![Event::accept(subject, "1.0.0", now)];
        let mut refused = Vec::new();
        for (nth, (purpose, category, processor, withdrawn)) in drawn.into_iter().enumerate() {
            let mut scope = Scope::from(purpose);
            if let Some(category) = category { scope = scope.category(category); }
            if let Some(processor) = &processor { scope = scope.processor(processor.clone()); }
            let at = now + TimeDelta::minutes(nth as i64);
            events.push(if withdrawn { Event::withdraw(subject, scope.clone(), at) } else { Event::deny(subject, scope.clone(), at) });
            refused.push((purpose, category, processor));
        }
        let gate = dynamoi(&events);
        let removals = gate.removals(subject);
        let document = Document::dynamoi();
        for system in System::ALL {
            let (sent, obtained) = plainly(&document, &refused, &system.id(), system.identity().kind);
            match removals.iter().find(|r| *r.processor() == system.id()) {
                None => prop_assert!(sent.is_empty() && obtained.is_empty(), "{system} is missing"),
                Some(removal) => {
                    prop_assert_eq!(removal.sent().iter().copied().collect::<BTreeSet<_>>(), sent);
                    prop_assert_eq!(removal.obtained().iter().copied().collect::<BTreeSet<_>>(), obtained);
                }
            }
        }
    }
}

#[test]
fn every_interface_makes_its_request_of_what_it_wants_and_of_nothing_else() {
    let mut documented = Vec::new();
    for system in System::ALL {
        let Deletion::Documented(interfaces) = system.deletion() else { continue };
        documented.push(system);
        for interface in interfaces {
            let fitting = |name| if name == "email" { "John_Smith@gmail.com" } else { "a/b \"7\"" };
            let filled: Vec<(&str, &str)> =
                interface.wants().map(|wanted| (wanted.name(), fitting(wanted.name()))).collect();
            let call = interface.call(&filled).unwrap();
            assert_eq!(call.method(), interface.method());
            assert!(
                call.url().starts_with("https://") && !call.url().contains(['<', '>', '"', ' ']),
                "{call:?}"
            );
            let body = call.body().map(|body| body.as_str()).unwrap_or_default();
            assert!(!body.contains("Smith"), "an address is sent hashed: {body}");
            if call.body().is_some_and(|body| body.content_type() == "application/json") {
                let json: Value = serde_json::from_str(body).unwrap();
                assert!(!json.to_string().contains(['<', '>']));
            }
            assert!(!format!("{call:?}").contains("a/b") && !format!("{call:?}").contains("a%2Fb"));

            for missing in 0..filled.len() {
                let mut fewer = filled.clone();
                let (gone, _) = fewer.remove(missing);
                let error = interface.call(&fewer).unwrap_err();
                assert!(matches!(error, CallError::Missing { name, .. } if name == gone));
                for unfit in ["", ".", "..", "a\nb"] {
                    let mut wrong = filled.clone();
                    wrong[missing].1 = unfit;
                    let error = interface.call(&wrong).unwrap_err();
                    assert!(matches!(error, CallError::Unfit { name, .. } if name == gone), "{unfit:?}");
                }
            }
            let more = [&filled[..], &[("fbclid", "x")]].concat();
            assert!(matches!(interface.call(&more).unwrap_err(), CallError::Unwanted(_)));
            // Of two persons or two accounts nobody says which one is meant.
            let twice = [&filled[..], &filled[..1]].concat();
            assert!(matches!(interface.call(&twice).unwrap_err(), CallError::Unwanted(_)));
            assert!(interface.source().starts_with("https://") && !interface.deletes().is_empty());
            // Every value that it wants has its place, and every place its value.
            let template = format!("{} {}", interface.url(), interface.body().unwrap_or_default());
            let places: BTreeSet<&str> =
                template.split('<').skip(1).map(|rest| rest.split_once('>').unwrap().0).collect();
            assert_eq!(places, interface.wants().map(|wanted| wanted.name()).collect());
        }
    }
    assert_eq!(
        documented,
        [
            System::FacebookAds,
            System::GoogleAds,
            System::TikTokAds,
            System::Stripe,
            System::GoogleAnalytics,
            System::PostHog
        ]
    );
}

#[track_caller]
fn request(system: System, nth: usize, values: &[(&str, &str)]) -> (Method, String, String) {
    let Deletion::Documented(interfaces) = system.deletion() else { panic!("{system} has none") };
    let call = interfaces[nth].call(values).unwrap();
    let body = call.body().map(|body| body.as_str().to_owned()).unwrap_or_default();
    (call.method(), call.url().to_owned(), body)
}

#[test]
fn the_requests_that_delete_are_written_out() {
    let email = ("email", "John_Smith@gmail.com");
    let hash = "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f";
    assert_eq!(
        request(System::FacebookAds, 0, &[("version", "v25.0"), ("ad_account", "1234"), email]),
        (
            Method::Delete,
            "https://graph.facebook.com/v25.0/act_1234/usersofanyaudience".into(),
            format!(
                "payload=%7B%22schema%22%3A%5B%22EMAIL_SHA256%22%5D%2C%22data%22%3A%5B%5B%22{hash}%22%5D%5D%7D"
            ),
        )
    );
    assert_eq!(
        request(System::TikTokAds, 0, &[("advertiser", "12"), ("audience", "34"), email]),
        (
            Method::Post,
            "https://business-api.tiktok.com/open_api/v1.3/segment/mapping/".into(),
            format!(
                r#"{{"advertiser_ids":["12"],"action":"delete","id_schema":["EMAIL_SHA256"],"batch_data":[[{{"id":"{hash}","audience_ids":["34"]}}]]}}"#
            ),
        )
    );
    let (_, _, google) = request(System::GoogleAds, 0, &[("customer", "12"), ("audience", "34"), email]);
    let google: Value = serde_json::from_str(&google).unwrap();
    assert_eq!(google["destinations"][0]["operatingAccount"]["accountId"], json!("12"));
    assert_eq!(google["audienceMembers"].as_array().unwrap().len(), 1);
    // Whom Google knows by an address without dots and plus it finds by that alone.
    let ada =
        |email| request(System::GoogleAds, 0, &[("customer", "12"), ("audience", "34"), ("email", email)]);
    assert_eq!(ada("Ada.L+news@gmail.com"), ada("adal@gmail.com"));
    assert_eq!(
        request(System::Stripe, 1, &[("customer", "cus_1")]).2,
        "objects%5Bcustomers%5D%5B%5D=cus_1&validation_behavior=fix"
    );
    assert_eq!(
        request(System::GoogleAnalytics, 0, &[("property", "7"), ("client", "1.2")]),
        (
            Method::Post,
            "https://analyticsadmin.googleapis.com/v1alpha/properties/7:submitUserDeletion".into(),
            r#"{"clientId":"1.2"}"#.into(),
        )
    );
    assert_eq!(
        request(System::PostHog, 0, &[("host", "eu.posthog.com"), ("project", "1"), ("person", "../2")]),
        (
            Method::Delete,
            "https://eu.posthog.com/api/projects/1/persons/..%2F2/?delete_events=true".into(),
            String::new(),
        )
    );
}
