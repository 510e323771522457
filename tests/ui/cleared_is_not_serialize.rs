//! A permit is not serialised.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn is_serialize<T: serde::Serialize>() {}

fn ask() {
    is_serialize::<Cleared<UserData, OwnUse>>();
}

fn main() {}
