//! What was cleared for a processor that a host registered goes out by the host's own code: no system here sends it.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::AnalyticsData;
use dynamoi_privacy::gate::{Cleared, Gate};

dynamoi_privacy::recipient!(pub Tallyhut = "tallyhut");

fn send(gate: &Gate, cleared: Cleared<AnalyticsData, Tallyhut>, now: DateTime<Utc>) {
    let _ = cleared.send(gate, now, ());
}

fn main() {}
