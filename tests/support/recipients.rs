//! The processors as types, and a way from an id to a check that shares with its type.

use dynamoi_privacy::{
    data::PersonalData,
    gate::{Check, Guarded, Recipient, Refusal},
    vocabulary::{ProcessorId, Purpose},
};

macro_rules! recipients {
    ($($recipient:ident = $id:literal,)+) => {
        $(
            #[derive(Debug)]
            pub struct $recipient;

            impl Recipient for $recipient {
                const ID: ProcessorId = ProcessorId::from_static($id);
            }
        )+

        /// Shares with the recipient of this id, if it has a type, and opens nothing.
        pub fn share<T: PersonalData>(
            check: Check<'_>,
            recipient: &ProcessorId,
            data: Guarded<T>,
            purpose: Purpose,
        ) -> Option<Result<(), Refusal<T>>> {
            match recipient.as_str() {
                $($id => Some(check.share(data, purpose, $recipient).map(drop)),)+
                _ => None,
            }
        }
    };
}

recipients! {
    FacebookAds = "facebook_ads",
    GoogleAds = "google_ads",
    TikTokAds = "tiktok_ads",
    Stripe = "stripe",
    GoogleAnalytics = "google_analytics",
    PostHog = "posthog",
    Spotify = "spotify",
    AppleMusic = "apple_music",
    Deezer = "deezer",
    Pandora = "pandora",
    AmazonMusic = "amazon_music",
    FeatureFm = "feature_fm",
    // What the random worlds register beside the twelve, and what they never do.
    HostOne = "host_one",
    HostTwo = "host_two",
    X = "x",
    NetworkTwo = "network_2",
    LongName = "a_processor_with_sixty_four_characters_in_its_identifier_0123456",
    Never = "never_registered",
}
