//! Guarded data is not serialised.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn is_serialize<T: serde::Serialize>() {}

fn write() {
    is_serialize::<Guarded<UserData>>();
}

fn main() {}
