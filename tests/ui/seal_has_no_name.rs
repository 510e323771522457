//! The seal of `Leaves` has no name outside of the gate.
use dynamoi_privacy::gate::Leaves;

struct Anywhere;
impl dynamoi_privacy::gate::cleared::sealed::Leaves for Anywhere {}
impl Leaves for Anywhere {}

fn main() {}
