//! Where data was obtained from cannot be taken off it once it is guarded.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn launder(mut account: Guarded<UserData>) -> Guarded<UserData> {
    account.origin = None;
    account
}

fn main() {}
