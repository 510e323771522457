//! The answer of a check is not ignored without a warning.
#![deny(unused_must_use)]
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Gate, Guarded};
use dynamoi_privacy::vocabulary::Purpose;

fn ask(gate: &Gate, account: Guarded<UserData>, now: DateTime<Utc>) {
    gate.use_for(account, Purpose::PlatformOperation, now);
}

fn main() {}
