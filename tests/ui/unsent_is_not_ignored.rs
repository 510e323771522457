//! That nothing was sent is not overlooked.
#![deny(unused_must_use)]
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Gate};
use dynamoi_privacy::processors::Stripe;

fn send(gate: &Gate, account: Cleared<UserData, Stripe>, now: DateTime<Utc>) {
    account.send(gate, now, ());
}

fn main() {}
