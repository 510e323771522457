//! A permit has no constructor for a host: only a check makes one.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, OwnUse};

fn main() {
    let _ = Cleared::<UserData, OwnUse>::new;
}
