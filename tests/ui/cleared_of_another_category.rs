//! A permit for data of one category does not fit where another category is wanted.
use dynamoi_privacy::data::{AnalyticsData, UserData};
use dynamoi_privacy::gate::{Cleared, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn capture(_: Cleared<AnalyticsData, PostHog>) {}

fn send(cleared: Cleared<UserData, PostHog>) {
    capture(cleared);
}

fn main() {}
