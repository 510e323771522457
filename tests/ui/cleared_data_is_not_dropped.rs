//! Data that was cleared is not dropped without a warning.
#![deny(unused_must_use)]
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Gate, Guarded, Refusal};
use dynamoi_privacy::vocabulary::Purpose;

fn ask(gate: &Gate, account: Guarded<UserData>, now: DateTime<Utc>) -> Result<(), Refusal<UserData>> {
    gate.use_for(account, Purpose::PlatformOperation, now)?;
    Ok(())
}

fn main() {}
