//! A check takes guarded data, because it must know whose data it is and where it came from.
use chrono::{DateTime, Utc};
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Gate;
use dynamoi_privacy::vocabulary::Purpose;

fn ask(gate: &Gate, account: UserData, now: DateTime<Utc>) {
    let _ = gate.use_for(account, Purpose::PlatformOperation, now);
}

fn main() {}
