//! A recipient is a type: an id that is known only when the program runs cannot clear data for anybody.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Gate, Guarded};
use dynamoi_privacy::vocabulary::{ProcessorId, Purpose};

fn share(gate: &Gate, views: Guarded<AnalyticsData>, recipient: ProcessorId, now: DateTime<Utc>) {
    let _ = gate.share(views, Purpose::EngagementAnalysis, recipient, now);
}

fn main() {}
