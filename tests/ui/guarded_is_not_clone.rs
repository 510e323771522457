//! Guarded data is not cloned: what is checked once is one piece of data.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;

fn is_clone<T: Clone>() {}

fn copy() {
    is_clone::<Guarded<UserData>>();
}

fn main() {}
