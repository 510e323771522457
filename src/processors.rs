//! The systems that the policy names: how their payloads become guarded data, and what they may be sent.
//!
//! Each system has a file of the same shape. Its first paragraph says who it is, what the law and its own terms
//! say of it, and where that is written, with how sure we are: \[P\] read in the vendor's own page, specification
//! or code, \[C\] in a copy of it, \[S\] second-hand. Then come
//! - a marker, which makes the system a [`Recipient`](crate::gate::Recipient);
//! - `read`, for a source: of a payload it keeps what section 1 of the policy covers, guarded, and lists the
//!   rest as dropped;
//! - [`Takes`], for a recipient, once for each category that it may get: the body of a request with the system's
//!   own consent signal, which [`Cleared::send`](crate::gate::Cleared::send) builds of cleared data.
//!
//! A thirteenth system is written by copying the shortest of these, [`feature_fm`].

pub mod amazon_music;
pub mod apple_music;
pub mod deezer;
pub mod facebook_ads;
pub mod feature_fm;
pub mod google_ads;
pub mod google_analytics;
pub mod pandora;
pub mod posthog;
pub mod spotify;
pub mod stripe;
pub mod tiktok_ads;

mod ad_report;
mod analytics;
mod body;
mod consent_mode;
mod content;
mod deletion;
mod identity;
mod listing;
mod payload;
mod reading;
mod removal;
mod send;
mod streaming;
mod system;

pub use amazon_music::AmazonMusic;
pub use apple_music::AppleMusic;
pub use body::{Body, EventId};
pub use consent_mode::ConsentMode;
pub use deezer::Deezer;
pub use deletion::{Call, CallError, Deletion, Interface, Method, NoDeletion, Wanted};
pub use facebook_ads::FacebookAds;
pub use feature_fm::FeatureFm;
pub use google_ads::GoogleAds;
pub use google_analytics::GoogleAnalytics;
pub use identity::Identity;
pub use listing::Listing;
pub use pandora::Pandora;
pub use payload::{JsonPath, Misfit, NotOfSystem, PayloadError, VendorError};
pub use posthog::PostHog;
pub use reading::Reading;
pub use removal::{Removal, RemovalCause, Sent};
pub use send::{Lacking, NotSent, Takes, Unsent};
pub use spotify::Spotify;
pub use stripe::Stripe;
pub use system::{AnyReading, System};
pub use tiktok_ads::TikTokAds;
