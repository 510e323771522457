//! The data inside of guarded data is private.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn take(account: Guarded<UserData>) -> UserData {
    account.data
}

fn main() {}
