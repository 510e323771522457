//! Data cleared for a recipient does not fit where data to be stored is wanted.
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Cleared, Recipient, Storage};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn save(_: Cleared<AnalyticsData, Storage>) {}

fn send(cleared: Cleared<AnalyticsData, PostHog>) {
    save(cleared);
}

fn main() {}
