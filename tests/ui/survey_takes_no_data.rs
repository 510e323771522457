//! A survey takes no guarded data: it measures, and what it measures stays where it is.
use dynamoi_privacy::audit::Survey;
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Gate, Guarded};

fn measure(survey: &Survey, gate: &Gate, views: Guarded<AnalyticsData>) {
    survey.ask(gate, views);
}

fn main() {}
