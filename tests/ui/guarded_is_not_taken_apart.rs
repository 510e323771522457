//! Guarded data is not taken apart by a pattern.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn take(account: Guarded<UserData>) -> UserData {
    let Guarded { data, .. } = account;
    data
}

fn main() {}
