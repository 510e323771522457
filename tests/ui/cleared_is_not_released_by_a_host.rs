//! The door for code that builds bodies is not open to a host.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Gate};
use dynamoi_privacy::processors::Stripe;

fn take(gate: &Gate, account: Cleared<UserData, Stripe>, now: DateTime<Utc>) {
    let _ = account.show(gate, now, |account, _| account.clone());
}

fn main() {}
