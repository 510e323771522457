//! Guarded data is not displayed.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn is_display<T: std::fmt::Display>() {}

fn show() {
    is_display::<Guarded<UserData>>();
}

fn main() {}
