//! A permit has no constructor for a host: only a check makes one.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn forge(data: UserData) -> Cleared<UserData, OwnUse> {
    Cleared::new(data, None, anything())
}

fn anything<T>() -> T {
    loop {}
}

fn main() {}
