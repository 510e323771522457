//! A permit is not converted from bare data.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn is_from_data<T: From<UserData>>() {}

fn ask() {
    is_from_data::<Cleared<UserData, OwnUse>>();
}

fn main() {}
