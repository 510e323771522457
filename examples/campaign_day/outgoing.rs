//! The only way out: what each system wants to know beside the data, and a transport that sends nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    data::{AdPerformanceData, AnalyticsData, PaymentData, PersonalData, StreamingData, UserData},
    gate::{Cleared, Gate},
    processors::{
        Body, EventId, FacebookAds, FeatureFm, Listing, PostHog, Spotify, Stripe, Takes, Unsent,
        facebook_ads, feature_fm, posthog,
    },
    vocabulary::ProcessorId,
};

/// The transport to the systems. Nothing is sent anywhere: it builds each body, counts it and throws it away.
#[derive(Default)]
pub(super) struct Transport {
    bodies: BTreeMap<ProcessorId, usize>,
}

impl Transport {
    /// Sends what was cleared for a recipient to that recipient: the address follows from the type, so data
    /// that was cleared for one system cannot be sent to another.
    pub(super) fn send<T: PersonalData, R: Addressed<T>>(
        &mut self,
        cleared: Cleared<T, R>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<(), Unsent<T>> {
        let body = cleared.send(gate, now, R::with(now))?;
        self.post(R::ID, body);
        Ok(())
    }

    /// How many bodies were built for a system.
    pub(super) fn bodies(&self, system: &ProcessorId) -> usize {
        self.bodies.get(system).copied().unwrap_or(0)
    }

    /// Here a real transport makes the request; it logs neither the body nor the answer.
    fn post(&mut self, to: ProcessorId, body: Body) {
        drop(body);
        *self.bodies.entry(to).or_default() += 1;
    }
}

/// A recipient that takes data of a type, and what it wants to know beside it: the host's settings.
///
/// What the library has no way to send cannot be listed here, whatever anybody consents to.
pub(super) trait Addressed<T: PersonalData>: Takes<T> + Copy + 'static {
    fn with(now: DateTime<Utc>) -> Self::With<'static>;
}

fn event(name: &'static str, at: DateTime<Utc>) -> facebook_ads::Event<'static> {
    facebook_ads::Event { id: EventId::random(), name, at, state: None }
}

impl Addressed<AdPerformanceData> for FacebookAds {
    fn with(now: DateTime<Utc>) -> facebook_ads::Event<'static> {
        event("CampaignReport", now)
    }
}

impl Addressed<StreamingData> for FacebookAds {
    fn with(now: DateTime<Utc>) -> facebook_ads::Event<'static> {
        event("ViewContent", now)
    }
}

impl Addressed<UserData> for FacebookAds {
    fn with(now: DateTime<Utc>) -> facebook_ads::Event<'static> {
        event("CompleteRegistration", now)
    }
}

impl Addressed<UserData> for Stripe {
    fn with(_: DateTime<Utc>) {}
}

impl Addressed<PaymentData> for Stripe {
    fn with(_: DateTime<Utc>) {}
}

impl Addressed<AnalyticsData> for PostHog {
    fn with(_: DateTime<Utc>) -> posthog::Event<'static> {
        posthog::Event { project: "phc_campaign_day", id: EventId::random() }
    }
}

impl Addressed<StreamingData> for Spotify {
    fn with(_: DateTime<Utc>) -> Listing {
        Listing::Tracks
    }
}

impl Addressed<UserData> for Spotify {
    fn with(_: DateTime<Utc>) {}
}

impl Addressed<StreamingData> for FeatureFm {
    fn with(_: DateTime<Utc>) -> feature_fm::SmartLink<'static> {
        const STORES: [feature_fm::Store<'static>; 1] = [feature_fm::Store {
            id: "spotify",
            url: "https://open.spotify.com/track/3n3Ppam7vgaVa1iaRUc9Lp",
        }];
        let domain = "https://ffm.to";
        feature_fm::SmartLink { artist: "5f00campaignday", short_id: "campaign-day", domain, stores: &STORES }
    }
}

impl Addressed<AdPerformanceData> for FeatureFm {
    fn with(_: DateTime<Utc>) {}
}
