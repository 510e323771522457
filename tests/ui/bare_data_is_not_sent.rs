//! Bare data does not fit where cleared data is wanted: a check cannot be forgotten.
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Cleared, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn capture(_: Cleared<AnalyticsData, PostHog>) {}

fn main() {
    capture(AnalyticsData::default());
}
