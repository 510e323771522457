//! A decision that permits has no constructor for a host.
use dynamoi_privacy::gate::{Decision, Permitted};

fn forge() -> Decision {
    Decision::Permitted(Permitted::new("1.0.0".into()))
}

fn main() {}
