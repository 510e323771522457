//! Data cleared for one recipient does not fit where data for another is wanted.
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Cleared, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

struct GoogleAnalytics;
impl Recipient for GoogleAnalytics {
    const ID: ProcessorId = ProcessorId::GOOGLE_ANALYTICS;
}

fn capture(_: Cleared<AnalyticsData, PostHog>) {}

fn send(cleared: Cleared<AnalyticsData, GoogleAnalytics>) {
    capture(cleared);
}

fn main() {}
