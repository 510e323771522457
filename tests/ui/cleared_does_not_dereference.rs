//! Cleared data does not dereference: it is opened, which asks whether the permit still holds.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn look(account: &Cleared<UserData, OwnUse>) -> &UserData {
    account
}

fn main() {}
