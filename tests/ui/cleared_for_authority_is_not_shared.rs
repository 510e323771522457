//! Data cleared to be disclosed to an authority does not fit where data for a recipient is wanted.
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Authority, Cleared, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn capture(_: Cleared<AnalyticsData, PostHog>) {}

fn send(cleared: Cleared<AnalyticsData, Authority>) {
    capture(cleared);
}

fn main() {}
