//! The answer of a check does not fit where cleared data is wanted until it was looked at.
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Checked, Cleared, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn capture(_: Cleared<AnalyticsData, PostHog>) {}

fn send(answer: Checked<AnalyticsData, PostHog>) {
    capture(answer);
}

fn main() {}
