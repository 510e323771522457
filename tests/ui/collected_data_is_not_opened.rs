//! Data cleared to be taken in is admitted under guard and never opened.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Collection, Gate};

fn take(gate: &Gate, account: Cleared<UserData, Collection>, now: DateTime<Utc>) {
    let _ = account.open(gate, now);
}

fn main() {}
