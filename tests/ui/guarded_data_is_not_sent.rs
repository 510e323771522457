//! Guarded data does not fit where cleared data is wanted: a check cannot be skipped.
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Cleared, Guarded, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn capture(_: Cleared<AnalyticsData, PostHog>) {}

fn send(views: Guarded<AnalyticsData>) {
    capture(views);
}

fn main() {}
