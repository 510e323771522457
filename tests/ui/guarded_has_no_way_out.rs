//! The way out of the guard is not open to a host.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn take(account: Guarded<UserData>) -> UserData {
    account.into_parts().2
}

fn main() {}
