//! Data that was given to a check is not used beside its answer.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Gate, Guarded};
use dynamoi_privacy::vocabulary::Purpose;

fn ask_twice(gate: &Gate, account: Guarded<UserData>, now: DateTime<Utc>) {
    let _ = gate.use_for(account, Purpose::PlatformOperation, now);
    let _ = gate.use_for(account, Purpose::Billing, now);
}

fn main() {}
