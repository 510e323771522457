//! A permit is used up by opening it.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Gate, OwnUse};

fn twice(gate: &Gate, account: Cleared<UserData, OwnUse>, now: DateTime<Utc>) {
    let _ = account.open(gate, now);
    let _ = account.open(gate, now);
}

fn main() {}
