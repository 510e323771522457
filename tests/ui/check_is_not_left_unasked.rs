//! A check that was prepared is not left unasked without a warning.
#![deny(unused_must_use)]
use chrono::{DateTime, Utc};
use dynamoi_privacy::gate::Gate;

fn prepare(gate: &Gate, now: DateTime<Utc>) {
    gate.check(now).encrypted(true);
}

fn main() {}
