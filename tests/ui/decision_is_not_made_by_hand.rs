//! A decision that permits is not made by hand.
use dynamoi_privacy::gate::{Decision, Permitted};

fn forge() -> Decision {
    Decision::Permitted(Permitted { policy_version: "1.0.0".into() })
}

fn main() {}
