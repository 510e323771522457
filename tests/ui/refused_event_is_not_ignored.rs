//! That an event was refused is not ignored without a warning.
#![deny(unused_must_use)]
use dynamoi_privacy::{consent::Event, gate::Gate};

fn record(gate: &Gate, event: Event) {
    gate.record(event);
}

fn main() {}
