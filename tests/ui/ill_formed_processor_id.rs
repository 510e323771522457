//! An ill-formed processor id in a constant stops the compilation.
use dynamoi_privacy::vocabulary::ProcessorId;

const BAD: ProcessorId = ProcessorId::from_static("Bad Id");

fn main() {
    let _ = BAD;
}
