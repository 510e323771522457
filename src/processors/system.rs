//! The twelve systems as a list, and one way to read a payload of any of them.

use std::{convert::Infallible, fmt};

use super::{
    Deletion, Identity, Misfit, PayloadError, Reading, amazon_music, apple_music, deezer, facebook_ads,
    feature_fm, google_ads, google_analytics, pandora, payload::JsonPath, posthog, spotify, stripe,
    tiktok_ads,
};
use crate::{
    data::{AdPerformanceData, AnalyticsData, PaymentData, StreamingData},
    vocabulary::{ProcessorId, SubjectId},
};

/// One of the twelve systems that the policy names.
///
/// Code that knows which system it talks to calls that system's own `read`; this is for code that learns it at
/// run time.
///
/// ```
/// use dynamoi_privacy::processors::{AnyReading, System};
/// use dynamoi_privacy::vocabulary::{ProcessorId, SubjectId};
///
/// let system = System::of(&"stripe".parse()?).ok_or("none of the twelve")?;
/// assert_eq!((system.id(), system.name()), (ProcessorId::STRIPE, "Stripe"));
/// let payload = br#"{"object": "customer", "address": {"city": "Graz"}}"#;
/// let AnyReading::Payment(reading) = system.read(SubjectId::random(), payload)? else { panic!("it gives payment data") };
/// assert_eq!(reading.kept().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the policy names twelve; another is a new version of the crate")]
pub enum System {
    /// Facebook Ads.
    FacebookAds,
    /// Google Ads.
    GoogleAds,
    /// TikTok Ads.
    TikTokAds,
    /// Stripe.
    Stripe,
    /// Google Analytics.
    GoogleAnalytics,
    /// PostHog.
    PostHog,
    /// Spotify.
    Spotify,
    /// Apple Music.
    AppleMusic,
    /// Deezer.
    Deezer,
    /// Pandora.
    Pandora,
    /// Amazon Music.
    AmazonMusic,
    /// Feature.fm.
    FeatureFm,
}

impl System {
    /// The twelve, in the order of the policy.
    pub const ALL: [Self; 12] = [
        Self::FacebookAds,
        Self::GoogleAds,
        Self::TikTokAds,
        Self::Stripe,
        Self::GoogleAnalytics,
        Self::PostHog,
        Self::Spotify,
        Self::AppleMusic,
        Self::Deezer,
        Self::Pandora,
        Self::AmazonMusic,
        Self::FeatureFm,
    ];

    /// The system of an id, if it is one of the twelve.
    pub fn of(id: &ProcessorId) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.id() == *id)
    }

    /// Who it is.
    pub const fn identity(self) -> &'static Identity {
        match self {
            Self::FacebookAds => &facebook_ads::IDENTITY,
            Self::GoogleAds => &google_ads::IDENTITY,
            Self::TikTokAds => &tiktok_ads::IDENTITY,
            Self::Stripe => &stripe::IDENTITY,
            Self::GoogleAnalytics => &google_analytics::IDENTITY,
            Self::PostHog => &posthog::IDENTITY,
            Self::Spotify => &spotify::IDENTITY,
            Self::AppleMusic => &apple_music::IDENTITY,
            Self::Deezer => &deezer::IDENTITY,
            Self::Pandora => &pandora::IDENTITY,
            Self::AmazonMusic => &amazon_music::IDENTITY,
            Self::FeatureFm => &feature_fm::IDENTITY,
        }
    }

    /// The id that the policy registers it under.
    pub fn id(self) -> ProcessorId {
        self.identity().id.clone()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.identity().name
    }

    /// How a person's data is deleted there.
    pub const fn deletion(self) -> Deletion {
        match self {
            Self::FacebookAds => facebook_ads::DELETION,
            Self::GoogleAds => google_ads::DELETION,
            Self::TikTokAds => tiktok_ads::DELETION,
            Self::Stripe => stripe::DELETION,
            Self::GoogleAnalytics => google_analytics::DELETION,
            Self::PostHog => posthog::DELETION,
            Self::Spotify => spotify::DELETION,
            Self::AppleMusic => apple_music::DELETION,
            Self::Deezer => deezer::DELETION,
            Self::Pandora => pandora::DELETION,
            Self::AmazonMusic => amazon_music::DELETION,
            Self::FeatureFm => feature_fm::DELETION,
        }
    }

    /// Reads a payload of the system about a subject, by the system's own reader.
    ///
    /// # Errors
    /// When the payload is none of the system's, or an error of the system's own.
    pub fn read(self, subject: SubjectId, payload: &[u8]) -> Result<AnyReading, PayloadError> {
        Ok(match self {
            Self::FacebookAds => AnyReading::AdPerformance(facebook_ads::read(subject, payload)?),
            Self::GoogleAds => AnyReading::AdPerformance(google_ads::read(subject, payload)?),
            Self::TikTokAds => AnyReading::AdPerformance(tiktok_ads::read(subject, payload)?),
            Self::Stripe => AnyReading::Payment(stripe::read(subject, payload)?),
            Self::GoogleAnalytics => AnyReading::Analytics(google_analytics::read(subject, payload)?),
            Self::PostHog => AnyReading::Analytics(posthog::read(subject, payload)?),
            Self::Spotify => AnyReading::Streaming(spotify::read(subject, payload)?),
            Self::AppleMusic => AnyReading::Streaming(apple_music::read(subject, payload)?),
            Self::Deezer => AnyReading::Streaming(deezer::read(subject, payload)?),
            Self::Pandora => AnyReading::Streaming(pandora::read(subject, payload)?),
            Self::AmazonMusic => AnyReading::Streaming(amazon_music::read(subject, payload)?),
            Self::FeatureFm => AnyReading::Nothing(feature_fm::read(subject, payload)?),
        })
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What was read of a payload of some system, by the category that the system gives (section 1).
#[derive(Debug)]
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "what the policy collects from systems, and nothing")]
pub enum AnyReading {
    /// Of an ad network.
    AdPerformance(Reading<AdPerformanceData>),
    /// Of the payment processor.
    Payment(Reading<PaymentData>),
    /// Of an analytics provider.
    Analytics(Reading<AnalyticsData>),
    /// Of a streaming service.
    Streaming(Reading<StreamingData>),
    /// Of a system that the policy does not collect from.
    Nothing(Reading<Infallible>),
}

impl AnyReading {
    /// How many rows were kept.
    pub fn kept(&self) -> usize {
        match self {
            Self::AdPerformance(reading) => reading.kept().len(),
            Self::Payment(reading) => reading.kept().len(),
            Self::Analytics(reading) => reading.kept().len(),
            Self::Streaming(reading) => reading.kept().len(),
            Self::Nothing(reading) => reading.kept().len(),
        }
    }

    /// The places of everything that was not kept, in the payload's order.
    pub fn dropped(&self) -> &[JsonPath] {
        match self {
            Self::AdPerformance(reading) => reading.dropped(),
            Self::Payment(reading) => reading.dropped(),
            Self::Analytics(reading) => reading.dropped(),
            Self::Streaming(reading) => reading.dropped(),
            Self::Nothing(reading) => reading.dropped(),
        }
    }

    /// The rows that could not be read.
    pub fn refused(&self) -> &[Misfit] {
        match self {
            Self::AdPerformance(reading) => reading.refused(),
            Self::Payment(reading) => reading.refused(),
            Self::Analytics(reading) => reading.refused(),
            Self::Streaming(reading) => reading.refused(),
            Self::Nothing(reading) => reading.refused(),
        }
    }
}
