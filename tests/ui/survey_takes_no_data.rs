//! A survey takes no guarded data, and what it gives is none that was cleared.
use dynamoi_privacy::audit::Survey;
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Cleared, Gate, Guarded};
use dynamoi_privacy::processors::PostHog;

fn clear(survey: &Survey, gate: &Gate, views: Guarded<AnalyticsData>) -> Cleared<AnalyticsData, PostHog> {
    survey.ask(gate, views)
}

fn main() {}
