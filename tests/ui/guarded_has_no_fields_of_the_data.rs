//! Guarded data does not lend the fields of the data.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn look(account: &Guarded<UserData>) -> bool {
    account.email.is_some()
}

fn main() {}
