//! What a check refused does not fit where cleared data is wanted.
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Cleared, Recipient, Refusal};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn capture(_: Cleared<AnalyticsData, PostHog>) {}

fn send(refused: Refusal<AnalyticsData>) {
    capture(refused.into_guarded());
}

fn main() {}
