//! No body is built of data that the policy shares with nobody of the recipient's kind.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::PaymentData;
use dynamoi_privacy::gate::{Cleared, Gate};
use dynamoi_privacy::processors::PostHog;

fn send(gate: &Gate, card: Cleared<PaymentData, PostHog>, now: DateTime<Utc>) {
    let _ = card.send(gate, now, ());
}

fn main() {}
