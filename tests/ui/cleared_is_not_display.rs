//! Cleared data is not displayed.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn is_display<T: std::fmt::Display>() {}

fn ask() {
    is_display::<Cleared<UserData, OwnUse>>();
}

fn main() {}
