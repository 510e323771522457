//! A permit is not deserialised.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn is_deserialize<T: serde::de::DeserializeOwned>() {}

fn ask() {
    is_deserialize::<Cleared<UserData, OwnUse>>();
}

fn main() {}
