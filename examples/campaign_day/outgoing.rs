//! The only way out: which system is sent which data, and a transport that sends nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    data::{AdPerformanceData, AnalyticsData, PaymentData, StreamingData, UserData},
    gate::{Cleared, Gate, Lapsed, Recipient},
    processors::{
        Body, EventId, FacebookAds, FeatureFm, PostHog, Spotify, Stripe, facebook_ads, feature_fm, posthog,
        spotify, stripe,
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
    pub(super) fn send<T, R: Takes<T>>(
        &mut self,
        cleared: Cleared<T, R>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<(), Lapsed<T>> {
        let body = R::body(cleared, gate, now)?;
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

/// A recipient that takes data of a type: this pairs each with the function that builds its body.
///
/// What is not here cannot be sent, whatever anybody consents to.
pub(super) trait Takes<T>: Recipient + Copy + Sized + 'static {
    fn body(cleared: Cleared<T, Self>, gate: &Gate, now: DateTime<Utc>) -> Result<Body, Lapsed<T>>;
}

/// Feature.fm's id of the label's artist, a setting of the host's.
const ARTIST: &str = "5f00campaignday";

/// The key of the host's project at PostHog, which is no secret.
const PROJECT: &str = "phc_campaign_day";

fn event(name: &str, at: DateTime<Utc>) -> facebook_ads::Event<'_> {
    facebook_ads::Event { id: EventId::random(), name, at }
}

impl Takes<AdPerformanceData> for FacebookAds {
    fn body(
        cleared: Cleared<AdPerformanceData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<AdPerformanceData>> {
        facebook_ads::send_ad_performance(cleared, gate, now, event("CampaignReport", now))
    }
}

impl Takes<StreamingData> for FacebookAds {
    fn body(
        cleared: Cleared<StreamingData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<StreamingData>> {
        facebook_ads::send_streaming(cleared, gate, now, event("ViewContent", now))
    }
}

impl Takes<UserData> for FacebookAds {
    fn body(
        cleared: Cleared<UserData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<UserData>> {
        facebook_ads::send_user(cleared, gate, now, event("CompleteRegistration", now))
    }
}

impl Takes<UserData> for Stripe {
    fn body(
        cleared: Cleared<UserData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<UserData>> {
        stripe::send_user(cleared, gate, now)
    }
}

impl Takes<PaymentData> for Stripe {
    fn body(
        cleared: Cleared<PaymentData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<PaymentData>> {
        stripe::send_payment(cleared, gate, now)
    }
}

impl Takes<AnalyticsData> for PostHog {
    fn body(
        cleared: Cleared<AnalyticsData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<AnalyticsData>> {
        posthog::send_analytics(cleared, gate, now, PROJECT, EventId::random())
    }
}

impl Takes<StreamingData> for Spotify {
    fn body(
        cleared: Cleared<StreamingData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<StreamingData>> {
        spotify::send_items(cleared, gate, now)
    }
}

impl Takes<UserData> for Spotify {
    fn body(
        cleared: Cleared<UserData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<UserData>> {
        spotify::send_user(cleared, gate, now)
    }
}

impl Takes<StreamingData> for FeatureFm {
    fn body(
        cleared: Cleared<StreamingData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<StreamingData>> {
        feature_fm::send_streaming(cleared, gate, now, ARTIST)
    }
}

impl Takes<AdPerformanceData> for FeatureFm {
    fn body(
        cleared: Cleared<AdPerformanceData, Self>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<Body, Lapsed<AdPerformanceData>> {
        feature_fm::send_ad_performance(cleared, gate, now)
    }
}
