//! A permit is not built from the parts of another with a struct update.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse, Storage};

fn redirect(account: Cleared<UserData, OwnUse>) -> Cleared<UserData, Storage> {
    Cleared { to: std::marker::PhantomData, ..account }
}

fn main() {}
