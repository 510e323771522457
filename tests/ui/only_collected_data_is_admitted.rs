//! Data cleared for anything else than to be taken in is not admitted.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Gate, Storage};

fn take(gate: &Gate, account: Cleared<UserData, Storage>, now: DateTime<Utc>) {
    let _ = account.admit(gate, now);
}

fn main() {}
