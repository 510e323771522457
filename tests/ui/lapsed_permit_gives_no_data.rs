//! A permit that has lapsed gives the data back guarded, not bare.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Gate, OwnUse};

fn insist(gate: &Gate, account: Cleared<UserData, OwnUse>, now: DateTime<Utc>) -> UserData {
    match account.open(gate, now) {
        Ok(account) => account,
        Err(lapsed) => lapsed.into_guarded(),
    }
}

fn main() {}
