//! Guarded data does not dereference to the data.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn look(account: &Guarded<UserData>) -> &UserData {
    account
}

fn main() {}
