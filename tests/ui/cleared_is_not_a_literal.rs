//! A permit is not written as a struct literal.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn forge() -> Cleared<UserData, OwnUse> {
    Cleared { to: std::marker::PhantomData }
}

fn main() {}
