//! The data inside of cleared data is private until it is opened.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn take(account: Cleared<UserData, OwnUse>) -> UserData {
    account.data
}

fn main() {}
