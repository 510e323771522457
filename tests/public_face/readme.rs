//! The README's table of the systems says what the code does, row by row.

use std::{collections::BTreeSet, fs, marker::PhantomData, path::Path};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::{AdPerformanceData, AnalyticsData, PaymentData, PersonalData, StreamingData, UserData},
    gate::{Gate, Guarded},
    policy::{History, VendorTerms},
    processors::{
        AmazonMusic, AnyReading, AppleMusic, Deezer, Deletion, EventId, FacebookAds, FeatureFm, GoogleAds,
        GoogleAnalytics, Method, Pandora, PostHog, Spotify, Stripe, System, Takes, TikTokAds, facebook_ads,
        google_ads, posthog, tiktok_ads,
    },
    vocabulary::{DataCategory, Purpose, SubjectId},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The cells of the table below its head.
fn table() -> Vec<Vec<&'static str>> {
    let (_, table) = include_str!("../../README.md").split_once("\n|---|---|---|---|---|\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// Every row with its system.
fn rows() -> impl Iterator<Item = (System, [&'static str; 4])> {
    let rows = table();
    let names: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, System::ALL.map(System::name), "a row for each system, in the order of the policy");
    System::ALL.into_iter().zip(rows).map(|(system, row)| (system, row[1..].try_into().unwrap()))
}

fn words(id: &str) -> String {
    id.replace('_', " ")
}

/// The categories that stand before a colon.
fn categories(cell: &str) -> BTreeSet<DataCategory> {
    let listed = cell.split(':').next().unwrap().split(", ").filter(|category| *category != "nothing");
    let category = |word: &str| DataCategory::ALL.into_iter().find(|known| words(known.as_str()) == word);
    listed.map(|word| category(word).unwrap_or_else(|| panic!("{cell}"))).collect()
}

#[test]
fn each_row_says_what_is_read() {
    for (system, [gives, ..]) in rows() {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/campaign_day").join(system.id().as_str());
        let payloads = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
        let read = payloads.filter_map(|payload| system.read(SubjectId::random(), &payload).ok());
        let given: BTreeSet<_> = read
            .filter_map(|reading| match reading {
                AnyReading::AdPerformance(_) => Some(DataCategory::AdPerformance),
                AnyReading::Payment(_) => Some(DataCategory::Payment),
                AnyReading::Analytics(_) => Some(DataCategory::Analytics),
                AnyReading::Streaming(_) => Some(DataCategory::Streaming),
                AnyReading::Nothing(_) => None,
            })
            .collect();
        assert_eq!(categories(gives), given, "{system}");
        let history = History::dynamoi();
        let policy = history.version("1.0.0").unwrap();
        let kind = system.identity().kind;
        let collected =
            DataCategory::ALL.into_iter().filter(|category| policy.collects_from(*category, kind));
        assert_eq!(given, collected.collect(), "{system}");
    }
}

/// Whether `R: Takes<T>`: the constant of the type itself is there only then, and is found first.
struct Pair<T, R>(PhantomData<(T, R)>);

trait Unsendable {
    const TAKEN: bool = false;
}

impl<T, R> Unsendable for Pair<T, R> {}

impl<T: PersonalData, R: Takes<T>> Pair<T, R> {
    const TAKEN: bool = true;
}

macro_rules! taken {
    ($($recipient:ident)*) => {
        [$([
            (DataCategory::AdPerformance, Pair::<AdPerformanceData, $recipient>::TAKEN),
            (DataCategory::User, Pair::<UserData, $recipient>::TAKEN),
            (DataCategory::Payment, Pair::<PaymentData, $recipient>::TAKEN),
            (DataCategory::Analytics, Pair::<AnalyticsData, $recipient>::TAKEN),
            (DataCategory::Streaming, Pair::<StreamingData, $recipient>::TAKEN),
        ]),*]
    };
}

#[test]
fn each_row_says_what_can_be_sent_and_for_what_it_may_be() {
    let taken = taken!(FacebookAds GoogleAds TikTokAds Stripe GoogleAnalytics PostHog Spotify AppleMusic Deezer Pandora AmazonMusic FeatureFm);
    let history = History::dynamoi();
    let policy = history.version("1.0.0").unwrap();
    for ((system, [_, gets, ..]), taken) in rows().zip(taken) {
        let (_, purpose) = gets.split_once(": ").unwrap();
        let categories = categories(gets);
        let sendable: BTreeSet<_> =
            taken.into_iter().filter(|(_, taken)| *taken).map(|(category, _)| category).collect();
        assert_eq!(categories, sendable, "{system}");
        let said: BTreeSet<_> =
            categories.into_iter().map(|category| (purpose.to_owned(), category)).collect();
        let mut shared = BTreeSet::new();
        for purpose in Purpose::ALL {
            let categories = DataCategory::ALL.into_iter();
            let categories =
                categories.filter(|category| policy.shares(purpose, *category, system.identity().kind));
            shared.extend(categories.map(|category| (words(purpose.as_str()), category)));
        }
        assert_eq!(said, shared, "{system}");
    }
}

/// What the systems call their consent signals, and what stands inside.
const SIGNALS: [&str; 8] = [
    "data_processing_options",
    "consent",
    "adUserData",
    "limited_data_use",
    "ad_user_data",
    "ad_personalization",
    "$process_person_profile",
    "$geoip_disable",
];

/// A body for the system, of somebody who consents to its purpose.
fn body(system: System) -> String {
    use Purpose::{Billing, EngagementAnalysis, MarketingCampaigns, MusicDistribution, Promotion};
    let user = r#"{"name": "Ada", "email": "ada@example.com"}"#;
    let (id, at) = (EventId::random(), now());
    match system {
        System::FacebookAds => {
            let event = facebook_ads::Event { id, name: "Lead", at, state: None };
            send::<UserData, _>(user, MarketingCampaigns, FacebookAds, event)
        }
        System::GoogleAds => {
            let conversion =
                google_ads::Conversion { id, action: "customers/1/conversionActions/2", at, click: None };
            send::<UserData, _>(user, MarketingCampaigns, GoogleAds, conversion)
        }
        System::TikTokAds => {
            let event =
                tiktok_ads::Event { id, name: "Lead", at, source: tiktok_ads::Source::Web { pixel: "P" } };
            send::<UserData, _>(user, MarketingCampaigns, TikTokAds, event)
        }
        System::Stripe => send::<UserData, _>(user, Billing, Stripe, ()),
        System::GoogleAnalytics => {
            send::<AnalyticsData, _>(r#"{"sessions": 1}"#, EngagementAnalysis, GoogleAnalytics, id)
        }
        System::PostHog => {
            let event = posthog::Event { project: "phc_1", id };
            send::<AnalyticsData, _>(r#"{"sessions": 1}"#, EngagementAnalysis, PostHog, event)
        }
        System::Spotify => send::<UserData, _>(user, MusicDistribution, Spotify, ()),
        System::AppleMusic => send::<UserData, _>(user, MusicDistribution, AppleMusic, ()),
        System::Deezer => send::<UserData, _>(user, MusicDistribution, Deezer, ()),
        System::Pandora => send::<UserData, _>(user, MusicDistribution, Pandora, ()),
        System::AmazonMusic => send::<UserData, _>(user, MusicDistribution, AmazonMusic, ()),
        System::FeatureFm => send::<AdPerformanceData, _>(r#"{"clicks": 1}"#, Promotion, FeatureFm, ()),
    }
}

fn now() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn send<T: PersonalData + DeserializeOwned, R: Takes<T>>(
    data: &str,
    purpose: Purpose,
    to: R,
    with: R::With<'_>,
) -> String {
    let (gate, subject) = (Gate::new(History::dynamoi()), SubjectId::random());
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    gate.record(Event::grant(subject, purpose, "1.0.0", now())).unwrap();
    let data = Guarded::new(subject, serde_json::from_str::<T>(data).unwrap());
    gate.share(data, purpose, to, now()).unwrap().send(&gate, now(), with).unwrap().into_string()
}

fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            into.insert(name.clone());
            names(value, into);
        }),
        Value::Array(elements) => elements.iter().for_each(|value| names(value, into)),
        _ => {}
    }
}

#[test]
fn each_row_says_which_fields_tell_of_the_persons_choices() {
    for (system, [_, _, told, _]) in rows() {
        let mut fields = BTreeSet::new();
        // The one body that is no JSON is a form, and takes no signal.
        names(&serde_json::from_str(&body(system)).unwrap_or_default(), &mut fields);
        fields.retain(|field| SIGNALS.contains(&field.as_str()));
        let said: BTreeSet<String> = told.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(said, fields, "{system}");
        assert_eq!(told.starts_with("nothing: "), said.is_empty(), "{system}");
    }
}

#[test]
fn each_row_says_how_the_system_deletes() {
    for (system, [.., deletes]) in rows() {
        let said: BTreeSet<&str> = deletes.split('`').skip(1).step_by(2).collect();
        let methods: BTreeSet<&str> = match system.deletion() {
            Deletion::Documented(requests) => requests
                .iter()
                .map(|request| match request.method() {
                    Method::Delete => "DELETE",
                    Method::Post => "POST",
                })
                .collect(),
            Deletion::NoneDocumented => BTreeSet::new(),
            Deletion::Unknown => panic!("{system} is one of the twelve"),
        };
        assert_eq!(said, methods, "{system}");
        assert_eq!(deletes.starts_with("none is documented"), said.is_empty(), "{system}");
        let days = VendorTerms::shipped().of(&system.id()).unwrap().delete_obtained_within_days;
        let within = days.map(|days| format!("within {days} days"));
        assert_eq!(deletes.contains("days"), within.is_some(), "{system}");
        assert!(within.is_none_or(|within| deletes.contains(&within)), "{system}");
    }
}
