//! Data cleared for Dynamoi's own use does not fit where data for a recipient is wanted.
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Cleared, OwnUse, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn capture(_: Cleared<AnalyticsData, PostHog>) {}

fn send(cleared: Cleared<AnalyticsData, OwnUse>) {
    capture(cleared);
}

fn main() {}
