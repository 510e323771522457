//! A permit is not copied.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn is_copy<T: Copy>() {}

fn ask() {
    is_copy::<Cleared<UserData, OwnUse>>();
}

fn main() {}
