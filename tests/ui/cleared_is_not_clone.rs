//! A permit is not cloned.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn is_clone<T: Clone>() {}

fn ask() {
    is_clone::<Cleared<UserData, OwnUse>>();
}

fn main() {}
