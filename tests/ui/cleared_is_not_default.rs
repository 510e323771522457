//! A permit does not come from nothing.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn is_default<T: Default>() {}

fn ask() {
    is_default::<Cleared<UserData, OwnUse>>();
}

fn main() {}
