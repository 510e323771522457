//! A permit is used up by putting its data back under guard.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Gate, OwnUse};

fn keep(gate: &Gate, account: Cleared<UserData, OwnUse>, now: DateTime<Utc>) {
    let _ = account.guard();
    let _ = account.open(gate, now);
}

fn main() {}
