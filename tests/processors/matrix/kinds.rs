//! Every kind of request that a body is built for, and what the host says beside the data.

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    data::{AdPerformanceData, AnalyticsData, PaymentData, PersonalData, StreamingData, UserData},
    processors::{
        AmazonMusic, AppleMusic, Deezer, EventId, FacebookAds, FeatureFm, GoogleAds, GoogleAnalytics,
        Listing, Pandora, PostHog, Spotify, Stripe, Takes, TikTokAds, facebook_ads, feature_fm, google_ads,
        posthog, tiktok_ads,
    },
};

use crate::payloads::now;

/// A system that takes data of a type, with every kind of request that there is for it.
pub(crate) trait Kinds<T: PersonalData>: Takes<T> + Copy + 'static {
    const SYSTEM: Self;

    fn kinds() -> Vec<Kind<Self::With<'static>>>;
}

/// A kind of request.
pub(crate) struct Kind<W> {
    /// The row of the system's table in `documented`.
    pub(crate) row: &'static str,
    /// What is said beside the data, in a word.
    pub(crate) beside: &'static str,
    pub(crate) with: W,
}

fn kind<W>(row: &'static str, beside: &'static str, with: W) -> Kind<W> {
    Kind { row, beside, with }
}

macro_rules! kinds {
    ($($system:ident takes $data:ident: $kinds:expr;)+) => {
        $(
            impl Kinds<$data> for $system {
                const SYSTEM: Self = $system;

                fn kinds() -> Vec<Kind<Self::With<'static>>> {
                    $kinds
                }
            }
        )+

        /// Calls `$then::<data, system>(argument)` for every pair that is listed here.
        macro_rules! for_every_kind {
            ($then:ident, $argument:expr) => { $( $then::<dynamoi_privacy::data::$data, dynamoi_privacy::processors::$system>($argument); )+ };
        }
        pub(crate) use for_every_kind;
    };
}

kinds! {
    FacebookAds takes UserData: meta("user");
    FacebookAds takes AdPerformanceData: meta("ad_performance");
    FacebookAds takes StreamingData: meta("streaming");
    GoogleAds takes UserData: clicks().into_iter().map(|(beside, click)| kind("user", beside, conversion(click))).collect();
    GoogleAds takes AdPerformanceData: uploads("ad_performance", &FIGURES);
    GoogleAds takes StreamingData: uploads("streaming", &MUSIC);
    TikTokAds takes UserData: tiktok("user");
    TikTokAds takes AdPerformanceData: tiktok("ad_performance");
    TikTokAds takes StreamingData: tiktok("streaming");
    Stripe takes UserData: vec![kind("user", "", ())];
    Stripe takes PaymentData: vec![kind("payment", "", ())];
    GoogleAnalytics takes AnalyticsData: vec![kind("analytics", "", EventId::random())];
    PostHog takes AnalyticsData: vec![kind("analytics", "", posthog::Event { project: "phc_tests", id: EventId::random() })];
    Spotify takes UserData: vec![kind("user", "", ())];
    Spotify takes StreamingData: listings();
    AppleMusic takes UserData: vec![kind("user", "", ())];
    AppleMusic takes StreamingData: listings();
    Deezer takes UserData: vec![kind("user", "", ())];
    Deezer takes StreamingData: listings();
    Pandora takes UserData: vec![kind("user", "", ())];
    Pandora takes StreamingData: vec![kind("streaming", "", ())];
    AmazonMusic takes UserData: vec![kind("user", "", ())];
    AmazonMusic takes StreamingData: listings();
    FeatureFm takes AdPerformanceData: vec![kind("ad_performance", "", ())];
    FeatureFm takes StreamingData: vec![kind("streaming", "", LINK), kind("streaming", "no stores", feature_fm::SmartLink { stores: &[], ..LINK })];
}

const LINK: feature_fm::SmartLink<'static> = feature_fm::SmartLink {
    artist: "5f00",
    short_id: "note-g",
    domain: "https://ffm.to",
    stores: &[feature_fm::Store { id: "youtube", url: "https://www.youtube.com/watch?v=1" }],
};

fn meta(row: &'static str) -> Vec<Kind<facebook_ads::Event<'static>>> {
    let event = |name, at, state| facebook_ads::Event { id: EventId::random(), name, at, state };
    vec![
        kind(row, "", event("CompleteRegistration", now(), None)),
        kind(row, "CA", event("ViewContent", now(), Some("CA"))),
        kind(row, "AK", event(FIFTY, now() - TimeDelta::days(7), Some("AK"))),
        kind(row, "no name", event("", now(), None)),
        kind(row, "a long name", event(FIFTY_ONE, now(), None)),
        kind(row, "a purchase", event("Purchase", now(), None)),
        kind(row, "long ago", event("Lead", now() - TimeDelta::days(7) - TimeDelta::seconds(1), None)),
    ]
}

const FIFTY: &str = "EventOfTheHost's own, with a name of fifty letters";
const FIFTY_ONE: &str = "EventOfTheHost's own, with a name of fifty-one more";

fn clicks() -> [(&'static str, Option<google_ads::Click<'static>>); 4] {
    use google_ads::Click::{Gbraid, Gclid, Wbraid};
    [
        ("no click", None),
        ("gclid", Some(Gclid("EAIaIQobChMI"))),
        ("gbraid", Some(Gbraid("0AAAAA"))),
        ("wbraid", Some(Wbraid("Cj8KCQ"))),
    ]
}

fn conversion(click: Option<google_ads::Click<'static>>) -> google_ads::Conversion<'static> {
    // A fraction of a second is in no format of Google's.
    let at: DateTime<Utc> = now() + TimeDelta::nanoseconds(999_999_999);
    let action = "customers/1234567890/conversionActions/987654321";
    google_ads::Conversion { id: EventId::random(), action, at, click }
}

const FIGURES: [google_ads::Variable<'static, google_ads::Figure>; 8] = {
    use google_ads::{Figure::*, Variable};
    [
        Variable { name: "customers/1/conversionCustomVariables/1", holds: CampaignId },
        Variable { name: "customers/1/conversionCustomVariables/2", holds: CampaignName },
        Variable { name: "customers/1/conversionCustomVariables/3", holds: FirstDay },
        Variable { name: "customers/1/conversionCustomVariables/4", holds: LastDay },
        Variable { name: "customers/1/conversionCustomVariables/5", holds: Spend },
        Variable { name: "customers/1/conversionCustomVariables/6", holds: Currency },
        Variable { name: "customers/1/conversionCustomVariables/7", holds: Impressions },
        Variable { name: "customers/1/conversionCustomVariables/8", holds: Clicks },
    ]
};

const MUSIC: [google_ads::Variable<'static, google_ads::Music>; 5] = {
    use google_ads::{Music::*, Variable};
    [
        Variable { name: "customers/1/conversionCustomVariables/1", holds: Id },
        Variable { name: "customers/1/conversionCustomVariables/2", holds: Title },
        Variable { name: "customers/1/conversionCustomVariables/3", holds: Artists },
        Variable { name: "customers/1/conversionCustomVariables/4", holds: Album },
        Variable { name: "customers/1/conversionCustomVariables/5", holds: Isrc },
    ]
};

fn uploads<V>(
    row: &'static str,
    variables: &'static [google_ads::Variable<'static, V>],
) -> Vec<Kind<google_ads::Upload<'static, V>>> {
    let upload = |click, variables| google_ads::Upload { conversion: conversion(click), variables };
    let each = clicks().into_iter().map(|(beside, click)| kind(row, beside, upload(click, variables)));
    let none = upload(Some(google_ads::Click::Gclid("EAIaIQobChMI")), &[]);
    each.chain([kind(row, "no variables", none)]).collect()
}

fn tiktok(row: &'static str) -> Vec<Kind<tiktok_ads::Event<'static>>> {
    use tiktok_ads::Source::{Offline, Web};
    let event = |name, source| tiktok_ads::Event { id: EventId::random(), name, at: now(), source };
    vec![
        kind(row, "web", event("CompleteRegistration", Web { pixel: "COQDA8RC77U2TMR44LI0" })),
        kind(row, "offline", event("Event of the host's own", Offline { event_set: "7123456789" })),
        kind(row, "no name", event("", Web { pixel: "COQDA8RC77U2TMR44LI0" })),
    ]
}

fn listings() -> Vec<Kind<Listing>> {
    vec![kind("streaming/playlist", "", Listing::Playlist), kind("streaming/tracks", "", Listing::Tracks)]
}
