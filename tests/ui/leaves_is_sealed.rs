//! A host does not say where data can leave to: `Leaves` is sealed.
use dynamoi_privacy::gate::Leaves;

struct Anywhere;
impl Leaves for Anywhere {}

fn main() {}
