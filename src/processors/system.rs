//! The twelve systems as a list, and one way to read a payload of any of them.

use std::{convert::Infallible, fmt};

use super::{
    Misfit, PayloadError, Reading, amazon_music, apple_music, deezer, facebook_ads, feature_fm, google_ads,
    google_analytics, pandora, payload::JsonPath, posthog, spotify, stripe, tiktok_ads,
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

    /// The id that the policy registers it under.
    pub const fn id(self) -> ProcessorId {
        match self {
            Self::FacebookAds => ProcessorId::FACEBOOK_ADS,
            Self::GoogleAds => ProcessorId::GOOGLE_ADS,
            Self::TikTokAds => ProcessorId::TIKTOK_ADS,
            Self::Stripe => ProcessorId::STRIPE,
            Self::GoogleAnalytics => ProcessorId::GOOGLE_ANALYTICS,
            Self::PostHog => ProcessorId::POSTHOG,
            Self::Spotify => ProcessorId::SPOTIFY,
            Self::AppleMusic => ProcessorId::APPLE_MUSIC,
            Self::Deezer => ProcessorId::DEEZER,
            Self::Pandora => ProcessorId::PANDORA,
            Self::AmazonMusic => ProcessorId::AMAZON_MUSIC,
            Self::FeatureFm => ProcessorId::FEATURE_FM,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FacebookAds => "Facebook Ads",
            Self::GoogleAds => "Google Ads",
            Self::TikTokAds => "TikTok Ads",
            Self::Stripe => "Stripe",
            Self::GoogleAnalytics => "Google Analytics",
            Self::PostHog => "PostHog",
            Self::Spotify => "Spotify",
            Self::AppleMusic => "Apple Music",
            Self::Deezer => "Deezer",
            Self::Pandora => "Pandora",
            Self::AmazonMusic => "Amazon Music",
            Self::FeatureFm => "Feature.fm",
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
