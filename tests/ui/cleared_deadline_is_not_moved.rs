//! The deadline of a permit is not moved by a host.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn prolong(mut account: Cleared<UserData, OwnUse>) -> Cleared<UserData, OwnUse> {
    account.permit.deadline = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    account
}

fn main() {}
