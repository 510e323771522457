//! The closed lists of the policy: categories, purposes, kinds of processors, legal bases.

use super::words::words;

words! {
    /// A category of personal data (section 1).
    ///
    /// ```
    /// use dynamoi_privacy::vocabulary::DataCategory;
    /// assert_eq!(DataCategory::AdPerformance.as_str(), "ad_performance");
    /// assert_eq!("streaming".parse(), Ok(DataCategory::Streaming));
    /// assert!("Streaming".parse::<DataCategory>().is_err());
    /// ```
    DataCategory, "a data category" {
        /// Spend, impressions, clicks and conversions of campaigns.
        AdPerformance = "ad_performance",
        /// Name, e-mail and account details.
        User = "user",
        /// Billing address and partial card details.
        Payment = "payment",
        /// Page views, session length, conversion rate.
        Analytics = "analytics",
        /// Track performance and playlists.
        Streaming = "streaming",
    }
}

words! {
    /// What personal data is used for (sections 2 and 3).
    ///
    /// ```
    /// use dynamoi_privacy::vocabulary::Purpose;
    /// assert_eq!(Purpose::ALL.len(), 7);
    /// assert_eq!("billing".parse(), Ok(Purpose::Billing));
    /// ```
    Purpose, "a purpose" {
        /// To run the platform and support its users (section 2).
        PlatformOperation = "platform_operation",
        /// To run marketing campaigns on ad networks (section 2).
        MarketingCampaigns = "marketing_campaigns",
        /// To distribute music to streaming services (section 2).
        MusicDistribution = "music_distribution",
        /// To analyse how the platform is used (section 2).
        EngagementAnalysis = "engagement_analysis",
        /// To bill (section 2).
        Billing = "billing",
        /// To promote music through promotion providers (section 2).
        Promotion = "promotion",
        /// To disclose what the law compels (section 3).
        LegalObligation = "legal_obligation",
    }
}

words! {
    /// What a processor does for Dynamoi (sections 1 to 3).
    ///
    /// ```
    /// use dynamoi_privacy::vocabulary::ProcessorKind;
    /// assert_eq!("ad_network".parse(), Ok(ProcessorKind::AdNetwork));
    /// ```
    ProcessorKind, "a kind of processor" {
        /// Facebook Ads, Google Ads, TikTok Ads and similar networks.
        AdNetwork = "ad_network",
        /// Stripe.
        PaymentProcessor = "payment_processor",
        /// Google Analytics, PostHog.
        AnalyticsProvider = "analytics_provider",
        /// Spotify, Apple Music, Deezer, Pandora, Amazon Music and other streaming services.
        StreamingService = "streaming_service",
        /// Feature.fm.
        PromotionProvider = "promotion_provider",
        /// Other third-party providers.
        ServiceProvider = "service_provider",
    }
}

words! {
    /// The ground on which a purpose stands (GDPR article 6(1), points b, a and c).
    ///
    /// ```
    /// use dynamoi_privacy::vocabulary::LegalBasis;
    /// assert_eq!(LegalBasis::Consent.as_str(), "consent");
    /// ```
    LegalBasis, "a legal basis" {
        /// The contract with the subject; accepting the policy is enough, a refusal still stands.
        Contract = "contract",
        /// The subject's consent; without a grant nothing is permitted.
        Consent = "consent",
        /// A duty under the law.
        LegalObligation = "legal_obligation",
    }
}
