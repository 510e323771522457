//! A permit that is only lent cannot be opened.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Gate, OwnUse};

fn peek(gate: &Gate, account: &Cleared<UserData, OwnUse>, now: DateTime<Utc>) {
    let _ = account.open(gate, now);
}

fn main() {}
