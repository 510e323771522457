//! What a permit consists of has no name outside of the gate.
use dynamoi_privacy::gate::Permit;

fn main() {}
