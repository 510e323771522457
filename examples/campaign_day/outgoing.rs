//! The only way out: what goes to whom, and what each system wants to know beside the data.

use std::{collections::BTreeMap, rc::Rc};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    data::{AdPerformanceData, AnalyticsData, PaymentData, StreamingData, UserData},
    gate::{Cleared, Gate, Guarded, Lapsed, Recipient, Request},
    processors::{
        AmazonMusic, AppleMusic, Deezer, EventId, FacebookAds, FeatureFm, GoogleAds, GoogleAnalytics,
        Listing, NotSent, Pandora, PostHog, Spotify, Stripe, Takes, TikTokAds, Unsent, facebook_ads,
        feature_fm,
        google_ads::{self, Click, Figure, Music, Variable},
        posthog, tiktok_ads,
    },
    vocabulary::{DataCategory, ProcessorId},
};
use serde_json::{Value, json};

use super::{
    backend::{Backend, Parcel},
    database::Kept,
};

dynamoi_privacy::recipient! {
    /// An ad network beside the twelve, which the policy of the afternoon registers.
    pub(super) Adform = "adform"
}

/// The ways out, by category and recipient.
#[derive(Default)]
pub(super) struct Ways(BTreeMap<(DataCategory, ProcessorId), Way>);

/// Asks to share each stored row of a subject with one recipient; what is cleared is ready to be sent.
pub(super) type Way = Rc<dyn Fn(&mut Backend, &Request) -> Vec<Parcel>>;

impl Ways {
    /// Every way out, a line each: the data, the recipient, and what that recipient wants to know beside the data.
    ///
    /// What the library has no way to send does not compile here, whatever anybody consents to. The list is there
    /// because a timeline says at run time what goes to whom. Code that knows it needs none:
    /// `gate.share(user, Purpose::Billing, Stripe, now)?.send(&gate, now, ())?`.
    pub(super) fn all() -> Self {
        Self::default()
            .to::<AdPerformanceData, _>(FacebookAds, |now| meta("CampaignReport", now))
            .to::<StreamingData, _>(FacebookAds, |now| meta("ViewContent", now))
            .to::<UserData, _>(FacebookAds, |now| meta("CompleteRegistration", now))
            .to::<AdPerformanceData, _>(GoogleAds, |now| upload(&FIGURES, now))
            .to::<StreamingData, _>(GoogleAds, |now| upload(&MUSIC, now))
            .to::<UserData, _>(GoogleAds, |now| conversion(None, now))
            .to::<AdPerformanceData, _>(TikTokAds, |now| tiktok("CampaignReport", now))
            .to::<StreamingData, _>(TikTokAds, |now| tiktok("ViewContent", now))
            .to::<UserData, _>(TikTokAds, |now| tiktok("CompleteRegistration", now))
            .to::<PaymentData, _>(Stripe, |_| ())
            .to::<UserData, _>(Stripe, |_| ())
            .to::<AnalyticsData, _>(GoogleAnalytics, |_| EventId::random())
            .to::<AnalyticsData, _>(PostHog, |_| posthog::Event { project: "phc_day", id: EventId::random() })
            .to::<StreamingData, _>(Spotify, |_| Listing::Tracks)
            .to::<UserData, _>(Spotify, |_| ())
            .to::<StreamingData, _>(AppleMusic, |_| Listing::Tracks)
            .to::<UserData, _>(AppleMusic, |_| ())
            .to::<StreamingData, _>(Deezer, |_| Listing::Tracks)
            .to::<UserData, _>(Deezer, |_| ())
            .to::<StreamingData, _>(Pandora, |_| ())
            .to::<UserData, _>(Pandora, |_| ())
            .to::<StreamingData, _>(AmazonMusic, |_| Listing::Tracks)
            .to::<UserData, _>(AmazonMusic, |_| ())
            .to::<AdPerformanceData, _>(FeatureFm, |_| ())
            .to::<StreamingData, _>(FeatureFm, |_| LINK)
            // Nobody but the host knows what a request to a registered other looks like.
            .by_hand::<AdPerformanceData, _>(Adform, |data| json!({ "clicks": data.clicks }).to_string())
    }

    /// The way of a category to a recipient, if there is one.
    pub(super) fn of(&self, category: DataCategory, to: &ProcessorId) -> Option<Way> {
        self.0.get(&(category, to.clone())).cloned()
    }

    /// The body is the library's, with the system's own consent signal.
    fn to<T: Kept, R: Takes<T> + Copy + 'static>(
        self,
        recipient: R,
        with: fn(DateTime<Utc>) -> R::With<'static>,
    ) -> Self {
        self.way(
            recipient,
            Rc::new(move |data, gate, now| Ok(data.send(gate, now, with(now))?.into_string())),
        )
    }

    /// The body is the host's own.
    fn by_hand<T: Kept, R: Recipient + Copy + 'static>(self, recipient: R, body: fn(T) -> String) -> Self {
        self.way(recipient, Rc::new(move |data, gate, now| Ok(body(data.open(gate, now)?))))
    }

    fn way<T: Kept, R: Recipient + Copy + 'static>(mut self, recipient: R, build: Build<T, R>) -> Self {
        let way: Way = Rc::new(move |backend, asked| backend.share(asked, recipient, &build));
        self.0.insert((T::CATEGORY, R::ID), way);
        self
    }
}

/// Builds the body of a request of what was cleared for its recipient.
pub(super) type Build<T, R> = Rc<dyn Fn(Cleared<T, R>, &Gate, DateTime<Utc>) -> Result<String, Unbuilt<T>>>;

/// Data of which no body was built, guarded again.
pub(super) struct Unbuilt<T> {
    pub(super) why: NotSent,
    pub(super) data: Guarded<T>,
}

impl<T> From<Unsent<T>> for Unbuilt<T> {
    fn from(unsent: Unsent<T>) -> Self {
        Self { why: *unsent.why(), data: unsent.into_guarded() }
    }
}

impl<T> From<Lapsed<T>> for Unbuilt<T> {
    fn from(lapsed: Lapsed<T>) -> Self {
        Self { why: NotSent::Lapsed(lapsed.lapse()), data: lapsed.into_guarded() }
    }
}

/// Here a real transport makes the request. To whom follows from the type of what was cleared, so what is for one
/// system cannot be sent to another. It logs neither the body nor the answer; what it may log is what the system is
/// told of the person's choices, which is handed back.
pub(super) fn post(_to: &ProcessorId, body: String) -> Option<String> {
    let body: Value = serde_json::from_str(&body).ok()?;
    let told = SIGNALS.iter().filter_map(|name| Some(format!("{name} {}", find(&body, name)?)));
    Some(told.collect::<Vec<_>>().join(", ")).filter(|told| !told.is_empty())
}

/// What the systems call their consent signals.
const SIGNALS: [&str; 5] =
    ["consent", "data_processing_options", "limited_data_use", "$process_person_profile", "$geoip_disable"];

/// The first member of a name, at whatever depth.
fn find<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => {
            members.get(name).or_else(|| members.values().find_map(|value| find(value, name)))
        }
        Value::Array(elements) => elements.iter().find_map(|value| find(value, name)),
        _ => None,
    }
}

fn meta(name: &'static str, at: DateTime<Utc>) -> facebook_ads::Event<'static> {
    facebook_ads::Event { id: EventId::random(), name, at, state: None }
}

fn tiktok(name: &'static str, at: DateTime<Utc>) -> tiktok_ads::Event<'static> {
    let source = tiktok_ads::Source::Web { pixel: "CAMPAIGNDAYPIXEL0001" };
    tiktok_ads::Event { id: EventId::random(), name, at, source }
}

fn conversion(click: Option<Click<'static>>, at: DateTime<Utc>) -> google_ads::Conversion<'static> {
    let action = "customers/1234567890/conversionActions/1";
    google_ads::Conversion { id: EventId::random(), action, at, click }
}

/// Google demands a click where there is no e-mail address; here a host looks up the one that led to the conversion.
fn upload<V>(
    variables: &'static [Variable<'static, V>],
    at: DateTime<Utc>,
) -> google_ads::Upload<'static, V> {
    let click = Click::Gclid("EAIaIQcampaignday");
    google_ads::Upload { conversion: conversion(Some(click), at), variables }
}

/// The custom variables of the host's ad account.
const FIGURES: [Variable<'_, Figure>; 2] = [
    Variable { name: "customers/1234567890/conversionCustomVariables/1", holds: Figure::CampaignId },
    Variable { name: "customers/1234567890/conversionCustomVariables/2", holds: Figure::Clicks },
];
const MUSIC: [Variable<'_, Music>; 1] =
    [Variable { name: "customers/1234567890/conversionCustomVariables/3", holds: Music::Title }];

/// Where the music of the day is to be heard; a host has it from its own catalogue.
const LINK: feature_fm::SmartLink<'_> = feature_fm::SmartLink {
    artist: "5f00campaignday",
    short_id: "campaign-day",
    domain: "https://ffm.to",
    stores: &[feature_fm::Store {
        id: "spotify",
        url: "https://open.spotify.com/track/3n3Ppam7vgaVa1iaRUc9Lp",
    }],
};

#[cfg(test)]
mod tests {
    use super::*;
    use dynamoi_privacy::{policy::History, processors::System, vocabulary::Purpose};

    #[test]
    fn there_is_a_way_out_for_what_the_policy_shares_and_for_nothing_else() {
        let (history, ways) = (History::dynamoi(), Ways::all());
        let policy = history.version("1.0.0").unwrap();
        for system in System::ALL {
            for category in DataCategory::ALL {
                let kind = system.identity().kind;
                let shared = Purpose::ALL.into_iter().any(|purpose| policy.shares(purpose, category, kind));
                assert_eq!(ways.of(category, &system.id()).is_some(), shared, "{category} to {system}");
            }
        }
    }
}
