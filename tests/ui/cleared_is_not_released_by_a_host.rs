//! The door for code that builds payloads is not open to a host.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Gate, OwnUse};

fn take(gate: &Gate, account: Cleared<UserData, OwnUse>, now: DateTime<Utc>) {
    let _ = account.release(gate, now);
}

fn main() {}
